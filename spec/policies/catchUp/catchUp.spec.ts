/** Catching up in virtual time; over sockets it is in spec/overEachTransport/catchUp.spec.ts. */
import type { StreamEvent } from 'mastodon-rx';
import { createFakeMastodon, type MemoryMastodon } from 'mastodon-rx/testing/memory';
import { asyncScheduler, takeUntil, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { marbles } from '../../helpers/marbles.ts';

/** The largest number of posts in a page. */
const PAGE = 40;

/** A server with `count` posts, whose ids begin with 1. */
function withPosts(count: number): MemoryMastodon {
  const server = createFakeMastodon({ historyLimit: 2 * count });
  for (let id = 1; id <= count; id++) server.post({ id: String(id) });
  return server;
}

/** The events until `caught-up`, from the beginning of the timeline on. */
function caughtUp(
  server: MemoryMastodon,
  maxItems: number,
  meanwhile: () => void = () => undefined,
): StreamEvent[] {
  const events: StreamEvent[] = [];
  marbles(({ flush }) => {
    const subscription = server
      .timelines({ streamingUrl: server.url })
      .public({ resumeFrom: { status: '0' }, catchUp: { maxItems } })
      .subscribe((event) => {
        events.push(event);
        if (event.type === 'caught-up') subscription.unsubscribe();
      });
    asyncScheduler.schedule(function () {
      if (subscription.closed) return;
      meanwhile();
      this.schedule(undefined, 1);
    }, 1);
    flush();
  });
  return events;
}

const idsOf = (events: readonly StreamEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'update' ? [event.payload.id] : []));

/** The queries of the REST requests to timelines, in the order of the requests. */
const queriesOf = ({ requests }: MemoryMastodon): (string | undefined)[] =>
  requests.filter(({ path }) => path.includes('/timelines/')).map(({ path }) => path.split('?')[1]);

it('requests a hundred pages', () => {
  const count = 100 * PAGE;
  const server = withPosts(count);
  const events = caughtUp(server, count);
  expect(idsOf(events)).toEqual(Array.from({ length: count }, (_, n) => String(n + 1)));
  expect(queriesOf(server)).toHaveLength(1 + 100);
  expect(events.at(-1)).toMatchObject({
    payload: { recovered: count, complete: true, cursor: { status: String(count) } },
  });
});

it('ends although the timeline has a new post at every request', () => {
  const server = withPosts(2 * PAGE);
  server.delayRest(1);
  let newest = 2 * PAGE;
  const events = caughtUp(server, 800, () => server.post({ id: String(++newest) }));
  expect(events.at(-1)).toMatchObject({ type: 'caught-up', payload: { complete: true } });
  expect(idsOf(events)).toEqual(
    Array.from({ length: idsOf(events).length }, (_, n) => String(n + 1)),
  );
  expect(queriesOf(server)).toEqual([
    'limit=40&min_id=0',
    'limit=1',
    ...[PAGE, 2 * PAGE].map((id) => `limit=40&min_id=${id}`),
  ]);
});

describe('a post that was deleted meanwhile, so that no page has it', () => {
  it.each<[what: string, meanwhile: (server: MemoryMastodon) => void, expected: string[]]>([
    [
      'was buffered',
      (server) => void server.post({ id: '3' }),
      ['2', '3', '-2'], // 3 is also sent over the stream
    ],
    [
      'was buffered when the connection was lost',
      (server) => {
        server.end();
        server.post({ id: '3' });
      },
      ['2', '+3', '-2'],
    ],
  ])('keeps its place if it %s', (_what, meanwhile, expected) => {
    const server = createFakeMastodon();
    server.delayRest(2);
    const said: string[] = [];
    marbles(({ flush }) => {
      server
        .timelines({ streamingUrl: server.url })
        .public({ resumeFrom: { status: '1' }, catchUp: true, reconnect: { delay: 1 } })
        .pipe(takeUntil(timer(100)))
        .subscribe((event) => {
          if (event.type === 'update') said.push((event.recovered ? '+' : '') + event.payload.id);
          if (event.type === 'delete') said.push(`-${event.payload}`);
        });
      asyncScheduler.schedule(() => {
        server.post({ id: '2' });
        server.remove('2');
        meanwhile(server);
      }, 1);
      flush();
    });
    expect(said).toEqual(expected);
  });
});
