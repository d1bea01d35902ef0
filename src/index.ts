/** The public API, in the order in which a byte travels. */

/* Timelines */
export { createTimelines, type Timelines } from './timelines.ts';
export type { ReconnectConfig, StreamConfig, TimelinesConfig } from './config.ts';
export type { ChannelConfig, HashtagConfig, PublicConfig } from './channels.ts';
export type { DispatcherLike } from './http/http.ts';

/* The pipe */
export {
  sse,
  type SseComment,
  type SseConfig,
  type SseFrame,
  type SseItem,
  type SseMalformed,
} from './sse.ts';
export { decodeEvents, type DecodeConfig } from './decode.ts';
export { reconnect } from './reconnect.ts';

/* Events */
export {
  STREAM_EVENTS,
  type BaseEvent,
  type ConnectionEvent,
  type ConnectionPayloads,
  type EventCodecs,
  type EventOf,
  type NoEvents,
  type ServerEvent,
  type ServerPayloads,
  type StreamEvent,
  type UnknownPayload,
  type WarningCode,
} from './events.ts';
export { ofType } from './ofType.ts';

/* Errors */
export {
  MastodonApiError,
  MastodonError,
  MastodonIllegalArgumentError,
  MastodonMalformedEventError,
  MastodonNetworkError,
  MastodonNotFoundError,
  MastodonRateLimitError,
  MastodonReadTimeoutError,
  MastodonServerError,
  MastodonStreamEndedError,
  MastodonUnauthorizedError,
  type ApiErrorConfig,
  type MalformedReason,
  type MastodonErrorConfig,
} from './errors.ts';
