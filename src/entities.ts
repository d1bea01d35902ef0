/**
 * Exports Mastodon's entities (`mastodon-rx/entities`): each name is an io-ts codec, and the type of what it
 * accepts. Their types alone are in the main entry, so that a page without own codecs does not load io-ts.
 */
export {
  Account,
  CustomEmoji,
  FeatureApproval,
  Field,
  Role,
  Source,
} from './model/entities/account.ts';
export {
  Announcement,
  AnnouncementReaction,
  AnnouncementStatus,
  Reaction,
} from './model/entities/announcement.ts';
export { Collection, CollectionItem } from './model/entities/collection.ts';
export { Conversation } from './model/entities/conversation.ts';
export { type OpenEnum } from './model/entities/fields.ts';
export {
  Filter,
  type FilterAction,
  type FilterContext,
  FilterKeyword,
  FilterResult,
  FilterStatus,
} from './model/entities/filter.ts';
export {
  MediaAttachment,
  MediaMeta,
  type MediaType,
  Poll,
  PollOption,
  PreviewCard,
  PreviewCardAuthor,
  type PreviewCardType,
} from './model/entities/media.ts';
export {
  AccountWarning,
  type AccountWarningAction,
  Appeal,
  type AppealState,
  Notification,
  NotificationFallback,
  type NotificationType,
  RelationshipSeveranceEvent,
  Report,
  type ReportCategory,
  type SeveranceType,
} from './model/entities/notification.ts';
export {
  Application,
  Quote,
  QuoteApproval,
  type QuotePermission,
  type QuotePolicy,
  type QuoteState,
  ShallowQuote,
  Status,
  type StatusVisibility,
} from './model/entities/status.ts';
export { Mention, Tag } from './model/entities/tag.ts';

export type { DecodeFailure, DecodeSuccess, EntityCodec } from './model/entities/codec.ts';
