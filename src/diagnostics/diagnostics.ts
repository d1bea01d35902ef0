/** Declares the messages on Node's `diagnostics_channel`; browsers have no such channels. */
import type { MonoTypeOperatorFunction } from 'rxjs';
import type { BaseEvent } from '../model/events.ts';

/** Identifies the connection that a message is about. */
export interface DiagnosticsConnection {
  /** The stream, as Mastodon names it: `['hashtag', 'rxjs']`. */
  readonly stream: readonly string[];
  readonly transport: 'sse' | 'websocket';
  /** The number of connections tried before in this subscription. */
  readonly attempt: number;
}

/** A message on the channel `mastodon-rx:connection`. */
export interface DiagnosticsConnectionMessage extends DiagnosticsConnection {
  /**
   * `'connecting'`, then `'open'`. After that `'waiting'` if the connection was lost and a retry follows,
   * `'failed'` if the stream ended with an error, or `'closed'` if it was unsubscribed from.
   */
  readonly status: 'connecting' | 'open' | 'waiting' | 'failed' | 'closed';
  /** The reason for `'waiting'` or `'failed'`: a `MastodonError`. */
  readonly error?: unknown;
  /** With `'waiting'`: the time until the retry, in ms. */
  readonly retryIn?: number;
}

/** A message on the channel `mastodon-rx:event`. */
export interface DiagnosticsEventMessage extends DiagnosticsConnection {
  readonly event: BaseEvent<string, unknown>;
}

/** Publishes what happens in one subscription to a stream. */
export interface Diagnosis {
  /** Publishes that a connection is being opened. */
  readonly connecting: (attempt: number) => void;
  /** Mirrors the stream, and publishes its events and its end. */
  readonly observe: <T extends BaseEvent<string, unknown>>() => MonoTypeOperatorFunction<T>;
}

/** Starts the diagnosis of one subscription; `transport` returns the transport that it uses at that moment. */
export type Diagnose = (
  stream: DiagnosticsConnection['stream'],
  transport: () => DiagnosticsConnection['transport'],
) => Diagnosis;

/** A message on the channel `mastodon-rx:keep-active`: a request that keeps an account active. */
export interface DiagnosticsActivityMessage {
  readonly url: string;
  /** The response's status code, if there was a response. */
  readonly status?: number;
  /** The reason why there was no response. */
  readonly error?: unknown;
}

/** Publishes a request that keeps an account active. */
export type ReportActivity = (message: DiagnosticsActivityMessage) => void;
