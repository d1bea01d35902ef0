/**
 * The operators that the streams are made of, for whoever has bytes of his own. They call, and do not export,
 * what the streams use: esbuild takes for needed at once what the main entry exports and something else
 * loads later.
 */
import type { OperatorFunction } from 'rxjs';
import { decodeEvents as decode, type DecodeConfig } from '../decode/decodeEvents.ts';
import type { EventCodecs, NoEvents, StreamEvent } from '../model/events.ts';
import {
  sse as split,
  type SseConfig,
  type SseItem,
  type StreamItem,
} from '../transport/sse/parseEventStream.ts';

/**
 * Splits the bytes of an event stream into frames and comments.
 *
 * An item is emitted in the same turn as the chunk that ends it. A block that is longer than
 * `maxEventLength` (UTF-16 code units of its lines together; 1,048,576) or is no UTF-8 is malformed:
 * by default the result errors with `MastodonMalformedEventError` after everything before it was
 * emitted; with `onMalformed: 'emit'` a {@link SseMalformed} takes its place, and the next block is
 * read as ever. Bad bytes in a comment do no harm. A block still open when the source completes is
 * dropped, as the standard asks. `retry` fields are ignored: `reconnect()` decides.
 *
 * ```ts
 * body$.pipe(sse(), decodeEvents({ stream: ['user'] }));
 * ```
 */
export function sse(config: SseConfig = {}): OperatorFunction<Uint8Array, SseItem> {
  return split(config);
}

/**
 * Turns the frames of {@link sse} into events of the union, in the same turn.
 *
 * A comment becomes a `heartbeat`. An event whose name is not known, or whose payload does not fit its
 * codec, becomes `unknown`, and the stream goes on. What cannot be read (a known event that is no JSON,
 * an event without a name) is malformed: the result errors with `MastodonMalformedEventError`, or emits
 * a `malformed` event with `onMalformed: 'emit'`.
 */
export function decodeEvents<E extends EventCodecs = NoEvents>(
  config: DecodeConfig<E>,
): OperatorFunction<StreamItem, StreamEvent<E>> {
  return decode(config);
}
