/** What Node's `diagnostics_channel` is told; in browsers, which have none, nobody is. */
import type { MonoTypeOperatorFunction } from 'rxjs';
import type { BaseEvent } from '../model/events.ts';

/** Which connection a message is about. */
export interface Connection {
  /** As Mastodon names it: `['hashtag', 'rxjs']`. */
  readonly stream: readonly string[];
  readonly transport: 'sse' | 'websocket';
  /** How often this subscription had tried before. */
  readonly attempt: number;
}

/** A message on `mastodon-rx:connection`. */
export interface ConnectionMessage extends Connection {
  /** `connecting`, then `open`; in the end `lost`, with the error, or `closed` by who unsubscribed. */
  readonly state: 'connecting' | 'open' | 'lost' | 'closed';
  /** Why it is lost: a `MastodonError`. */
  readonly error?: unknown;
}

/** A message on `mastodon-rx:event`. */
export interface EventMessage extends Connection {
  readonly event: BaseEvent<string, unknown>;
}

/** Mirrors one connection, and tells of it whoever listens when it begins. */
export type Diagnose = <T extends BaseEvent<string, unknown>>(
  connection: Connection,
) => MonoTypeOperatorFunction<T>;
