/** Declares every option that a user can set, with its unit and its default. */
import type { DispatcherLike } from '../http/http.ts';
import type { Cursor, EventCodecs, NoEvents } from '../model/events.ts';

/** The place of the access token in a WebSocket's handshake. */
export type TokenPlace = 'header' | 'subprotocol' | 'query';

/** Sets how `reconnect` waits before it tries again. */
export interface ReconnectConfig {
  /**
   * The wait before the first retry, in ms.
   * @defaultValue `1_000`
   */
  delay?: number | undefined;
  /**
   * The longest wait, in ms. A server's `Retry-After` can ask for more, and is honoured.
   * @defaultValue `60_000`
   */
  maxDelay?: number | undefined;
  /**
   * The factor by which each wait is longer than the one before.
   * @defaultValue `2`
   */
  factor?: number | undefined;
  /**
   * Shortens each wait at random, so that the clients of a restarted server do not all come back in the same
   * second. `true`: to a random time between half of the wait and all of it. A function: it returns the share of
   * the wait (0 to 1).
   * @defaultValue `true`
   */
  jitter?: boolean | (() => number) | undefined;
  /**
   * The number of consecutive retries after which the error is passed on.
   * @defaultValue `Infinity`
   */
  count?: number | undefined;
  /**
   * The time, in ms, that a connection must have been open for the next wait to start at `delay` again.
   * @defaultValue `10_000`
   */
  stableAfter?: number | undefined;
}

/** Limits what `catchUp` fetches after a reconnect. */
export interface CatchUpConfig {
  /**
   * The largest number of posts, of notifications and of conversations to fetch. If more were missed,
   * `caught-up` has `complete: false`.
   * @defaultValue `800`, what Mastodon keeps of a home feed
   */
  maxItems?: number | undefined;
  /**
   * The items to take if more than `maxItems` were missed: the `'oldest'`, so that the stream continues
   * without a gap, or the `'newest'`, so that a list shows the present first.
   * @defaultValue `'oldest'`
   */
  prefer?: 'oldest' | 'newest' | undefined;
  /**
   * The longest time, in ms, that live events are buffered while catching up, including rate-limit waits.
   * @defaultValue `60_000`
   */
  timeout?: number | undefined;
}

/** The number of newest items of each kind that a stream starts with. */
export type BackfillConfig = {
  readonly [Kind in keyof Cursor]?: number | undefined;
};

/** Options that a client sets for all of its streams, and that each stream can override. */
export interface StreamDefaults {
  /**
   * The transport. `'auto'`: SSE, or WebSocket if the streaming path responds with a 404, as on servers without
   * SSE; the client remembers which. `'sse'`: each stream has a connection of its own. `'websocket'`: all streams
   * of the client share one socket. The events are the same.
   * @defaultValue `'auto'`
   */
  transport?: 'auto' | 'sse' | 'websocket' | undefined;
  /**
   * The longest time, in ms, without a byte from the server, heartbeats included (Mastodon sends one every
   * 15 s). After it the stream errors with `MastodonReadTimeoutError`. `Infinity` disables the check.
   * @defaultValue `60_000`
   */
  timeout?: number | undefined;
  /**
   * The longest time, in ms, to wait for the response's headers, including discovery and the token. After
   * it the stream errors with `MastodonNetworkError`. `Infinity` disables the check.
   * @defaultValue `30_000`
   */
  connectTimeout?: number | undefined;
  /**
   * Connects again after the connection is lost. `false`: the stream errors. `true`: after 1 s, doubling to
   * 60 s, with jitter. A number: after this many ms each time (100 or more).
   * @defaultValue `false`
   */
  reconnect?: boolean | number | ReconnectConfig | undefined;
  /**
   * Fetches over REST what was missed while the connection was lost. The new connection is opened first and
   * its events are buffered; the missed items are emitted oldest first with `recovered: true`, then a
   * `caught-up` event, then the buffered events. Each item is emitted once. `true`: with the defaults of
   * {@link CatchUpConfig}.
   * @defaultValue `false`
   */
  catchUp?: boolean | CatchUpConfig | undefined;
  /**
   * The number of newest items to start with. They are fetched over REST after the connection is open, and
   * emitted oldest first with `recovered: true`, then a `caught-up` event, then the live events: without a
   * gap, and each once. A number is per kind; a stream of several kinds also takes
   * `{ status: 40, notification: 20 }`. After a reconnect nothing is backfilled again.
   * @defaultValue `0`
   */
  backfill?: number | BackfillConfig | undefined;
  /**
   * The treatment of an event that cannot be read (not JSON, no name, invalid UTF-8, too long). `'error'`:
   * the stream errors with `MastodonMalformedEventError`. `'emit'`: a `malformed` event takes its place, and
   * the stream continues.
   * @defaultValue `'error'`
   */
  onMalformed?: 'error' | 'emit' | undefined;
  /**
   * The longest event to read, in UTF-16 code units of all its lines together.
   * @defaultValue `1_048_576`
   */
  maxEventLength?: number | undefined;
}

/** Options of one stream. An option that is left out or `undefined` has the client's value. */
export interface StreamConfig extends StreamDefaults {
  /**
   * The newest ids that were handled, as `cursorOf` reads them from events. The stream starts by catching
   * up from there, even if `catchUp` is off. A stream of one kind also takes a single id.
   */
  resumeFrom?: string | Cursor | undefined;
}

/** Options of `createTimelines`: the server, the account, and the defaults of all streams. */
export interface TimelinesConfig<E extends EventCodecs = NoEvents> extends StreamDefaults {
  /** The server, for example `https://mastodon.social`. */
  baseUrl: string | URL;
  /**
   * The access token, or a function that returns one and is called at every connect. Without it, no token
   * is sent. Since Mastodon 4.2 every stream needs a token.
   */
  accessToken?: string | (() => string | Promise<string>) | undefined;
  /** The streaming server's URL (`https:` or `wss:`). If set, discovery is skipped. */
  streamingUrl?: string | URL | undefined;
  /**
   * Additional io-ts codecs by event name. Their events join the union, with the codec's type.
   * @example `{ emoji_reaction: t.type({ name: t.string }) }`
   */
  events?: E | undefined;
  /**
   * The time between two polls of `healthy$`, in ms.
   * @defaultValue `30_000`
   */
  healthInterval?: number | undefined;
  /**
   * Allows plain `http:` and `ws:` with a host other than this machine. The token and every post can then be
   * read on the way.
   * @defaultValue `false`
   */
  allowInsecure?: boolean | undefined;
  /**
   * Keeps the account of `user()` and `list()` streams active with one REST request a day. Mastodon pushes home and
   * list posts only to accounts that have used the REST API in the last seven days; streaming does not count, so a
   * bot that only listens would no longer receive any.
   * @defaultValue `true` in Node, `false` in browsers, whose apps use the REST API
   */
  keepActive?: boolean | undefined;
  /**
   * WebSocket: whether one socket carries all streams. `false`: each stream has a socket of its own
   * (`?stream=user`), for servers that support no more than one stream per socket.
   * @defaultValue `true`
   */
  multiplex?: boolean | undefined;
  /**
   * WebSocket: where the token goes. `'header'`: Node only. `'subprotocol'`: the only place besides the
   * URL that browsers have. `'query'`: for servers that accept nothing else; URLs end up in logs.
   * @defaultValue `'header'` in Node, `'subprotocol'` in browsers
   */
  tokenIn?: TokenPlace | undefined;
  /**
   * WebSocket: the time, in ms, that the socket stays open after its last stream is unsubscribed from.
   * @defaultValue `1_000`
   */
  closeDelay?: number | undefined;
  /**
   * Node only: the undici `Dispatcher` that requests are sent through, or `'env'` for the proxy that
   * `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name. Without it, each stream has a socket of its own.
   */
  dispatcher?: DispatcherLike | 'env' | undefined;
  /**
   * Node only: the `User-Agent` of every request. Browsers send their own.
   * @defaultValue `'mastodon-rx/VERSION'`, with the version of this library
   */
  userAgent?: string | undefined;
}

/** {@link StreamDefaults} with every option set. */
export type ResolvedStreamConfig = {
  [K in keyof StreamDefaults]-?: Exclude<StreamDefaults[K], undefined>;
};

/** {@link CatchUpConfig} with every option set. */
export type ResolvedCatchUpConfig = {
  [K in keyof CatchUpConfig]-?: Exclude<CatchUpConfig[K], undefined>;
};

/** {@link ReconnectConfig} with every option set. */
export type ResolvedReconnectConfig = {
  [K in keyof ReconnectConfig]-?: Exclude<ReconnectConfig[K], undefined>;
};
