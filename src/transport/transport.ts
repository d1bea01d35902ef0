/** Declares the interface of transports, which SSE and WebSocket implement. */
import type { Observable } from 'rxjs';
import type { ResolvedStreamConfig } from '../config/options.ts';
import type { Channel } from '../connect/channels.ts';
import type { ConnectionPayloads } from '../model/events.ts';
import type { SseItem } from './sse/parseEventStream.ts';

/**
 * Opens a channel: emits once, when the stream is open. Its `items` are for one subscriber, which must subscribe
 * synchronously.
 */
export type Transport = (channel: Channel, config: ResolvedStreamConfig) => Observable<OpenStream>;

/** A stream that is open. */
export interface OpenStream {
  /** The warnings about the connection to the server. */
  readonly warnings: readonly ConnectionPayloads['warning'][];
  /** Errors when the connection is lost; never completes. */
  readonly items: Observable<StreamItem>;
}

/** An item of a stream, over either transport. */
export type StreamItem =
  SseItem | { readonly type: 'warning'; readonly payload: ConnectionPayloads['warning'] };
