/**
 * Maps a request to its stream and to the channels that feed it, and connects publishers with listeners. It is
 * independent of the transport: WebSockets and SSE listen in the same way.
 */
import type { Query } from './exchange.ts';
import { normalizeTag } from './tags.ts';

/**
 * The channel that {@link FakeMastodon.publish} publishes on.
 *
 * - a name as Mastodon writes it: `'public:local:media'`; `'user'`, `'user:notification'` and `'direct'` belong to
 *   the account `alice`;
 * - `['hashtag', 'rxjs']`, `['hashtag:local', 'rxjs']`, `['list', '42']`;
 * - `{ account: 'bob' }`, or `{ account: 'bob', channel: 'direct' }`, for another account.
 */
export type FakeChannel =
  | 'user'
  | 'user:notification'
  | 'direct'
  | 'public'
  | 'public:media'
  | 'public:local'
  | 'public:local:media'
  | 'public:remote'
  | 'public:remote:media'
  | (string & {})
  | readonly [name: 'hashtag' | 'hashtag:local' | 'list', parameter: string]
  | {
      readonly account: string;
      /** @defaultValue `'user'` */
      readonly channel?: 'user' | 'user:notification' | 'direct';
    };

/** An event to publish: the server's name of the event, and its payload. */
export interface FakeEvent {
  readonly event: string;
  /** An object is sent as JSON, a string unchanged, a number as its digits. */
  readonly payload?: unknown;
}

/** The default account of tokens and channels. */
export const DEFAULT_ACCOUNT = 'alice';

const NAMES: ReadonlyMap<string, string> = new Map([
  ['user', 'user'],
  ['user/notification', 'user:notification'],
  ['public', 'public'],
  ['public/local', 'public:local'],
  ['public/remote', 'public:remote'],
  ['hashtag', 'hashtag'],
  ['hashtag/local', 'hashtag:local'],
  ['list', 'list'],
  ['direct', 'direct'],
]);

/** The values that count as false in a query of Mastodon's. */
const FALSE_VALUES: ReadonlySet<unknown> = new Set(['0', 'f', 'F', 'false', 'FALSE', 'off', 'OFF']);

export const isTruthy = (value: string | string[] | undefined): boolean =>
  value !== undefined && value !== '' && !FALSE_VALUES.has(value);

/** Returns the stream at a path below `/api/v1/streaming/`; `undefined` if there is none. */
export function streamNameOf(
  path: string,
  query: Query,
  extra: ReadonlyMap<string, string>,
): string | undefined {
  const name = NAMES.get(path) ?? extra.get(path);
  const hasMedia = name?.startsWith('public') === true;
  return hasMedia && isTruthy(query['only_media']) ? `${name}:media` : name;
}

/** Returns the channels that feed one stream of `account`. */
export function channelsOf(
  stream: readonly [name: string, parameter?: string],
  account: string,
  scopes: ReadonlySet<string>,
): string[] {
  const [name] = stream;
  if (name !== 'user') return [keyOf(name, account, stream[1])];
  const keys = [keyOf('user', account)];
  // Without the scope, the stream silently omits notifications.
  if (scopes.has('read') || scopes.has('read:notifications')) {
    keys.push(keyOf('user:notification', account));
  }
  return keys;
}

export function keyOfChannel(channel: FakeChannel): string {
  if (typeof channel === 'string') return keyOf(channel, DEFAULT_ACCOUNT);
  if ('account' in channel) return keyOf(channel.channel ?? 'user', channel.account);
  return keyOf(channel[0], DEFAULT_ACCOUNT, channel[1]);
}

/** Returns a channel's name as in the real server's Redis, except for the account's id. */
export function keyOf(name: string, account: string, parameter = ''): string {
  switch (name) {
    case 'user':
      return `timeline:${account}`;
    case 'user:notification':
      return `timeline:${account}:notifications`;
    case 'direct':
      return `timeline:direct:${account}`;
    case 'hashtag':
      return `timeline:hashtag:${normalizeTag(parameter)}`;
    case 'hashtag:local':
      return `timeline:hashtag:${normalizeTag(parameter)}:local`;
    case 'list':
      return `timeline:list:${parameter}`;
    default:
      return `timeline:${name}`;
  }
}

type Receiver = (event: FakeEvent) => void;

/** Publishes events to subscribers, like Redis for a real server: it stores nothing, and copies texts. */
export class Hub {
  readonly #receivers = new Map<string, Set<Receiver>>();

  subscribe(keys: readonly string[], receiver: Receiver): () => void {
    for (const key of keys) {
      const receivers = this.#receivers.get(key) ?? new Set();
      this.#receivers.set(key, receivers.add(receiver));
    }
    return () => {
      for (const key of keys) this.#receivers.get(key)?.delete(receiver);
    };
  }

  publish(key: string, event: FakeEvent): void {
    // Redis transports text: values that JSON cannot represent are lost here as well.
    const copy = JSON.parse(JSON.stringify(event)) as FakeEvent;
    for (const receiver of [...(this.#receivers.get(key) ?? [])]) receiver(copy);
  }
}
