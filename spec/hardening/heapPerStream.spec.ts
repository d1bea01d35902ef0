/** Measures the heap of a stream: idle, beside a bare undici dispatch, and after thousands of posts. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createFakeMastodon } from 'mastodon-rx/testing/memory';
import { asyncScheduler } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { heap } from '../helpers/heap.ts';

const TIMEOUT = 240_000;

const bench = (file: string): string => fileURLToPath(new URL(`../bench/${file}`, import.meta.url));

/** Starts a part of the benchmark with the compiled package; it ends with the test. */
function start(file: string, ...args: string[]): ChildProcess {
  const child = fork(bench(file), args, {
    execArgv: ['--import', 'tsx', '--expose-gc'],
    env: { ...process.env, TSX_TSCONFIG_PATH: bench('tsconfig.json') },
  });
  onTestFinished(() => void child.kill());
  return child;
}

const told = async <T>(child: ChildProcess): Promise<T> =>
  ((await once(child, 'message')) as [T])[0];

describe('an idle stream', () => {
  it(
    'holds at most 1.8 times the heap of a bare dispatch, and twice that with catchUp',
    async () => {
      const { port } = await told<{ port: number }>(start('server.ts'));
      const heapOf = async (kind: string): Promise<number> => {
        const url = `http://127.0.0.1:${port}/idle/0/0`;
        const child = start('idle.ts', kind, url, '500');
        await told(child);
        child.send('again'); // in a warm process, in which its code does not count
        const { heap: bytes } = await told<{ heap: number }>(child);
        child.kill();
        return bytes;
      };
      const bare = await heapOf('agent');
      expect((await heapOf('mastodon-rx, reconnect')) / bare).toBeLessThanOrEqual(1.8);
      expect((await heapOf('mastodon-rx, reconnect, catchUp')) / bare).toBeLessThanOrEqual(2);
    },
    TIMEOUT,
  );
});

describe('a stream that has received 12,000 posts', () => {
  const POSTS = 12_000;

  /** That many streams side by side, which divide other changes of the heap among them. */
  const STREAMS = 10;

  /** The growth of each stream over the posts, in bytes. */
  function growth(catchUp: boolean): number {
    vi.useFakeTimers({ now: 0 });
    onTestFinished(() => void vi.useRealTimers());
    const server = createFakeMastodon({ historyLimit: 100 });
    const timelines = server.timelines({ streamingUrl: server.url });
    let received = 0;
    const streams = Array.from({ length: STREAMS }, () =>
      timelines.public({ reconnect: true, catchUp }).subscribe(({ type }) => {
        if (type === 'update') received++;
      }),
    );
    vi.advanceTimersByTime(1_000);
    const post = (from: number, to: number): void => {
      for (let id = from; id <= to; id++)
        server.post({ id: String(118_000_000_000_000_000n + BigInt(id)) });
      server.requests.splice(0);
      vi.advanceTimersByTime(1_000);
    };
    post(1, 200); // fills the server's own history, and warms the code
    const before = heap();
    post(201, POSTS);
    const bytes = (heap() - before) / STREAMS;
    expect(received).toBe(POSTS * STREAMS);
    for (const stream of streams) stream.unsubscribe();
    vi.useRealTimers();
    return bytes;
  }

  it('holds at most 150 KB more with catchUp than without', { timeout: TIMEOUT }, () => {
    growth(true); // until the code is optimised
    const without = growth(false);
    expect(growth(true) - without).toBeLessThan(150 * 1_024);
  });

  it(
    'emits nothing twice, also if REST returns posts that were live minutes ago',
    { timeout: TIMEOUT },
    () => {
      vi.useFakeTimers({ now: 0 });
      onTestFinished(() => void vi.useRealTimers());
      const server = createFakeMastodon({ historyLimit: 1_000 });
      const seen = new Map<string, number>();
      const subscription = server
        .timelines({ streamingUrl: server.url })
        .public({ reconnect: { jitter: false }, catchUp: true })
        .subscribe((event) => {
          if (event.type === 'update') {
            seen.set(event.payload.id, (seen.get(event.payload.id) ?? 0) + 1);
          }
        });
      let next = 0;
      const ticking = asyncScheduler.schedule(function () {
        next++;
        // One post in seven comes late, after two later ones, also over REST.
        const id = next % 7 === 1 ? next + 2 : next % 7 === 3 ? next - 2 : next;
        server.post({ id: String(1_000_000 + id) });
        // Ten posts a minute. Now and then the connection is lost, and three posts are missed.
        if (next % 500 === 499) {
          server.failNext(503);
          server.failNext(503);
          server.drop();
        }
        if (next < POSTS) this.schedule(undefined, 6_000);
      }, 6_000);
      vi.advanceTimersByTime(6_000 * POSTS + 60_000);
      ticking.unsubscribe();
      subscription.unsubscribe();
      vi.useRealTimers();

      expect([...seen].filter(([, times]) => times !== 1)).toEqual([]);
      expect(seen.size).toBe(POSTS);
    },
  );
});
