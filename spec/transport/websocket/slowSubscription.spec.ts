/**
 * Mastodon queries its database before a subscription is active, and refuses a fence without a query: the
 * response to the fence overtakes the subscription before it.
 */
import type { StreamEvent, Timelines } from 'mastodon-rx';
import type { FakeMastodon } from 'mastodon-rx/testing';
import { describe, expect, it } from 'vitest';
import { fake } from '../../helpers/fake.ts';
import { record } from '../../helpers/record.ts';
import { over } from '../../helpers/webSocket.ts';

const reconnect = { delay: 1, maxDelay: 2, jitter: false } as const;

const attempt = (number: number) => (event: StreamEvent) =>
  event.type === 'connected' && event.payload.attempt === number;

const idsOf = (events: readonly StreamEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'update' ? [event.payload.id] : []));

const tags = [{ name: 'cats' }];

/** Posts until the server has subscribed a stream again, and once after it. */
async function postMeanwhile(server: FakeMastodon): Promise<string[]> {
  const ids: string[] = [];
  const post = (): void => void ids.push(server.post({ tags }).id);
  const clock = setInterval(post, 20);
  await server.waitForConnections();
  clearInterval(clock);
  post();
  return ids;
}

describe.each([
  ['public', (of: Timelines) => of.public()],
  ['hashtag', (of: Timelines) => of.hashtag('cats')],
  ['list', (of: Timelines) => of.list('42')],
] as const)('a subscription to %s that needs a query', (name, of) => {
  it.each([[20], [400]])('of %i ms loses nothing over a cut with catchUp', async (delay) => {
    const server = await fake();
    const recording = record(of(over(server, { catchUp: true, reconnect })));
    await recording.until(1);
    await server.waitForConnections();
    const before = server.post({ tags }).id;
    await recording.until(({ type }) => type === 'update');
    server.delaySubscribe(name, delay);
    server.drop();
    const ids = await postMeanwhile(server);
    const last = ids.at(-1);
    await recording.until((event) => event.type === 'update' && event.payload.id === last);
    expect(idsOf(recording.values)).toEqual([before, ...ids]);
  });

  it('loses nothing for 20 clients that reconnect together', async () => {
    const server = await fake();
    const recordings = Array.from({ length: 20 }, () =>
      record(of(over(server, { catchUp: true, reconnect }))),
    );
    for (const recording of recordings) await recording.until(1);
    await server.waitForConnections(20);
    server.delaySubscribe(name, 100);
    server.drop();
    const ids = await postMeanwhile(server);
    for (const recording of recordings) {
      await recording.until((event) => event.type === 'update' && event.payload.id === ids.at(-1));
      expect(idsOf(recording.values)).toEqual(ids);
    }
  });
});

describe('a list that needs a query', () => {
  it.each([[false], [true]])('is refused before `connected` (catchUp: %s)', async (catchUp) => {
    const server = await fake();
    server.addList('7', 'bob');
    const timelines = over(server, { catchUp });
    // The server has responded by then, so that other streams open without a fence.
    const other = record(timelines.user());
    await other.until(1);
    server.delaySubscribe('list', 100);
    const recording = record(timelines.list('7'));
    expect(await recording.ended).toMatchObject({
      ...{ status: 401, serverMessage: 'Not authorized to stream this list' },
    });
    expect(recording.values.filter(attempt(0))).toEqual([]);
  });

  it('opens after the query, and delays no other stream', async () => {
    const server = await fake();
    const timelines = over(server);
    await record(timelines.user()).until(1);
    server.delaySubscribe('list', 300);
    const before = performance.now();
    const list = record(timelines.list('42'));
    const direct = record(timelines.direct({ catchUp: true }));
    await direct.until(1);
    expect(list.values).toEqual([]);
    await list.until(1);
    expect(performance.now() - before).toBeGreaterThan(290);
  });
});
