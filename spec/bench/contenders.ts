/** The measured programs: each reads `count` events from a URL in its own way. */
import type * as EventsourceParser from 'eventsource-parser';
import type * as Entities from 'mastodon-rx/entities';
import type * as Library from 'mastodon-rx';
import type * as Undici from 'undici';
import type * as ToTimeline from '../../src/operators/toTimeline.ts';

/** The arguments of a contender. */
export interface Job {
  /** The base URL of the server, up to the mode's parts and without a slash at the end. */
  readonly url: string;
  /** The number of events after which it ends; 0: it never ends. */
  readonly count: number;
  /** Called with each event's `uri` in a run that measures latency. */
  readonly onUri?: ((uri: string) => void) | undefined;
}

/** Reads events, and resolves after the last one, when its connection is closed. */
export type Contender = (job: Job) => Promise<void>;

/** The published package; resolved at run time, since types are checked before it is built. */
const library = async (): Promise<typeof Library> =>
  (await import(new URL('../../dist/index.js', import.meta.url).href)) as never;

const entities = async (): Promise<typeof Entities> =>
  (await import(new URL('../../dist/entities.js', import.meta.url).href)) as never;

const PATH = '/api/v1/streaming/public';

interface Post {
  uri: string;
}

/** Counts events, and resolves when there are enough. */
class Count {
  #left: number;
  readonly #onUri: Job['onUri'];
  readonly done: Promise<void>;
  #resolve: () => void = () => undefined;

  constructor({ count, onUri }: Job) {
    this.#left = count;
    this.#onUri = onUri;
    this.done = new Promise((resolve) => (this.#resolve = resolve));
  }

  add(post: unknown): void {
    if (this.#onUri) this.#onUri((post as Post).uri);
    if (--this.#left === 0) this.#resolve();
  }
}

/** undici's `Client.dispatch`, whose chunks are passed to `onChunk`. */
async function dispatch(
  { Client }: typeof Undici,
  { url }: Job,
  onChunk: (chunk: Buffer) => void,
  done: Promise<void>,
): Promise<void> {
  const { origin, pathname } = new URL(url);
  const client = new Client(origin, { bodyTimeout: 0, headersTimeout: 0 });
  client.dispatch(
    { path: pathname + PATH, method: 'GET', headers: { accept: 'text/event-stream' } },
    {
      onRequestStart: () => undefined,
      onResponseStart: () => undefined,
      onResponseData: (_controller, chunk) => onChunk(chunk),
      onResponseEnd: () => undefined,
      onResponseError: () => undefined,
    },
  );
  await done;
  await client.destroy();
}

/** Decodes whole chunks; a character that is cut in two is kept for the next. */
function wholeDecoder(onText: (text: string) => void): (chunk: Buffer) => void {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let tail: Buffer | undefined;
  return (chunk) => {
    const bytes = tail ? Buffer.concat([tail, chunk]) : chunk;
    let end = bytes.length;
    for (let back = 1; back <= Math.min(3, bytes.length); back++) {
      const byte = bytes[bytes.length - back]!;
      if (byte < 0x80) break;
      if (byte >= 0xc0) {
        const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
        if (length > back) end = bytes.length - back;
        break;
      }
    }
    tail = end < bytes.length ? Buffer.from(bytes.subarray(end)) : undefined;
    onText(decoder.decode(end < bytes.length ? bytes.subarray(0, end) : bytes));
  };
}

/** The frames of a parser; only events with data count. */
const parserOf = (
  { createParser }: typeof EventsourceParser,
  onData: (data: string) => void,
): ((text: string) => void) => {
  const parser = createParser({ onEvent: ({ data }) => onData(data) });
  return (text) => parser.feed(text);
};

/** Finds the ends of events, which is the least work to count them. */
function countingEnds(count: Count): (chunk: Buffer) => void {
  let last = 0;
  return (chunk) => {
    if (last === 10 && chunk[0] === 10) count.add(undefined);
    for (let at = chunk.indexOf('\n\n'); at !== -1; at = chunk.indexOf('\n\n', at + 2)) {
      count.add(undefined);
    }
    last = chunk.at(-1) ?? 0;
  };
}

const ladder = {
  'bytes only': async (job) => {
    const count = new Count(job);
    await dispatch(await import('undici'), job, countingEnds(count), count.done);
  },

  '+ decode, parser': async (job) => {
    const count = new Count(job);
    const feed = parserOf(await import('eventsource-parser'), () => count.add(undefined));
    await dispatch(await import('undici'), job, wholeDecoder(feed), count.done);
  },

  'THE LIMIT': async (job) => {
    const count = new Count(job);
    const feed = parserOf(await import('eventsource-parser'), (data) =>
      count.add(JSON.parse(data)),
    );
    await dispatch(await import('undici'), job, wholeDecoder(feed), count.done);
  },

  '+ io-ts is': async (job) => {
    const count = new Count(job);
    const { Status } = await entities();
    const feed = parserOf(await import('eventsource-parser'), (data) => {
      const value: unknown = JSON.parse(data);
      if (Status.is(value)) count.add(value);
    });
    await dispatch(await import('undici'), job, wholeDecoder(feed), count.done);
  },

  '+ io-ts decode': async (job) => {
    const count = new Count(job);
    const { Status } = await entities();
    const feed = parserOf(await import('eventsource-parser'), (data) => {
      const result = Status.decode(JSON.parse(data));
      if (result._tag === 'Right') count.add(result.right);
    });
    await dispatch(await import('undici'), job, wholeDecoder(feed), count.done);
  },
} satisfies Record<string, Contender>;

const reading =
  (transport: 'sse' | 'websocket'): Contender =>
  async (job) => {
    const { createTimelines } = await library();
    const count = new Count(job);
    const timelines = createTimelines({
      baseUrl: new URL(job.url).origin,
      streamingUrl: job.url,
      transport,
    } as Parameters<typeof createTimelines>[0]);
    const subscription = timelines.public().subscribe({
      next: ({ type, payload }) => {
        if (type === 'update') count.add(payload);
      },
      error: (error: unknown) => {
        throw error;
      },
    });
    await count.done;
    subscription.unsubscribe();
  };

const toTimelineOf =
  (limit: number | undefined): Contender =>
  async (job) => {
    const { createTimelines, ofType } = await library();
    const { toTimeline } = (await import(
      new URL('../../dist/operators/toTimeline.js', import.meta.url).href
    )) as typeof ToTimeline;
    const { tap } = await import('rxjs');
    const count = new Count(job);
    const timelines = createTimelines({
      baseUrl: new URL(job.url).origin,
      streamingUrl: job.url,
    });
    const counted$ = timelines
      .public()
      .pipe(tap(({ type, payload }) => type === 'update' && count.add(payload)));
    const subscription =
      limit === undefined
        ? counted$.pipe(ofType('update')).subscribe()
        : counted$.pipe(toTimeline({ limit })).subscribe();
    await count.done;
    subscription.unsubscribe();
  };

/** One stream with many subscribers. */
const sharedBy =
  (listeners: number): Contender =>
  async (job) => {
    const { createTimelines } = await library();
    const { share } = await import('rxjs');
    const count = new Count(job);
    const timelines = createTimelines({ baseUrl: new URL(job.url).origin, streamingUrl: job.url });
    const shared$ = timelines.public().pipe(share());
    const subscriptions = Array.from({ length: listeners }, (_, n) =>
      shared$.subscribe(({ type, payload }) => {
        if (n === 0 && type === 'update') count.add(payload);
      }),
    );
    await count.done;
    for (const subscription of subscriptions) subscription.unsubscribe();
  };

const ours = {
  'mastodon-rx': reading('sse'),
  'mastodon-rx, websocket': reading('websocket'),
  'mastodon-rx, ofType': toTimelineOf(undefined),
  'mastodon-rx, 1 listener': sharedBy(1),
  'mastodon-rx, 10 listeners': sharedBy(10),
  'mastodon-rx, 100 listeners': sharedBy(100),
  'mastodon-rx, toTimeline 40': toTimelineOf(40),
  'mastodon-rx, toTimeline 400': toTimelineOf(400),
} satisfies Record<string, Contender>;

/** Modules without types, from the folder into which the benchmark installs them. */
const peer = async (name: string): Promise<never> => {
  const { createRequire } = await import('node:module');
  const { pathToFileURL } = await import('node:url');
  const folder = process.env['BENCH_PEERS'] ?? '';
  const resolved = createRequire(`${folder}/package.json`).resolve(name);
  const module = (await import(pathToFileURL(resolved).href)) as never;
  return module;
};

/** Lets the server send these events at its root, and returns its URL. */
const atHost = async ({ url }: { readonly url: string }): Promise<string> => {
  const { origin, pathname } = new URL(url);
  await (await fetch(`${origin}/set${pathname}`)).text();
  return origin;
};

interface Message {
  data: string;
}

const peers = {
  'eventsource-client': async (job) => {
    const { createEventSource } = (await peer('eventsource-client')) as {
      createEventSource: (options: object) => { close(): void };
    };
    const count = new Count(job);
    const source = createEventSource({
      url: job.url + PATH,
      onMessage: ({ data }: Message) => count.add(JSON.parse(data)),
    });
    await count.done;
    source.close();
  },

  eventsource: async (job) => {
    const { EventSource } = (await peer('eventsource')) as {
      EventSource: new (url: string) => {
        addEventListener(type: string, listener: (message: Message) => void): void;
        close(): void;
      };
    };
    const count = new Count(job);
    const source = new EventSource(job.url + PATH);
    source.addEventListener('update', ({ data }) => count.add(JSON.parse(data)));
    await count.done;
    source.close();
  },

  'mastodon-api': async (job) => {
    const { default: Mastodon } = (await peer('mastodon-api')) as {
      default: new (config: object) => {
        stream(path: string): {
          on(type: string, listener: (message: { event: string; data: unknown }) => void): void;
          stop(): void;
        };
      };
    };
    // It loses the first event of every connection (PEERS).
    const count = new Count({ ...job, count: job.count - 1 });
    const client = new Mastodon({ access_token: 'token', api_url: `${job.url}/api/v1/` });
    const stream = client.stream('streaming/public');
    stream.on('message', ({ event, data }) => {
      if (event === 'update') count.add(data);
    });
    stream.on('error', () => undefined);
    await count.done;
    stream.stop();
  },

  'fetch by hand': async (job) => {
    const count = new Count(job);
    const feed = parserOf(await import('eventsource-parser'), (data) =>
      count.add(JSON.parse(data)),
    );
    const controller = new AbortController();
    const { body } = await fetch(job.url + PATH, { signal: controller.signal });
    const decoder = new TextDecoder();
    const reading = (async () => {
      for await (const chunk of body ?? []) feed(decoder.decode(chunk, { stream: true }));
    })().catch(() => undefined);
    await count.done;
    controller.abort();
    await reading;
  },

  'ws, JSON twice': async (job) => {
    const { WebSocket } = await import('ws');
    const count = new Count(job);
    const socket = new WebSocket(`${job.url.replace('http', 'ws')}${PATH}?stream=public`, {
      perMessageDeflate: false,
    });
    socket.on('message', (data: Buffer) => {
      const { payload } = JSON.parse(data.toString()) as { payload: string };
      count.add(JSON.parse(payload));
    });
    await count.done;
    socket.terminate();
  },

  /** The WebSocket that the library uses: standard events, and no other dependency than undici. */
  'undici WebSocket, JSON twice': async (job) => {
    const { WebSocket } = await import('undici');
    const count = new Count(job);
    const socket = new WebSocket(`${job.url.replace('http', 'ws')}${PATH}?stream=public`);
    socket.addEventListener('message', ({ data }) => {
      const { payload } = JSON.parse(data as string) as { payload: string };
      count.add(JSON.parse(payload));
    });
    await count.done;
    socket.close();
  },

  masto: async (job) => {
    const { createStreamingAPIClient } = (await peer('masto')) as {
      createStreamingAPIClient: (options: object) => {
        public: { subscribe(): AsyncIterable<{ event: string; payload: unknown }> };
        close(): void;
      };
    };
    const count = new Count(job);
    const client = createStreamingAPIClient({
      streamingApiUrl: (await atHost(job)).replace('http', 'ws'),
      accessToken: 'token',
    });
    void (async () => {
      for await (const { payload } of client.public.subscribe()) count.add(payload);
    })().catch(() => undefined);
    await count.done;
    client.close();
  },

  megalodon: async (job) => {
    type Generator = (
      sns: string,
      url: string,
      token: string,
    ) => {
      publicStreaming(): Promise<{
        on(type: string, listener: (value: unknown) => void): void;
        stop(): void;
      }>;
    };
    const { default: module } = (await peer('megalodon')) as {
      default: Generator | { default: Generator };
    };
    const generator = 'default' in module ? module.default : module;
    const count = new Count(job);
    const client = generator('mastodon', await atHost(job), 'token');
    const stream = await client.publicStreaming();
    stream.on('update', (status) => count.add(status));
    stream.on('error', () => undefined);
    await count.done;
    stream.stop();
  },
} satisfies Record<string, Contender>;

/** All contenders by name. */
export const contenders: Readonly<Record<string, Contender>> = { ...ladder, ...ours, ...peers };
