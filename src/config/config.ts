/** Every option with its unit, every default once, and the check that a config is one. */
import type { Cursor } from '../model/cursorOf.ts';
import type { DispatcherLike } from '../http/http.ts';
import type { EventCodecs, NoEvents } from '../model/events.ts';
import { MastodonIllegalArgumentError } from '../model/errors.ts';
import { RESERVED_EVENT_NAMES } from '../model/events.ts';
import { controlsNetwork } from '#platform';

/** Where the token goes in a WebSocket's handshake. */
export type TokenPlace = 'header' | 'subprotocol' | 'query';

/** How `reconnect` waits. All times in ms. */
export interface ReconnectConfig {
  /**
   * The wait before the first retry, in ms.
   * @defaultValue `1_000`
   */
  delay?: number | undefined;
  /**
   * The longest wait, in ms. A server's `Retry-After` may ask for more, and gets it.
   * @defaultValue `60_000`
   */
  maxDelay?: number | undefined;
  /**
   * What each wait is multiplied with to make the next one.
   * @defaultValue `2`
   */
  factor?: number | undefined;
  /**
   * `true`: each wait is cut down to between a half and the whole of itself at random, so that not
   * all clients of a restarted server come back in the same second. A function: returns the share
   * (0 to 1) of the wait that is waited.
   * @defaultValue `true`
   */
  jitter?: boolean | (() => number) | undefined;
  /**
   * How many retries in a row before the error is passed on.
   * @defaultValue `Infinity`
   */
  count?: number | undefined;
  /**
   * How long a connection must have stayed up, in ms, for the waits to start over.
   * @defaultValue `10_000`
   */
  stableAfter?: number | undefined;
}

/** How much is fetched of what was missed. */
export interface CatchUpConfig {
  /**
   * How many posts, how many notifications and how many conversations at most, the oldest first; where
   * there were more, `caught-up` says `complete: false`.
   * @defaultValue `400`
   */
  maxItems?: number | undefined;
  /**
   * How long the live events are held back for it at most, in ms, waits for a rate limit included.
   * @defaultValue `60_000`
   */
  patience?: number | undefined;
}

/** What a client has for all its streams, and each stream can have its own way. */
export interface StreamDefaults {
  /**
   * How the stream comes. `'sse'`: over a connection of its own. `'websocket'`: over one socket, which it
   * shares with all other streams of the client that come so; the events are the same.
   * @defaultValue `'sse'`
   */
  transport?: 'sse' | 'websocket' | undefined;
  /**
   * How long the stream may be silent, in ms: no byte, not even a heartbeat (Mastodon sends one every
   * 15 s). Then it errors with `MastodonReadTimeoutError`. `Infinity`: for ever.
   * @defaultValue `60_000`
   */
  timeout?: number | undefined;
  /**
   * How long to wait for the response's headers, in ms, discovery and the token included. Then the
   * stream errors with `MastodonNetworkError`. `Infinity`: for ever.
   * @defaultValue `30_000`
   */
  connectTimeout?: number | undefined;
  /**
   * What to do when the connection is lost. `false`: error. `true`: wait 1 s, doubling to 60 s, with
   * jitter, and connect again. A number: wait as many ms each time.
   * @defaultValue `false`
   */
  reconnect?: boolean | number | ReconnectConfig | undefined;
  /**
   * Whether to fetch over REST what was missed while the connection was lost: the new stream is opened
   * first and its events held back, what was missed is emitted oldest first with `recovered: true`, then
   * a `caught-up` event, then what was held, each post once. Where the stream begins is asked before it is
   * opened. `true`: by the defaults of {@link CatchUpConfig}.
   * @defaultValue `false`
   */
  catchUp?: boolean | CatchUpConfig | undefined;
  /**
   * What to do with an event that cannot be read (no JSON, no name, bad UTF-8, too long). `'error'`:
   * the stream errors with `MastodonMalformedEventError`. `'emit'`: a `malformed` event is emitted in
   * its place, and the stream goes on.
   * @defaultValue `'error'`
   */
  onMalformed?: 'error' | 'emit' | undefined;
  /**
   * The longest event that is read, in UTF-16 code units of its lines together.
   * @defaultValue `1_048_576`
   */
  maxEventLength?: number | undefined;
}

/** What every stream method takes; anything left out, or `undefined`, is as the client has it. */
export interface StreamConfig extends StreamDefaults {
  /**
   * The newest ids that were handled, as `cursorOf` reads them from the events: the stream starts with a
   * catch-up from there, whether or not `catchUp` is on. A single id will do for a stream of one kind.
   */
  resumeFrom?: string | Cursor | undefined;
}

/** What `createTimelines` takes: where, as whom, and the defaults of all its streams. */
export interface TimelinesConfig<E extends EventCodecs = NoEvents> extends StreamDefaults {
  /** The server, e.g. `https://mastodon.social`. */
  baseUrl: string | URL;
  /**
   * The token that says who asks, or a function that is asked for one at every connect. Since
   * Mastodon 4.2 no stream is anonymous; left out, no token is sent.
   */
  accessToken?: string | (() => string | Promise<string>) | undefined;
  /** Where the streaming server is, `https:` or `wss:`; given, it is not looked for. */
  streamingUrl?: string | URL | undefined;
  /**
   * io-ts codecs of events that this library does not know, by event name. They join the union, typed.
   * @example `{ emoji_reaction: t.type({ name: t.string }) }`
   */
  events?: E | undefined;
  /**
   * The time between two polls of `healthy$`, in ms.
   * @defaultValue `30_000`
   */
  healthInterval?: number | undefined;
  /**
   * Whether plain `http:` and `ws:` may be used with a host that is not this machine. The token and
   * every post can then be read on the way.
   * @defaultValue `false`
   */
  allowInsecure?: boolean | undefined;
  /**
   * WebSocket: whether one socket carries all streams. `false`, for servers that know one stream per
   * socket (`?stream=user`): each stream has a socket of its own.
   * @defaultValue `true`
   */
  multiplex?: boolean | undefined;
  /**
   * WebSocket: where the token goes. `'header'` (Node only); `'subprotocol'`, the only place that browsers
   * have beside the URL; `'query'`, for servers that know nothing else: URLs end up in logs.
   * @defaultValue `'header'` in Node, `'subprotocol'` in browsers.
   */
  tokenIn?: TokenPlace | undefined;
  /**
   * WebSocket: how long the socket stays open when its last stream is unsubscribed from, in ms.
   * @defaultValue `1_000`
   */
  grace?: number | undefined;
  /**
   * Node only: the undici `Dispatcher` to send requests through, or `'env'` for the proxy that
   * `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name. Left out, each stream has a socket of its own.
   */
  dispatcher?: DispatcherLike | 'env' | undefined;
}

/** {@link StreamDefaults} with nothing left out. */
export type ResolvedStreamConfig = {
  [K in keyof StreamDefaults]-?: Exclude<StreamDefaults[K], undefined>;
};

/** {@link CatchUpConfig} with nothing left out. */
export type ResolvedCatchUpConfig = {
  [K in keyof CatchUpConfig]-?: Exclude<CatchUpConfig[K], undefined>;
};

/** {@link ReconnectConfig} with nothing left out. */
export type ResolvedReconnectConfig = {
  [K in keyof ReconnectConfig]-?: Exclude<ReconnectConfig[K], undefined>;
};

/** The defaults of every stream. */
export const STREAM_DEFAULTS: ResolvedStreamConfig = {
  timeout: 60_000, // ms: four of Mastodon's heartbeats (every 15 s, streaming/index.js)
  connectTimeout: 30_000, // ms
  reconnect: false,
  catchUp: false,
  onMalformed: 'error',
  maxEventLength: 1_048_576, // UTF-16 code units; real events have some thousands
  transport: 'sse',
};

/** The defaults of `reconnect`. */
export const RECONNECT_DEFAULTS: ResolvedReconnectConfig = {
  delay: 1_000, // ms
  maxDelay: 60_000, // ms
  factor: 2,
  jitter: true,
  count: Infinity,
  stableAfter: 10_000, // ms
};

/** The defaults of `catchUp`. */
export const CATCH_UP_DEFAULTS: ResolvedCatchUpConfig = {
  maxItems: 400, // ten pages; Mastodon's home timeline holds no more either
  patience: 60_000, // ms
};

/** The defaults of the client's sockets. */
export const SOCKET_DEFAULTS = {
  multiplex: true,
  tokenIn: (controlsNetwork ? 'header' : 'subprotocol') as TokenPlace,
  grace: 1_000, // ms
} as const;

/** The default time between two polls of `healthy$`, in ms. */
export const HEALTH_INTERVAL = 30_000;

/** The longest wait that a timer can have, in ms (about 25 days): a longer one would end at once. */
export const MAX_WAIT = 2_147_483_647;

/** Fills in the defaults of a stream. Throws `MastodonIllegalArgumentError` where something is wrong. */
export function resolveStreamConfig(
  config: StreamDefaults,
  defaults: ResolvedStreamConfig = STREAM_DEFAULTS,
): ResolvedStreamConfig {
  checkKeys('option', config, Object.keys(STREAM_DEFAULTS));
  const resolved = { ...defaults, ...withoutUndefined(config) };
  checkOneOf('transport', resolved.transport, ['sse', 'websocket']);
  checkTime('timeout', resolved.timeout);
  checkTime('connectTimeout', resolved.connectTimeout);
  checkOneOf('onMalformed', resolved.onMalformed, ['error', 'emit']);
  check(
    Number.isInteger(resolved.maxEventLength) && resolved.maxEventLength > 0,
    'maxEventLength must be a whole number of UTF-16 code units above 0',
  );
  if (resolved.reconnect !== false) resolveReconnectConfig(resolved.reconnect);
  if (resolved.catchUp !== false) resolveCatchUpConfig(resolved.catchUp);
  return resolved;
}

/** Fills in the defaults of `catchUp`: `true` takes them all. */
export function resolveCatchUpConfig(config: true | CatchUpConfig): ResolvedCatchUpConfig {
  if (config === true) return CATCH_UP_DEFAULTS;
  check(isRecord(config), 'catchUp must be true, false or an object');
  checkKeys('option of catchUp', config, Object.keys(CATCH_UP_DEFAULTS));
  const resolved = { ...CATCH_UP_DEFAULTS, ...withoutUndefined(config) };
  check(
    Number.isInteger(resolved.maxItems) && resolved.maxItems > 0,
    'catchUp.maxItems must be a whole number above 0',
  );
  checkWait('catchUp.patience', resolved.patience);
  return resolved;
}

/** Reads `resumeFrom` for a stream of these kinds. */
export function resolveResumeFrom(
  resumeFrom: string | Cursor | undefined,
  kinds: readonly string[],
): Cursor | undefined {
  if (resumeFrom === undefined) return undefined;
  const [kind, ...others] = kinds;
  check(kind !== undefined, 'resumeFrom: no REST timeline is known for this stream');
  const cursor: unknown = typeof resumeFrom === 'string' ? { [kind]: resumeFrom } : resumeFrom;
  check(
    typeof resumeFrom !== 'string' || others.length === 0,
    `resumeFrom: this stream has ids of several kinds: { ${kinds.map((each) => `${each}: id`).join(', ')} }`,
  );
  check(isRecord(cursor), 'resumeFrom must be an id, or an object of ids by kind');
  checkKeys('kind in resumeFrom', cursor, kinds);
  for (const [name, id] of Object.entries(cursor)) {
    check(
      id === undefined || (typeof id === 'string' && /^[\w-]+$/.test(id)),
      `resumeFrom: the id of ${name} must be a string, as the server wrote it`,
    );
  }
  return cursor;
}

/** The stream's options among the client's. */
export function pickStreamConfig(config: TimelinesConfig<EventCodecs>): StreamDefaults {
  const { transport, timeout, connectTimeout, reconnect, catchUp, onMalformed, maxEventLength } =
    config;
  return { transport, timeout, connectTimeout, reconnect, catchUp, onMalformed, maxEventLength };
}

/** Fills in the defaults of `reconnect`: `true` takes them all, a number of ms is a fixed wait. */
export function resolveReconnectConfig(
  config: true | number | ReconnectConfig,
): ResolvedReconnectConfig {
  if (config === true) return RECONNECT_DEFAULTS;
  if (typeof config === 'number') {
    checkWait('reconnect', config);
    return { ...RECONNECT_DEFAULTS, delay: config, maxDelay: config, factor: 1, jitter: false };
  }
  check(isRecord(config), 'reconnect must be true, false, a number of ms or an object');
  checkKeys('option of reconnect', config, Object.keys(RECONNECT_DEFAULTS));
  const resolved = { ...RECONNECT_DEFAULTS, ...withoutUndefined(config) };
  checkWait('reconnect.delay', resolved.delay);
  checkWait('reconnect.maxDelay', resolved.maxDelay);
  check(
    Number.isFinite(resolved.factor) && resolved.factor >= 1,
    'reconnect.factor must be a number of at least 1: the waits never become shorter',
  );
  check(
    typeof resolved.jitter === 'boolean' || typeof resolved.jitter === 'function',
    'reconnect.jitter must be true, false or a function that returns a number from 0 to 1',
  );
  check(
    resolved.count === Infinity || (Number.isInteger(resolved.count) && resolved.count >= 0),
    'reconnect.count must be a whole number of retries, or Infinity',
  );
  check(
    typeof resolved.stableAfter === 'number' && resolved.stableAfter >= 0,
    'reconnect.stableAfter must be a number of ms of at least 0',
  );
  return resolved;
}

/** Checks what only the client has; the rest is {@link resolveStreamConfig}'s. */
export function checkTimelinesConfig(config: TimelinesConfig<EventCodecs>): void {
  check(
    isRecord(config),
    "createTimelines needs an object: createTimelines({ baseUrl: 'https://mastodon.social' })",
  );
  checkKeys('option', config, [
    ...Object.keys(STREAM_DEFAULTS),
    ...['baseUrl', 'accessToken', 'streamingUrl', 'events'],
    ...['healthInterval', 'allowInsecure', 'dispatcher'],
    ...['multiplex', 'tokenIn', 'grace'],
  ]);
  if (config.healthInterval !== undefined) checkWait('healthInterval', config.healthInterval);
  check(
    config.allowInsecure === undefined || typeof config.allowInsecure === 'boolean',
    'allowInsecure must be true or false',
  );
  // A function's token is checked when it comes.
  const { accessToken } = config;
  if (accessToken !== undefined && typeof accessToken !== 'function') checkToken(accessToken);
  checkEvents(config.events ?? {});
  checkDispatcher(config.dispatcher);
  checkSockets(config);
}

function checkSockets({ multiplex, tokenIn, grace }: TimelinesConfig<EventCodecs>): void {
  check(
    multiplex === undefined || typeof multiplex === 'boolean',
    'multiplex must be true or false',
  );
  if (tokenIn !== undefined) checkOneOf('tokenIn', tokenIn, ['header', 'subprotocol', 'query']);
  check(
    tokenIn !== 'header' || controlsNetwork,
    "tokenIn: 'header' is for Node: a browser's WebSocket has no headers",
  );
  check(grace === undefined || grace === 0 || isWait(grace), `grace must be 0, or ${WAIT}`);
}

function checkEvents(events: EventCodecs): void {
  check(isRecord(events), 'events must be an object of io-ts codecs by event name');
  for (const [name, codec] of Object.entries(events)) {
    check(name !== '', 'events: an event needs a name');
    check(
      !RESERVED_EVENT_NAMES.has(name),
      `events: the name ${JSON.stringify(name)} is taken by an event of this library`,
    );
    check(
      typeof (codec as unknown as { decode?: unknown } | undefined)?.decode === 'function',
      `events: ${JSON.stringify(name)} must be an io-ts codec`,
    );
  }
}

function checkDispatcher(dispatcher: TimelinesConfig['dispatcher']): void {
  if (dispatcher === undefined) return;
  check(controlsNetwork, 'dispatcher is for Node: a browser chooses its own way to the server');
  check(
    dispatcher === 'env' ||
      typeof (dispatcher as unknown as { dispatch?: unknown } | null)?.dispatch === 'function',
    "dispatcher must be a Dispatcher, or 'env'",
  );
}

/** Anything else would be refused by the HTTP client, with a message of its own making. */
export function checkToken(token: unknown): asserts token is string {
  check(
    typeof token === 'string' && /^[\x21-\x7e]+$/.test(token),
    'accessToken must be (or return) a string of visible ASCII characters without spaces',
  );
}

/** A misspelt option would be silently without effect. */
export function checkKeys(what: string, config: object, known: readonly string[]): void {
  for (const key of Object.keys(config)) {
    check(
      known.includes(key),
      `There is no ${what} ${JSON.stringify(key)}; there are ${known.join(', ')}`,
    );
  }
}

/** Throws `MastodonIllegalArgumentError` with `message` unless `ok`. */
export function check(ok: boolean, message: string): asserts ok {
  if (!ok) throw new MastodonIllegalArgumentError(message);
}

function checkOneOf(name: string, value: unknown, allowed: readonly unknown[]): void {
  const list = allowed.map((one) => JSON.stringify(one)).join(' or ');
  check(allowed.includes(value), `${name} must be ${list}`);
}

function checkTime(name: string, value: unknown): void {
  check(value === Infinity || isWait(value), `${name} must be ${WAIT}, or Infinity`);
}

function checkWait(name: string, value: unknown): void {
  check(isWait(value), `${name} must be ${WAIT}`);
}

/** Whether a value is a number of ms that a timer can wait. */
export const isWait = (value: unknown): boolean =>
  typeof value === 'number' && value > 0 && value <= MAX_WAIT;

const WAIT = `a number of ms above 0 and up to ${MAX_WAIT}`;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An option that is `undefined` is an option left out. */
function withoutUndefined<T extends object>(
  config: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  const given = Object.entries(config).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]: Exclude<T[K], undefined> };
}
