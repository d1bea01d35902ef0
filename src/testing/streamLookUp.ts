/**
 * Looks a stream up for a WebSocket, like the real server in its database: whether it may be streamed, and its
 * channels.
 */
import { channelsOf } from './channels.ts';
import { webSocketRefusalsOf, type Refusal } from './errors.ts';
import { type Timers } from './faults.ts';
import { type Flavour } from './flavour.ts';
import { type Lists } from './lists.ts';
import type { ServerPlatform } from './platform.ts';
import { normalizeTag } from './tags.ts';
import { hasScope, type Grant } from './tokens.ts';
import { type Traits } from './version.ts';

/** The parameters of a stream, from a subscribe frame or from the query of the URL. */
export interface StreamParams {
  readonly stream?: unknown;
  readonly tag?: unknown;
  readonly list?: unknown;
}

export interface StreamLookUpConfig {
  readonly lists: Lists;
  readonly traits: Traits;
  readonly flavour: Flavour;
  /** Returns the time that the look-up of a stream takes before it is subscribed to, in ms. */
  readonly subscribeDelay: (stream: string) => number | undefined;
  readonly timers: Timers;
  /** Names of streams that a fork adds. */
  readonly extraNames: ReadonlySet<string>;
  readonly grant: Grant;
  readonly platform: ServerPlatform;
}

const ALL_SCOPES: ReadonlySet<string> = new Set(['read']);

/** The streams that a WebSocket can be subscribed to, without a parameter. */
const PLAIN_STREAMS: ReadonlySet<string> = new Set([
  ...['user', 'user:notification', 'direct'],
  ...['public', 'public:local', 'public:remote'],
  ...['public:media', 'public:local:media', 'public:remote:media'],
]);

export class StreamLookUp {
  readonly #config: StreamLookUpConfig;

  constructor(config: StreamLookUpConfig) {
    this.#config = config;
  }

  /** Runs a step after the delay that a test has set for the stream; without one, by `otherwise`. */
  afterDelay(name: unknown, otherwise: (step: () => void) => void, step: () => void): void {
    const delay = this.#config.subscribeDelay(String(name));
    if (delay === undefined) otherwise(step);
    else this.#config.timers.after(delay, step);
  }

  /** Returns the refusal of a stream that the token's scopes do not allow; undefined if they do. */
  scopeRefusal(name: unknown): Refusal | undefined {
    const { grant, traits, flavour } = this.#config;
    if (flavour.streamsNotificationsToAll && name === 'user:notification') return undefined;
    const narrow = name === 'user:notification' ? 'read:notifications' : 'read:statuses';
    return hasScope(grant, 'read', narrow) ? undefined : webSocketRefusalsOf(traits).missingScope;
  }

  /**
   * Finds the channels of a stream: synchronously, except for a list, which the real server looks up in its
   * database.
   */
  channels(
    name: unknown,
    { tag, list }: StreamParams,
    found: (channels: readonly string[] | Refusal) => void,
  ): void {
    const { grant, traits, flavour, lists, extraNames, platform } = this.#config;
    const refusals = webSocketRefusalsOf(traits);
    const scopes = flavour.streamsNotificationsToAll ? ALL_SCOPES : grant.scopes;
    const channelsFor = (stream: readonly [string, string?]): string[] =>
      channelsOf(stream, grant.account, scopes);

    if (name === 'hashtag' || name === 'hashtag:local') {
      if (tag === undefined || tag === '') found(refusals.missingTag);
      else if (typeof tag !== 'string') found(refusals.unexpected);
      else found(channelsFor([name, normalizeTag(tag)]));
    } else if (name === 'list') {
      if (list === undefined || list === '') {
        found(refusals.missingList);
        return;
      }
      const id = typeof list === 'string' ? list : JSON.stringify(list);
      this.afterDelay(name, platform.later, () => {
        found(lists.find(id, grant.account) ? channelsFor([name, id]) : refusals.foreignList);
      });
    } else if (typeof name !== 'string' || !(PLAIN_STREAMS.has(name) || extraNames.has(name))) {
      found(refusals.unknownStream);
    } else {
      found(channelsFor([name]));
    }
  }
}

/** Returns the value that Express uses of a repeated parameter. */
export const firstOf = (value: unknown): unknown =>
  Array.isArray(value) ? (value as unknown[])[0] : value;
