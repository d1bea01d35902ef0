/** Months in minutes: memory, sockets, timers and listeners are back where they began. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createTimelines, distinctEvents, toTimeline, type StreamEvent } from 'mastodon-rx';
import { asyncScheduler, filter, firstValueFrom, share, take, type Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { captureOf } from '../helpers/captures.ts';
import { heap, listeners } from '../helpers/heap.ts';
import { nothingLeft, resources } from '../helpers/resources.ts';
import {
  loadUndici,
  STREAM_HEADERS,
  virtualTimelines,
  type VirtualRequest,
} from '../helpers/virtualServer.ts';

/** How much the heap may have grown by, in bytes: the smallest thing forgotten each time is ten times that. */
const NOISE = 1_000_000;

const PATIENCE = 240_000;

const STREAM = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:)\n';

beforeAll(loadUndici);

it('10,000 times connected and disconnected', { timeout: PATIENCE }, async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(STREAM));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const timelines = createTimelines({ baseUrl: url, streamingUrl: url, accessToken: 'x' });
  const stream$ = timelines.public({ reconnect: true });

  const turns = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn += 20) {
      const some = Array.from({ length: 20 }, () =>
        firstValueFrom(stream$.pipe(filter(({ type }) => type === 'heartbeat'))),
      );
      await Promise.all(some);
    }
  };

  const before = resources();
  await turns(2_000);
  await nothingLeft(before);
  const warm = { heap: heap(), listeners: listeners() };
  await turns(8_000);
  await nothingLeft(before);
  expect(heap() - warm.heap).toBeLessThan(NOISE);
  expect(listeners()).toBe(warm.listeners);
});

it('100,000 times reconnected', { timeout: PATIENCE }, () => {
  const before = resources();
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0; // half of the time would go into them
  onTestFinished(() => void (Error.stackTraceLimit = stackTraceLimit));
  let connections = 0;
  let open = 0;
  const heaps: number[] = [];
  const timelines = virtualTimelines((request) => {
    connections++;
    open++;
    if (connections % 20_000 === 0) heaps.push(heap());
    request.head(200, STREAM_HEADERS);
    request.write(':)\nevent: delete\ndata: 1\n\nevent: update\ndata: {"id":');
    open--;
    if (connections % 2 === 0) request.end();
    else request.fail('ECONNRESET');
  });
  let losses = 0;
  let deletes = 0;

  new TestScheduler(() => undefined).run(({ flush }) => {
    timelines
      .public({ reconnect: { delay: 1_000, maxDelay: 60_000 } })
      .pipe(take(4 * 100_000))
      .subscribe(({ type }) => {
        if (type === 'disconnected') losses++;
        if (type === 'delete') deletes++;
      });
    flush();
    // A wait of half a minute or more each: a month and longer.
    expect(asyncScheduler.now()).toBeGreaterThan(30 * 86_400_000);
  });

  expect([connections, losses, deletes, open]).toEqual([100_000, 100_000, 100_000, 0]);
  expect(heaps).toHaveLength(5);
  expect(heaps[4]! - heaps[0]!).toBeLessThan(NOISE);
  expect([...resources()]).toEqual([...before]);
});

it('an hour of heartbeats on 150 streams', { timeout: PATIENCE }, () => {
  const before = resources();
  let beats = 0;
  let open = 0;
  const timelines = virtualTimelines((request) => {
    open++;
    request.head(200, STREAM_HEADERS);
    asyncScheduler.schedule(function () {
      if (request.aborted) {
        open--;
        return;
      }
      request.write(':thump\n');
      this.schedule(undefined, 15_000);
    });
  });
  const heaps = new Map<number, number>();

  new TestScheduler(() => undefined).run(({ flush }) => {
    const all = Array.from({ length: 150 }, () =>
      timelines.public().subscribe(({ type }) => {
        if (type === 'heartbeat') beats++;
      }),
    );
    for (const minute of [5, 60]) {
      asyncScheduler.schedule(() => heaps.set(minute, heap()), minute * 60_000 - 1);
    }
    asyncScheduler.schedule(() => {
      for (const subscription of all) subscription.unsubscribe();
    }, 3_600_000 - 1);
    flush();
  });

  expect(beats).toBe(150 * 240);
  expect(open).toBe(0);
  expect(heaps.get(60)! - heaps.get(5)!).toBeLessThan(NOISE);
  expect([...resources()]).toEqual([...before]);
});

/** An event whose bytes are no UTF-8. */
const NO_TEXT = Buffer.from('data: \xff\n\n', 'latin1');

/** The same numbers in each run, from 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** By then, in minutes, the last 10,000 ids are remembered, and the table that holds them has its size. */
const WARM = 40;

it('an hour of traffic with faults, in all that people hold', { timeout: PATIENCE }, () => {
  const before = resources();
  const seed = Number(process.env['LEAKS_SEED'] ?? Date.now() % 1_000_000);
  const chance = numbers(seed);
  const { items } = captureOf('public');
  const post = items.find((item) => 'event' in item && item.event === 'update') as {
    readonly data: string;
  };
  const { id } = JSON.parse(post.data) as { id: string };
  let nextId = 117_420_000_000_000_000n;
  const fresh = (): string => post.data.replaceAll(id, String(++nextId));

  let streaming = 0;
  const live = new Set<VirtualRequest>();

  /** A stream that has ten events a second and a heartbeat every 15 s, until something happens to it. */
  const stream = (request: VirtualRequest): void => {
    const fate = chance();
    if (fate < 0.1) return; // never answered
    if (fate < 0.2) {
      request.head(503);
      request.write('{"error":"Restarting"}');
      request.end();
      return;
    }
    streaming++;
    live.add(request);
    request.head(200, STREAM_HEADERS);
    request.write(':)\n');
    const ends = asyncScheduler.now() + chance() * 120_000;
    let ticks = 0;
    asyncScheduler.schedule(function () {
      if (request.aborted) live.delete(request);
      if (request.aborted) return;
      if (asyncScheduler.now() >= ends) {
        live.delete(request);
        if (fate < 0.4) request.end();
        else if (fate < 0.6) request.fail('ECONNRESET');
        else if (fate < 0.7) request.write(NO_TEXT);
        else if (fate < 0.8) request.write('event: update\ndata: {"half":');
        // and else it falls silent
        return;
      }
      if (++ticks % 150 === 0) request.write(':thump\n\n');
      request.write(`event: update\ndata: ${fresh()}\n\n`);
      if (ticks % 7 === 0) request.write(`event: delete\ndata: ${nextId - 3n}\n\n`);
      this.schedule(undefined, 100);
    }, 100);
  };

  const timelines = virtualTimelines((request) => {
    if (request.path.startsWith('/api/v1/streaming/')) {
      stream(request);
      return;
    }
    request.head(200, { 'content-type': 'application/json' });
    request.write(`[${Array.from({ length: 5 }, fresh).reverse().join(',')}]`);
    request.end();
  });
  const heaps = new Map<number, number>();
  const seen: Record<string, number> = {};
  let shown = 0;

  new TestScheduler(() => undefined).run(({ flush }) => {
    const events$: Observable<StreamEvent> = timelines
      .public({
        ...{ reconnect: { jitter: chance }, catchUp: true },
        ...{ connectTimeout: 10_000, onMalformed: 'emit' },
      })
      .pipe(distinctEvents({ capacity: 1_000 }), share());
    const subscription = events$.pipe(toTimeline({ limit: 40 })).subscribe(({ length }) => {
      shown = length;
    });
    subscription.add(events$.subscribe(({ type }) => (seen[type] = (seen[type] ?? 0) + 1)));
    for (const minute of [WARM, WARM + 60]) {
      asyncScheduler.schedule(() => heaps.set(minute, heap()), minute * 60_000 - 1);
    }
    asyncScheduler.schedule(() => subscription.unsubscribe(), (WARM + 60) * 60_000);
    flush();
  });

  const say = `LEAKS_SEED=${seed} ${JSON.stringify({ streaming, ...seen })}`;
  expect(seen['update'], say).toBeGreaterThan(10_000);
  expect(seen['disconnected'], say).toBeGreaterThan(20);
  expect(shown, say).toBeGreaterThan(30);
  expect(shown, say).toBeLessThanOrEqual(40);
  expect(heaps.get(WARM + 60)! - heaps.get(WARM)!, say).toBeLessThan(NOISE);
  expect([...resources()], say).toEqual([...before]);
});
