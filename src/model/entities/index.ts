/** Mastodon's entities: each name is a codec and the type of what it accepts. */
export { Account, CustomEmoji, FeatureApproval, Field, Role, Source } from './account.ts';
export {
  Announcement,
  AnnouncementReaction,
  AnnouncementStatus,
  Reaction,
} from './announcement.ts';
export { Collection, CollectionItem } from './collection.ts';
export { Conversation } from './conversation.ts';
export { type OpenEnum } from './fields.ts';
export {
  Filter,
  type FilterAction,
  type FilterContext,
  FilterKeyword,
  FilterResult,
  FilterStatus,
} from './filter.ts';
export {
  MediaAttachment,
  MediaMeta,
  type MediaType,
  Poll,
  PollOption,
  PreviewCard,
  PreviewCardAuthor,
  type PreviewCardType,
} from './media.ts';
export {
  AccountWarning,
  type AccountWarningAction,
  Appeal,
  type AppealState,
  Notification,
  NOTIFICATION_TYPES,
  NotificationFallback,
  type NotificationType,
  RelationshipSeveranceEvent,
  Report,
  type ReportCategory,
  type SeveranceType,
} from './notification.ts';
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
} from './status.ts';
export { Mention, Tag } from './tag.ts';
