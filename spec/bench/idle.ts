/**
 * Many streams in one process that say nothing but heartheard: what they hold, and what a beat costs.
 * Run by main.ts: `idle.ts KIND URL STREAMS`; waits for the parent's word between the steps.
 */
import { once } from 'node:events';
import type * as Library from 'mastodon-rx';
import type { Dispatcher } from 'undici';

const [, , kind = '', url = '', streams = '0'] = process.argv;
const total = Number(streams);

/** How many heartheard and posts have arrived. */
let heard = 0;

/** Resolves once `wanted()`; looks every few ms, which costs the same for every kind. */
const until = async (wanted: () => boolean): Promise<void> => {
  while (!wanted()) await new Promise((resolve) => setTimeout(resolve, 5));
};

async function openBare(): Promise<void> {
  const { Client, Agent } = await import('undici');
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
      throw error;
    },
  });
  for (let n = 0; n < total; n++) {
    if (kind === 'agent') agent.dispatch(options, handler());
    else new Client(origin).dispatch(options, handler());
    if (n % 50 === 49) await until(() => heard > n - 20);
  }
}

async function openOurs(): Promise<void> {
  const { createTimelines } = (await import(
    new URL('../../dist/index.js', import.meta.url).href
  )) as typeof Library;
  const timelines = createTimelines({ baseUrl: new URL(url).origin, streamingUrl: url });
  for (let n = 0; n < total; n++) {
    timelines.public().subscribe({
      next: ({ type }) => {
        if (type === 'heartbeat' || type === 'update') heard++;
      },
      error: (error: unknown) => {
        throw error;
      },
    });
    if (n % 50 === 49) await until(() => heard > n - 20);
  }
}

/** What this process holds, once the garbage is gone, in bytes. */
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
if (kind === 'mastodon-rx') await import(new URL('../../dist/index.js', import.meta.url).href);
const empty = await memory();
await (kind === 'mastodon-rx' ? openOurs() : openBare());
await until(() => heard >= total);
const open = await memory();
tell({ rss: (open.rss - empty.rss) / total, heap: (open.heap - empty.heap) / total });

// What the parent says: to look at the memory, or how much each stream is about to hear.
for (;;) {
  const cpu = process.cpuUsage();
  const word = (await told()) as 'memory' | { readonly each: number };
  if (word === 'memory') {
    const now = await memory();
    tell({ rss: (now.rss - empty.rss) / total, heap: (now.heap - empty.heap) / total });
    continue;
  }
  const enough = heard + total * word.each;
  await until(() => heard >= enough);
  const { user, system } = process.cpuUsage(cpu);
  tell({ cpu: (user + system) / (total * word.each) });
}
