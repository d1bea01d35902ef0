/** Months in minutes: memory, sockets, timers and listeners return to their initial numbers. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createTimelines, distinctEvents, toTimeline, type StreamEvent } from 'mastodon-rx';
import {
  asyncScheduler,
  filter,
  firstValueFrom,
  interval,
  share,
  take,
  type Observable,
  type Subscription,
} from 'rxjs';
import { createFakeMastodon } from 'mastodon-rx/testing/memory';
import { TestScheduler } from 'rxjs/testing';
import { expect, it, onTestFinished, vi } from 'vitest';
import { heap, listeners } from '../helpers/heap.ts';
import { nothingLeft, resources } from '../helpers/resources.ts';

/** The allowed growth of the heap, in bytes: the smallest leak at each turn is ten times that. */
const NOISE = 1_000_000;

const TIMEOUT = 240_000;

const STREAM = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:)\n';

it('10,000 times connected and disconnected', { timeout: TIMEOUT }, async () => {
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

/** The public timeline of a fake in memory, whose log of requests would count as a leak. */
function inMemory() {
  const server = createFakeMastodon({ historyLimit: 100 });
  const timelines = server.timelines({ streamingUrl: server.url });
  return { server, timelines, forgetRequests: () => server.requests.splice(0).length };
}

it('100,000 times reconnected', { timeout: TIMEOUT }, () => {
  const before = resources();
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0; // stacks would take half of the time
  onTestFinished(() => void (Error.stackTraceLimit = stackTraceLimit));
  let connections = 0;
  const heaps: number[] = [];
  const { server, timelines, forgetRequests } = inMemory();
  let losses = 0;
  let deletes = 0;

  new TestScheduler(() => undefined).run(({ flush }) => {
    timelines
      .public({ reconnect: { delay: 1_000, maxDelay: 60_000 } })
      .pipe(take(4 * 100_000))
      .subscribe(({ type }) => {
        if (type === 'disconnected') losses++;
        if (type === 'delete') deletes++;
        if (type !== 'heartbeat') return;
        connections++;
        forgetRequests();
        if (connections % 20_000 === 0) heaps.push(heap());
        server.publish('public', { event: 'delete', payload: '1' });
        server.write('event: update\ndata: {"id":');
        if (connections % 2 === 0) server.end();
        else server.drop();
      });
    flush();
    // Waits of at least half a minute: a month and longer.
    expect(asyncScheduler.now()).toBeGreaterThan(30 * 86_400_000);
  });

  expect([connections, losses, deletes]).toEqual([100_000, 100_000, 100_000]);
  expect(server.connections).toEqual([]);
  expect(heaps).toHaveLength(5);
  expect(heaps[4]! - heaps[0]!).toBeLessThan(NOISE);
  expect([...resources()]).toEqual([...before]);
});

it('an hour of heartbeats on 150 streams', { timeout: TIMEOUT }, () => {
  const before = resources();
  let beats = 0;
  const { server, timelines } = inMemory();
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

  expect(beats).toBe(150 * 240); // the first is the preamble
  expect(server.connections).toEqual([]);
  expect(heaps.get(60)! - heaps.get(5)!).toBeLessThan(NOISE);
  expect([...resources()]).toEqual([...before]);
});

/** An event whose bytes are not UTF-8. */
const NO_TEXT = Buffer.from('data: \xff\n\n', 'latin1');

/** Numbers from 0 to 1, the same in each run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The time, in minutes, by which the memories of ids are full: 1,000 of `distinctEvents`, 800 of `catchUp`. */
const WARM = 10;

it('an hour of traffic with faults, with every kind of consumer', { timeout: TIMEOUT }, () => {
  const before = resources();
  const seed = Number(process.env['LEAKS_SEED'] ?? Date.now() % 1_000_000);
  const chance = numbers(seed);
  let nextId = 117_420_000_000_000_000n;
  const { server, timelines, forgetRequests } = inMemory();
  const after = (ms: number, act: () => void): void => void asyncScheduler.schedule(act, ms);

  /** Faults that end a connection, or prevent the next one. */
  const faults = [
    () => server.end(),
    () => server.reset(),
    () => server.write(NO_TEXT),
    () => {
      server.write('event: update\ndata: {"half":');
      server.drop();
    },
    () => {
      server.failNext(503);
      server.drop();
    },
    () => {
      server.stall();
      after(70_000, () => server.resume());
    },
    () => {
      server.delayHeaders(Infinity); // no response
      server.drop();
      after(5_000, () => server.delayHeaders(undefined));
    },
  ];

  /** Ten events a second, and from time to time a fault. */
  const traffic = (): Subscription => {
    let ticks = 0;
    const ticking = interval(100).subscribe(() => {
      forgetRequests();
      const { id } = server.post({ id: String(++nextId) });
      if (++ticks % 7 === 0) server.remove(String(BigInt(id) - 3n));
    });
    ticking.add(
      asyncScheduler.schedule(function () {
        faults[Math.floor(chance() * faults.length)]!();
        this.schedule(undefined, Math.ceil(chance() * 120_000));
      }, 60_000),
    );
    return ticking;
  };

  const heaps = new Map<number, number>();
  const seen: Record<string, number> = {};
  let shown = 0;

  // A TestScheduler loses count if one of two timers of the same millisecond clears the other.
  vi.useFakeTimers({ now: 0 });
  onTestFinished(() => void vi.useRealTimers());
  const events$: Observable<StreamEvent> = timelines
    .public({
      ...{ reconnect: { jitter: chance }, catchUp: true },
      ...{ connectTimeout: 10_000, onMalformed: 'emit' },
    })
    .pipe(distinctEvents({ capacity: 1_000 }), share());
  const subscription = events$.pipe(toTimeline({ limit: 40 })).subscribe(({ length }) => {
    shown = length;
  });
  subscription.add(traffic());
  subscription.add(events$.subscribe(({ type }) => (seen[type] = (seen[type] ?? 0) + 1)));
  for (const minute of [WARM, WARM + 60]) {
    asyncScheduler.schedule(() => heaps.set(minute, heap()), minute * 60_000 - 1);
  }
  asyncScheduler.schedule(() => subscription.unsubscribe(), (WARM + 60) * 60_000);
  vi.advanceTimersByTime((WARM + 61) * 60_000);
  vi.useRealTimers();

  const say = `LEAKS_SEED=${seed} ${JSON.stringify(seen)}`;
  expect(seen['update'] ?? 0, say).toBeGreaterThan(10_000);
  expect(seen['disconnected'], say).toBeGreaterThan(20);
  expect(shown, say).toBeGreaterThan(30);
  expect(shown, say).toBeLessThanOrEqual(40);
  expect(heaps.get(WARM + 60)! - heaps.get(WARM)!, say).toBeLessThan(NOISE);
  expect([...resources()], say).toEqual([...before]);
});
