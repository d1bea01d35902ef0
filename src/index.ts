/** Exports the public API, in the order in which the data passes it. */

/* Timelines */
export { createTimelines, type Timelines } from './client/createTimelines.ts';
export type { ReconnectConfig, StreamConfig, TimelinesConfig } from './config/options.ts';
export type { ChannelConfig, HashtagConfig, PublicConfig } from './connect/channels.ts';
export type { DispatcherLike } from './http/http.ts';

/* The pipe */
export {
  sse,
  type SseComment,
  type SseConfig,
  type SseFrame,
  type SseItem,
  type SseMalformed,
} from './transport/sse/parseEventStream.ts';
export { decodeEvents, type DecodeConfig } from './decode/decodeEvents.ts';
export { reconnect } from './policies/reconnect.ts';
export { retryNow } from './policies/retryWait.ts';

/* Positions, and what was missed */
export { cursorOf } from './model/cursorOf.ts';
export type { Cursor } from './model/events.ts';
export { distinctEvents, type DistinctEventsConfig } from './operators/distinctEvents.ts';
export type { BackfillConfig, CatchUpConfig, StreamDefaults } from './config/options.ts';

/* From streams to lists, states and loops */
export { connectionState, type ConnectionState } from './operators/connectionState.ts';
export { shareTimeline, type ShareTimelineConfig } from './operators/shareTimeline.ts';
export { toTimeline, type ToTimelineConfig } from './operators/toTimeline.ts';
export { toAsyncIterable } from './operators/toAsyncIterable.ts';
export { boundedMergeMap, type BoundedMergeMapConfig } from './operators/boundedMergeMap.ts';
export { MastodonQueueOverflowError, type OverflowConfig } from './operators/boundedQueue.ts';

/* Monitoring */
export { streamStats, type StreamStats, type StreamStatsConfig } from './operators/streamStats.ts';
export type {
  DiagnosticsActivityMessage,
  DiagnosticsConnection,
  DiagnosticsConnectionMessage,
  DiagnosticsEventMessage,
} from './diagnostics/diagnostics.ts';

/* Events */
export {
  CONNECTION_EVENTS,
  isConnectionEvent,
  STREAM_EVENTS,
  type BaseEvent,
  type ConnectionEvent,
  type ConnectionPayloads,
  type EventCodecs,
  type EventOf,
  type Gap,
  type Gaps,
  type NoEvents,
  type ServerEvent,
  type ServerPayloads,
  type StreamEvent,
  type UnknownPayload,
  type WarningCode,
} from './model/events.ts';
export { ofType } from './operators/ofType.ts';

/* Entities: their types; the io-ts codecs are in `mastodon-rx/entities` */
export { NOTIFICATION_TYPES } from './model/entities/notificationTypes.ts';
export type {
  Account,
  AccountWarning,
  AccountWarningAction,
  Announcement,
  AnnouncementReaction,
  AnnouncementStatus,
  Appeal,
  AppealState,
  Application,
  Collection,
  CollectionItem,
  Conversation,
  CustomEmoji,
  FeatureApproval,
  Field,
  Filter,
  FilterAction,
  FilterContext,
  FilterKeyword,
  FilterResult,
  FilterStatus,
  MediaAttachment,
  MediaMeta,
  MediaType,
  Mention,
  Notification,
  NotificationFallback,
  NotificationType,
  OpenEnum,
  Poll,
  PollOption,
  PreviewCard,
  PreviewCardAuthor,
  PreviewCardType,
  Quote,
  QuoteApproval,
  QuotePermission,
  QuotePolicy,
  QuoteState,
  Reaction,
  RelationshipSeveranceEvent,
  Report,
  ReportCategory,
  Role,
  SeveranceType,
  ShallowQuote,
  Source,
  Status,
  StatusVisibility,
  Tag,
} from './entities.ts';

/* Listeners */
export { toListener } from './listener/toListener.ts';
export { StreamListener } from './listener/streamListener.ts';
export { CallbackStreamListener, type StreamCallbacks } from './listener/callbackStreamListener.ts';
export { handlerNameOf, type HandlerNameOf } from './listener/handlerNameOf.ts';
export type { Listener, StreamHandlers } from './listener/handlers.ts';
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
  MastodonUnsupportedError,
  type ApiErrorConfig,
  type MalformedReason,
  type MastodonErrorConfig,
} from './model/errors.ts';
export type {
  ItemsByKind,
  OlderConfig,
  TimelinePage,
  TimelineStream,
} from './model/timelineStream.ts';
export {
  hideFiltered,
  type HideContext,
  type HideFilteredConfig,
} from './operators/hideFiltered.ts';
export type { NotificationGroup } from './operators/notificationGroups.ts';
export type { OlderPagesConfig, OlderState } from './policies/olderPages.ts';
export { toConversations, type ToConversationsConfig } from './operators/toConversations.ts';
export type { ToListConfig } from './operators/listConfig.ts';
export { toNotifications, type ToNotificationsConfig } from './operators/toNotifications.ts';
