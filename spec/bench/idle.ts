/**
 * Measures many streams in one process that receive only heartbeats: their memory, and the cost of a heartbeat.
 * Run by main.ts: `idle.ts KIND URL STREAMS`; waits for a message of the parent between the steps.
 */
import { once } from 'node:events';
import type * as Library from 'mastodon-rx';
import type { StreamConfig } from 'mastodon-rx';
import type { Unsubscribable } from 'rxjs';
import type { Dispatcher } from 'undici';

const [, , kind = '', url = '', streams = '0'] = process.argv;
const total = Number(streams);

/** The ways to use the library, by kind; a bare undici is the kind `agent` or `client`. */
const CONFIGS: Readonly<Record<string, StreamConfig>> = {
  'mastodon-rx': {},
  'mastodon-rx, reconnect': { reconnect: true },
  'mastodon-rx, reconnect, catchUp': { reconnect: true, catchUp: true },
};

/**
 * The parent's commands: to measure the memory, to close the streams and open them again in a warm
 * process, or the number of posts that each stream is about to receive.
 */
type Word = 'memory' | 'again' | { readonly each: number };

/** The number of heartbeats and posts that have arrived. */
let heard = 0;

/** Resolves when `wanted()` holds, which is checked every few ms, at the same cost for every kind. */
const until = async (wanted: () => boolean): Promise<void> => {
  while (!wanted()) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** Opens the streams, and returns a function that closes them. */
async function openBare(): Promise<() => void> {
  const { Client, Agent } = await import('undici');
  let isClosed = false;
  const { origin, pathname } = new URL(url);
  const agent = new Agent({ bodyTimeout: 0, headersTimeout: 0 });
  const options: Dispatcher.DispatchOptions = {
    origin,
    path: `${pathname}/api/v1/streaming/public`,
    method: 'GET',
    headers: { accept: 'text/event-stream' },
    bodyTimeout: 0,
    headersTimeout: 0,
  };
  const handler = (): Dispatcher.DispatchHandler => ({
    onRequestStart: () => undefined,
    onResponseStart: () => undefined,
    onResponseData: () => {
      heard++;
    },
    onResponseEnd: () => undefined,
    onResponseError: (_controller, error) => {
      if (!isClosed) throw error;
    },
  });
  const dispatchers: Dispatcher[] = [agent];
  for (let n = 0; n < total; n++) {
    if (kind === 'client') dispatchers.push(new Client(origin));
    dispatchers.at(-1)?.dispatch(options, handler());
    if (n % 50 === 49) await until(() => heard > n - 20);
  }
  return () => {
    isClosed = true;
    for (const dispatcher of dispatchers) void dispatcher.destroy();
  };
}

async function openOurs(config: StreamConfig): Promise<() => void> {
  const { createTimelines } = (await import(
    new URL('../../dist/index.js', import.meta.url).href
  )) as typeof Library;
  const timelines = createTimelines({ baseUrl: new URL(url).origin, streamingUrl: url });
  const subscriptions: Unsubscribable[] = [];
  for (let n = 0; n < total; n++) {
    const subscription = timelines.public(config).subscribe({
      next: ({ type }) => {
        if (type === 'heartbeat' || type === 'update') heard++;
      },
      error: (error: unknown) => {
        throw error;
      },
    });
    subscriptions.push(subscription);
    if (n % 50 === 49) await until(() => heard > n - 20);
  }
  return () => {
    for (const subscription of subscriptions) subscription.unsubscribe();
  };
}

/** The memory of this process after a garbage collection, in bytes. */
async function memory(): Promise<{ rss: number; heap: number }> {
  for (let n = 0; n < 3; n++) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { rss, heapUsed } = process.memoryUsage();
  return { rss, heap: heapUsed };
}

const tell = (message: object): void => void process.send?.(message);
const told = async (): Promise<unknown> => ((await once(process, 'message')) as unknown[])[0];

process.on('disconnect', () => process.exit());

await import('undici');
const config = CONFIGS[kind];
if (config !== undefined) await import(new URL('../../dist/index.js', import.meta.url).href);

let empty = await memory();
let close: () => void = () => undefined;

/** Opens the streams, and reports their memory. */
async function openAll(): Promise<void> {
  heard = 0;
  close = await (config === undefined ? openBare() : openOurs(config));
  await until(() => heard >= total);
  await tellMemory();
}

async function tellMemory(): Promise<void> {
  const { rss, heap } = await memory();
  tell({ rss: (rss - empty.rss) / total, heap: (heap - empty.heap) / total });
}

await openAll();

for (;;) {
  const cpu = process.cpuUsage();
  const word = (await told()) as Word;
  if (word === 'memory') {
    await tellMemory();
  } else if (word === 'again') {
    close();
    await new Promise((resolve) => setTimeout(resolve, 500)); // until the sockets are closed, too
    empty = await memory();
    await openAll();
  } else {
    const enough = heard + total * word.each;
    await until(() => heard >= enough);
    const { user, system } = process.cpuUsage(cpu);
    tell({ cpu: (user + system) / (total * word.each) });
  }
}
