/**
 * `npm run bench:restart`: thousands of streams on a server that restarts. Measures the time until all of them
 * are live and caught up, the number of requests, the most in one second, and the peak of memory.
 * It prints a table in a minute or two; docs/thousands-of-streams.md quotes it.
 *
 * The server and its streams are a process each. While the server is down, posts are published.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type * as Library from 'mastodon-rx';
import type * as Testing from 'mastodon-rx/testing';

/** The time between two looks at the memory of the streams' process, in ms. */
const SAMPLING = 50;

/** The number of posts that each stream misses. */
const MISSED = 5;

/** One restart. */
interface Outage {
  readonly streams: number;
  /** The time for which the server is down, in ms. */
  readonly down: number;
  readonly jitter: boolean;
}

/** A message of the streams' process. */
interface Streams {
  /** The times from the server's return until each stream was caught up, in ms, ascending. */
  readonly caughtUp: readonly number[];
  /** The number of failed connection attempts. */
  readonly refused: number;
  /** The numbers of recovered and of duplicate posts. */
  readonly recovered: number;
  readonly twice: number;
  /** The CPU time, user and system, from the server's return until all were caught up, in ms. */
  readonly cpu: number;
  /** RSS in bytes, before the restart and at its peak since then. */
  readonly rss: number;
  readonly peak: number;
}

/** A message of the server: the times of requests, in ms since its return. */
interface Requests {
  readonly streams: readonly number[];
  readonly pages: readonly number[];
}

const dist = <T>(file: string): Promise<T> =>
  import(new URL(`../../dist/${file}`, import.meta.url).href) as Promise<T>;

/** The next message; rejects if the process ends instead. */
async function heard<T>(from: NodeJS.Process | ChildProcess): Promise<T> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const ended = once(from, 'exit', { signal }).then(() => {
    throw new Error('The process has ended');
  });
  ended.catch(() => undefined);
  try {
    return ((await Promise.race([once(from, 'message', { signal }), ended])) as [T])[0];
  } finally {
    waiting.abort();
  }
}

const sleep = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time));

/** A token for each stream, each of another account, since the server limits the requests of each. */
const tokenOf = (n: number): string => `token-${n}`;

async function serve(streams: number): Promise<void> {
  const { startFakeMastodon } = await dist<typeof Testing>('testing/index.js');
  const server = await startFakeMastodon();
  for (let n = 0; n < streams; n++) server.addToken({ token: tokenOf(n) });
  server.post();
  process.send?.(server.url);
  let back = 0;
  for (;;) {
    const down = await heard<number | 'requests'>(process);
    if (down === 'requests') {
      const since = server.requests.map(({ at, path }) => ({ at: at - back, path }));
      const timesOf = (part: string): number[] =>
        since.filter(({ path }) => path.includes(part)).map(({ at }) => at);
      const requests: Requests = {
        streams: timesOf('/streaming/'),
        pages: timesOf('/timelines/'),
      };
      process.send?.(requests);
    } else {
      await server.stop();
      server.requests.splice(0);
      for (let n = 0; n < MISSED; n++) server.post();
      await sleep(down);
      await server.start();
      back = Date.now();
      process.send?.('back');
    }
  }
}

async function listen(url: string, { streams, jitter }: Outage): Promise<void> {
  const { createTimelines } = await dist<typeof Library>('index.js');
  let open = 0;
  const caughtUp: number[] = [];
  let refused = 0;
  let recovered = 0;
  let twice = 0;
  for (let n = 0; n < streams; n++) {
    const seen = new Set<string>();
    const timelines = createTimelines({
      ...{ baseUrl: url, streamingUrl: url, accessToken: tokenOf(n) },
      ...{ reconnect: { jitter }, catchUp: true },
    });
    timelines.public().subscribe({
      next: (event) => {
        if (event.type === 'connected' && event.payload.attempt === 0) open++;
        else if (event.type === 'disconnected') refused++;
        else if (event.type === 'caught-up') caughtUp.push(Date.now());
        else if (event.type === 'update') {
          if (seen.has(event.payload.id)) twice++;
          seen.add(event.payload.id);
          recovered++;
        }
      },
      error: (error: unknown) => {
        throw error;
      },
    });
    while (n - open > 50) await sleep(1);
  }
  while (open < streams) await sleep(1);
  await sleep(1_000);
  (globalThis as { gc?: () => void }).gc?.();
  const { rss } = process.memoryUsage();
  let peak = rss;
  const sampling = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), SAMPLING);
  process.send?.('open');
  const returned = await heard<number>(process);
  const before = process.cpuUsage();
  while (caughtUp.length < streams) await sleep(5);
  const { user, system } = process.cpuUsage(before);
  clearInterval(sampling);
  const result: Streams = {
    caughtUp: caughtUp.map((at) => at - returned),
    refused: refused - streams, // the first of each is the lost connection itself
    ...{ recovered, twice, rss, peak, cpu: (user + system) / 1_000 },
  };
  process.send?.(result);
}

/** The largest number of times within one second. */
function busiestSecond(times: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const time of times) {
    const second = Math.floor(time / 1_000);
    counts.set(second, (counts.get(second) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

const self = fileURLToPath(import.meta.url);
const start = (...args: string[]): ChildProcess =>
  fork(self, args, { execArgv: ['--import', 'tsx', '--expose-gc'] });

async function measure(outage: Outage): Promise<string> {
  const server = start('serve', String(outage.streams));
  const url = await heard<string>(server);
  const client = start('listen', url, JSON.stringify(outage));
  try {
    await heard(client);
    server.send(outage.down);
    await heard(server);
    client.send(Date.now());
    const { caughtUp, refused, recovered, twice, rss, peak, cpu } = await heard<Streams>(client);
    server.send('requests');
    const { streams, pages } = await heard<Requests>(server);
    if (recovered !== outage.streams * MISSED || twice !== 0) {
      throw new Error(`${recovered} posts were recovered, ${twice} of them twice`);
    }
    const seconds = (time = NaN): string => (time / 1_000).toFixed(1);
    const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
    return [
      '',
      ` ${outage.streams.toLocaleString('en')}, ${outage.jitter ? 'jitter' : 'no jitter'}, ${seconds(outage.down)} s down `,
      ` ${seconds(caughtUp[Math.floor(caughtUp.length / 2)])} s `,
      ` ${seconds(caughtUp.at(-1))} s `,
      ` ${refused.toLocaleString('en')} `,
      ` ${streams.length.toLocaleString('en')} + ${pages.length.toLocaleString('en')} `,
      ` ${busiestSecond(streams).toLocaleString('en')} `,
      ` ${(cpu / outage.streams).toFixed(1)} ms `,
      ` ${megabytes(rss)} → ${megabytes(peak)} MB `,
      '',
    ].join('|');
  } finally {
    for (const child of [client, server]) child.kill();
  }
}

const [, , role, url = '', outage = ''] = process.argv;
process.on('disconnect', () => process.exit());
if (role === 'serve') {
  await serve(Number(url));
} else if (role === 'listen') {
  await listen(url, JSON.parse(outage) as Outage);
} else {
  const outages: readonly Outage[] = [
    { streams: 2_000, down: 1_000, jitter: true },
    { streams: 2_000, down: 10_000, jitter: true },
    { streams: 2_000, down: 10_000, jitter: false },
    { streams: 2_000, down: 60_000, jitter: true },
  ];
  console.log(
    '| | half are caught up after | all after | attempts refused | requests: streams + pages | streams in the busiest second | CPU per stream | memory |',
  );
  console.log('|---|--:|--:|--:|--:|--:|--:|--:|');
  for (const each of outages) console.log(await measure(each));
}
