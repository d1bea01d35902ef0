/** Catching up in virtual time; over sockets it is in spec/overEachTransport/catchUp.spec.ts. */
import type { StreamEvent } from 'mastodon-rx';
import { createFakeMastodon, type MemoryMastodon } from 'mastodon-rx/testing/memory';
import { asyncScheduler, takeUntil, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { marbles } from '../../helpers/marbles.ts';

/** How many posts a page has at most. */
const PAGE = 40;

/** A server with so many posts, whose ids begin with 1. */
function withPosts(count: number): MemoryMastodon {
  const server = createFakeMastodon({ historyLimit: 2 * count });
  for (let id = 1; id <= count; id++) server.post({ id: String(id) });
  return server;
}

/** What comes until it is caught up with, from the beginning of the timeline on. */
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

/** The queries of the REST requests, the first page's first. */
const queriesOf = ({ requests }: MemoryMastodon): (string | undefined)[] =>
  requests.filter(({ path }) => path.includes('/timelines/')).map(({ path }) => path.split('?')[1]);

it('goes through a hundred pages', () => {
  const count = 100 * PAGE;
  const server = withPosts(count);
  const events = caughtUp(server, count);
  expect(idsOf(events)).toEqual(Array.from({ length: count }, (_, n) => String(n + 1)));
  expect(queriesOf(server)).toHaveLength(1 + 100);
  expect(events.at(-1)).toMatchObject({
    payload: { recovered: count, complete: true, cursor: { status: String(count) } },
  });
});

it('is not led on by a timeline that has a new post whenever it is asked', () => {
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

describe('a post that was deleted since, and is in no page', () => {
  it.each<[what: string, meanwhile: (server: MemoryMastodon) => void, expected: string[]]>([
    [
      'was held back',
      (server) => void server.post({ id: '3' }),
      ['2', '3', '-2'], // 3 came over the stream, too
    ],
    [
      'was held back over a connection that was lost',
      (server) => {
        server.end();
        server.post({ id: '3' });
      },
      ['2', '+3', '-2'],
    ],
  ])('keeps its place where it %s', (_what, meanwhile, expected) => {
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
