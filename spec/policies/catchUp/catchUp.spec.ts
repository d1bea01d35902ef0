/** Catching up without a network; what a server does meanwhile is in spec/transport/catchUp.spec.ts. */
import type { StreamEvent, Timelines } from 'mastodon-rx';
import { fakeStatus } from 'mastodon-rx/testing';
import { asyncScheduler, takeUntil, timer } from 'rxjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { marbles } from '../../helpers/marbles.ts';
import {
  loadUndici,
  STREAM_HEADERS,
  virtualTimelines,
  type VirtualRequest,
} from '../../helpers/virtualServer.ts';

const beginStream = (request: VirtualRequest): void => {
  request.head(200, STREAM_HEADERS);
  request.write(':)\n');
};

beforeAll(loadUndici);

/** A server with these posts, the oldest first; `asked` is told each path. */
const serving = (ids: string[], asked: (path: string) => void) =>
  virtualTimelines((request) => {
    if (request.path.startsWith('/api/v1/streaming/')) {
      beginStream(request);
      return;
    }
    asked(request.path);
    const query = new URLSearchParams(request.path.split('?')[1]);
    const [min, limit] = [query.get('min_id'), Number(query.get('limit'))];
    const above = min === null ? ids.slice(-1) : ids.filter((id) => Number(id) > Number(min));
    const page = above.slice(0, Math.min(limit, PAGE)).reverse();
    request.head(200, { 'content-type': 'application/json' });
    request.write(JSON.stringify(page.map((id) => fakeStatus({ id }))));
    request.end();
  });

/** How many posts a page of that server has at most. */
const PAGE = 3;

/** What comes until it is caught up with, from the beginning of the timeline on. */
function caughtUp(timelines: Timelines, maxItems: number): StreamEvent[] {
  const events: StreamEvent[] = [];
  marbles(({ flush }) => {
    const subscription = timelines
      .public({ resumeFrom: { status: '0' }, catchUp: { maxItems } })
      .subscribe((event) => {
        events.push(event);
        if (event.type === 'caught-up') subscription.unsubscribe();
      });
    flush();
  });
  return events;
}

const upTo = (count: number): string[] => Array.from({ length: count }, (_, n) => String(n + 1));

it('goes through a thousand pages that are there in the turn in which they are asked for', () => {
  const ids = upTo(1_000 * PAGE);
  let asked = 0;
  const events = caughtUp(
    serving(ids, () => asked++),
    ids.length,
  );
  expect(events.flatMap((event) => (event.type === 'update' ? [event.payload.id] : []))).toEqual(
    ids,
  );
  expect(asked).toBe(1 + 1_000);
  expect(events.at(-1)).toMatchObject({
    payload: { recovered: ids.length, complete: true, cursor: { status: ids.at(-1) } },
  });
});

it('is not led on by a timeline that has a new post whenever it is asked', () => {
  const ids = upTo(2 * PAGE);
  const paths: string[] = [];
  const timelines = serving(ids, (path) => {
    paths.push(path);
    ids.push(String(ids.length + 1));
  });
  // What is newer than the eighth comes by the stream.
  expect(caughtUp(timelines, 400).at(-1)).toMatchObject({
    type: 'caught-up',
    payload: { recovered: 9, complete: true },
  });
  expect(paths.map((path) => path.split('?')[1])).toEqual([
    'limit=40&min_id=0',
    'limit=1',
    ...['3', '6'].map((id) => `limit=40&min_id=${id}`),
  ]);
});

describe('a post that was deleted since, and is in no page', () => {
  const update = (id: string): string =>
    `event: update\ndata: ${JSON.stringify(fakeStatus({ id }))}\n\n`;
  const live = `${update('2')}event: delete\ndata: 2\n\n`;
  const answer = (request: VirtualRequest): void => {
    request.head(200, { 'content-type': 'application/json' });
    request.write(JSON.stringify([fakeStatus({ id: '3' })]));
    request.end();
  };

  it.each<
    [
      what: string,
      meet: (stream: VirtualRequest, rest: VirtualRequest, turn: number) => void,
      expected: string[],
    ]
  >([
    [
      'was held back',
      (stream, rest) => {
        stream.write(live + update('3'));
        answer(rest);
      },
      ['2', '3', '-2'], // 3 came over the stream, too
    ],
    [
      'was held back over a connection that was lost',
      (stream, rest, turn) => {
        if (turn > 0) {
          answer(rest);
          return;
        }
        stream.write(live);
        stream.end();
      },
      ['2', '+3', '-2'],
    ],
  ])('keeps its place where it %s', (_what, meet, expected) => {
    let stream: VirtualRequest | undefined;
    let turn = 0;
    const timelines = virtualTimelines((request) => {
      if (request.path.startsWith('/api/v1/streaming/')) {
        stream = request;
        beginStream(request);
      } else if (request.path.includes('min_id')) {
        asyncScheduler.schedule(() => meet(stream!, request, turn++), 1);
      } else {
        answer(request);
      }
    });
    const said: string[] = [];
    marbles(({ flush }) => {
      timelines
        .public({ resumeFrom: { status: '1' }, reconnect: { delay: 1 } })
        .pipe(takeUntil(timer(100)))
        .subscribe((event) => {
          if (event.type === 'update') said.push((event.recovered ? '+' : '') + event.payload.id);
          if (event.type === 'delete') said.push(`-${event.payload}`);
        });
      flush();
    });
    expect(said).toEqual(expected);
  });
});
