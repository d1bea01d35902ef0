/** The public API, in the order in which a byte travels. */

/* Timelines */
export { createTimelines, type Timelines } from './client/createTimelines.ts';
export type { ReconnectConfig, StreamConfig, TimelinesConfig } from './config/config.ts';
export type { ChannelConfig, HashtagConfig, PublicConfig } from './connect/channels.ts';
export type { DispatcherLike } from './http/http.ts';

/* The pipe */
export { decodeEvents, sse } from './client/pipe.ts';
export type {
  SseComment,
  SseConfig,
  SseFrame,
  SseItem,
  SseMalformed,
} from './transport/sse/parseEventStream.ts';
export type { DecodeConfig } from './decode/decodeEvents.ts';
export { reconnect } from './policies/reconnect.ts';
export { retryNow } from './policies/retryWait.ts';

/* What was missed, and how far one has got */
export { cursorOf, type Cursor } from './model/cursorOf.ts';
export { distinctEvents, type DistinctEventsConfig } from './operators/distinctEvents.ts';
export type { CatchUpConfig, StreamDefaults } from './config/config.ts';

/* What people hold */
export { connectionState, type ConnectionState } from './operators/connectionState.ts';
export { sharedTimeline, type SharedTimelineConfig } from './operators/shareTimeline.ts';
export { toTimeline, type ToTimelineConfig } from './operators/toTimeline.ts';
export { toAsyncIterable } from './operators/toAsyncIterable.ts';
export { boundedMap, type BoundedMapConfig } from './operators/boundedMergeMap.ts';
export { MastodonQueueOverflowError, type OverflowConfig } from './operators/boundedQueue.ts';

/* What it is doing */
export { streamStats, type StreamStats, type StreamStatsConfig } from './operators/streamStats.ts';
export type { Connection, ConnectionMessage, EventMessage } from './diagnostics/diagnostics.ts';

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
} from './model/events.ts';
export { ofType } from './operators/ofType.ts';

/* Entities: each name is an io-ts codec, and the type of what it accepts */
export {
  Account,
  AccountWarning,
  type AccountWarningAction,
  Announcement,
  AnnouncementReaction,
  AnnouncementStatus,
  Appeal,
  type AppealState,
  Application,
  Collection,
  CollectionItem,
  Conversation,
  CustomEmoji,
  FeatureApproval,
  Field,
  Filter,
  type FilterAction,
  type FilterContext,
  FilterKeyword,
  FilterResult,
  FilterStatus,
  MediaAttachment,
  MediaMeta,
  type MediaType,
  Mention,
  Notification,
  NOTIFICATION_TYPES,
  NotificationFallback,
  type NotificationType,
  type OpenEnum,
  Poll,
  PollOption,
  PreviewCard,
  PreviewCardAuthor,
  type PreviewCardType,
  Quote,
  QuoteApproval,
  type QuotePermission,
  type QuotePolicy,
  type QuoteState,
  Reaction,
  RelationshipSeveranceEvent,
  Report,
  type ReportCategory,
  Role,
  type SeveranceType,
  ShallowQuote,
  Source,
  Status,
  type StatusVisibility,
  Tag,
} from './model/entities/index.ts';

/* Listeners */
export { toListener } from './listener/toListener.ts';
export { StreamListener } from './listener/streamListener.ts';
export { CallbackStreamListener, type StreamCallbacks } from './listener/callbackStreamListener.ts';
export { handlerNameOf, type HandlerNameOf } from './listener/handlerNameOf.ts';
export type { Listener, StreamHandlers } from './listener/handlers.ts';
export type { PipeEnd } from './listener/pipeEnd.ts';
export type { StreamHandle } from './listener/streamHandle.ts';

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
} from './model/errors.ts';
