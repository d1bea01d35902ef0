/**
 * `npm run bench:latency`: splits the time between the server's write of a post and its event, at 200 posts a
 * second, into the way to the process, the work of THE LIMIT, and the work of the library beyond that. Once in a
 * process that has just started, and once after enough posts to optimise the code. It prints within a minute;
 * docs/performance.md quotes it.
 *
 * All contenders run in one process, in turns, through a dispatcher that records when bytes arrive.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createParser } from 'eventsource-parser';
import type * as Library from 'mastodon-rx';
import { Agent, type Dispatcher } from 'undici';

const POSTS = 200;

/** The number of posts that are read at full speed until the code is optimised. */
const WARM_UP = 30_000;

const ROUNDS = 12;

const { createTimelines } = (await import(
  new URL('../../dist/index.js', import.meta.url).href
)) as typeof Library;

const server = fork(fileURLToPath(new URL('./server.ts', import.meta.url)), [], {
  execArgv: ['--import', 'tsx'],
});
const [{ port }] = (await once(server, 'message')) as [{ port: number }];
const urlOf = (mode: string, count: number): string =>
  `http://127.0.0.1:${port}/${mode}/${count}/0`;

/** The monotonic clock that the server writes into each post, in µs. */
const now = (): number => Number(process.hrtime.bigint()) / 1_000;

/** When the last bytes arrived. */
let arrived = 0;

const agent = new Agent({ bodyTimeout: 0 });

/** Sends a request, and records when bytes of its response arrive. */
function dispatch(
  options: Dispatcher.DispatchOptions,
  handler: Dispatcher.DispatchHandler,
): boolean {
  const noting: Dispatcher.DispatchHandler = {
    onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
    onResponseStart: (controller, status, headers, message) =>
      handler.onResponseStart?.(controller, status, headers, message),
    onResponseData: (controller, chunk) => {
      arrived = now();
      handler.onResponseData?.(controller, chunk);
    },
    onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
    onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
  };
  return agent.dispatch(options, noting);
}

/** Reads that many posts, and calls back with the `uri` of each. */
type Reader = (url: string, count: number, onUri: (uri: string) => void) => Promise<void>;

const limit: Reader = (url, count, onUri) =>
  new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | undefined;
    let left = count;
    const decoder = new TextDecoder();
    const parser = createParser({
      onEvent: ({ data }) => {
        onUri((JSON.parse(data) as { uri: string }).uri);
        if (--left > 0) return;
        controller?.abort(new Error('enough'));
        resolve();
      },
    });
    const { origin, pathname } = new URL(url);
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (started) => (controller = started),
      onResponseStart: () => undefined,
      onResponseData: (_controller, chunk) => parser.feed(decoder.decode(chunk, { stream: true })),
      onResponseEnd: () => undefined,
      onResponseError: () => undefined,
    };
    dispatch({ origin, path: `${pathname}/api/v1/streaming/public`, method: 'GET' }, handler);
  });

const ours: Reader = (url, count, onUri) =>
  new Promise((resolve, reject) => {
    let left = count;
    const timelines = createTimelines({
      baseUrl: new URL(url).origin,
      streamingUrl: url,
      dispatcher: { dispatch },
    });
    const subscription = timelines.public().subscribe({
      next: (event) => {
        if (event.type !== 'update') return;
        onUri(event.payload.uri);
        if (--left > 0) return;
        subscription.unsubscribe();
        resolve();
      },
      error: reject,
    });
  });

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** The medians of the way to the process, and from there to the event, in µs. */
async function stages(read: Reader): Promise<readonly [way: number, own: number]> {
  const ways: number[] = [];
  const owns: number[] = [];
  await read(urlOf('paced', POSTS), POSTS, (uri) => {
    ways.push(arrived - Number(uri) / 1_000);
    owns.push(now() - arrived);
  });
  return [median(ways), median(owns)];
}

async function measure(what: string): Promise<void> {
  const rounds: (readonly [way: number, limit: number, ours: number])[] = [];
  for (let n = 0; n < ROUNDS; n++) {
    const [way, least] = await stages(limit);
    const [, own] = await stages(ours);
    rounds.push([way, least, own]);
  }
  const way = median(rounds.map(([each]) => each));
  const least = median(rounds.map(([, each]) => each));
  const more = median(rounds.map(([, each, own]) => own - each));
  const ratio = (way + least + more) / (way + least);
  const cells = [way, least, more].map((time) => `${time.toFixed(0)} µs`);
  console.log(`| ${[what, ...cells, ratio.toFixed(2)].join(' | ')} |`);
}

console.log('| | to the process | THE LIMIT | beyond it | ratio |');
console.log('|---|--:|--:|--:|--:|');
await measure('the first posts');
for (const read of [limit, ours]) await read(urlOf('each', WARM_UP), WARM_UP, () => undefined);
await measure(`after ${WARM_UP.toLocaleString('en')} posts`);
server.disconnect();
process.exit();
