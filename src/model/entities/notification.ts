/** Declares the codecs of notifications: mentions, boosts, follows, and moderators' actions. */
import * as t from 'io-ts';
import type { EntityCodec } from './codec.ts';
import { Account } from './account.ts';
import { Collection } from './collection.ts';
import { entity, nullable, type OpenEnum } from './fields.ts';
import type { NOTIFICATION_TYPES } from './notificationTypes.ts';
import { Status } from './status.ts';

/** The type of a notification; forks add e.g. `reaction` and `pleroma:emoji_reaction`. */
export type NotificationType = OpenEnum<(typeof NOTIFICATION_TYPES)[number]>;

const notificationType: t.Type<NotificationType> = t.string;

/** The reason why somebody was reported. */
export type ReportCategory = OpenEnum<'spam' | 'legal' | 'violation' | 'other'>;

const reportCategory: t.Type<ReportCategory> = t.string;

const reportFields = entity(
  'Report',
  { id: t.string, target_account: Account },
  {
    action_taken: nullable(t.boolean),
    action_taken_at: nullable(t.string),
    category: nullable(reportCategory),
    comment: nullable(t.string),
    forwarded: nullable(t.boolean),
    created_at: nullable(t.string),
    status_ids: nullable(t.array(t.string)),
    rule_ids: nullable(t.array(t.string)),
    collection_ids: nullable(t.array(t.string)),
  },
);

/**
 * A report to the moderators.
 *
 * @see https://docs.joinmastodon.org/entities/Report/
 */
export interface Report extends t.TypeOf<typeof reportFields> {}

/** The codec of {@link Report}. */
export const Report: EntityCodec<Report> = reportFields;

/** The reason why relationships were severed. */
export type SeveranceType = OpenEnum<'domain_block' | 'user_domain_block' | 'account_suspension'>;

const severanceType: t.Type<SeveranceType> = t.string;

const relationshipSeveranceEventFields = entity(
  'RelationshipSeveranceEvent',
  { id: t.string, type: severanceType },
  {
    /** True if the list of the lost accounts has been deleted. */
    purged: nullable(t.boolean),
    /** A host or an account, by type. */
    target_name: nullable(t.string),
    followers_count: nullable(t.number),
    following_count: nullable(t.number),
    created_at: nullable(t.string),
  },
);

/**
 * A block or suspension that has cost you followers. Since Mastodon 4.3.
 *
 * @see https://docs.joinmastodon.org/entities/RelationshipSeveranceEvent/
 */
export interface RelationshipSeveranceEvent extends t.TypeOf<
  typeof relationshipSeveranceEventFields
> {}

/** The codec of {@link RelationshipSeveranceEvent}. */
export const RelationshipSeveranceEvent: EntityCodec<RelationshipSeveranceEvent> =
  relationshipSeveranceEventFields;

/** The result of an appeal. */
export type AppealState = OpenEnum<'approved' | 'rejected' | 'pending'>;

const appealState: t.Type<AppealState> = t.string;

const appealFields = t.type({ text: t.string, state: appealState }, 'Appeal');

/**
 * An appeal against an {@link AccountWarning}.
 *
 * @see https://docs.joinmastodon.org/entities/Appeal/
 */
export interface Appeal extends t.TypeOf<typeof appealFields> {}

/** The codec of {@link Appeal}. */
export const Appeal: EntityCodec<Appeal> = appealFields;

/** The action of the moderators; `none` is a warning alone. */
export type AccountWarningAction = OpenEnum<
  | 'none'
  | 'disable'
  | 'mark_statuses_as_sensitive'
  | 'delete_statuses'
  | 'sensitive'
  | 'silence'
  | 'suspend'
>;

const accountWarningAction: t.Type<AccountWarningAction> = t.string;

const accountWarningFields = entity(
  'AccountWarning',
  { id: t.string, action: accountWarningAction },
  {
    text: nullable(t.string),
    status_ids: nullable(t.array(t.string)),
    target_account: nullable(Account),
    appeal: nullable(Appeal),
    created_at: nullable(t.string),
  },
);

/**
 * An action of the moderators against your account. Since Mastodon 4.3.
 *
 * @see https://docs.joinmastodon.org/entities/AccountWarning/
 */
export interface AccountWarning extends t.TypeOf<typeof accountWarningFields> {}

/** The codec of {@link AccountWarning}. */
export const AccountWarning: EntityCodec<AccountWarning> = accountWarningFields;

const notificationFallbackFields = t.partial(
  {
    title: nullable(t.string),
    summary: nullable(t.string),
    details: nullable(t.string),
  },
  'NotificationFallback',
);

/**
 * The text to show for a notification of an unknown type, as HTML in your language. Since Mastodon 4.6.
 *
 * @see https://docs.joinmastodon.org/entities/NotificationFallback/
 */
export interface NotificationFallback extends t.TypeOf<typeof notificationFallbackFields> {}

/** The codec of {@link NotificationFallback}. */
export const NotificationFallback: EntityCodec<NotificationFallback> = notificationFallbackFields;

const notificationFields = entity(
  'Notification',
  {
    id: t.string,
    type: notificationType,
    /** ISO 8601. */
    created_at: t.string,
    /** The account that caused it; your own if no account did. */
    account: Account,
  },
  {
    /**
     * Equal for notifications of one group; `ungrouped-…` for one without a group. Streamed notifications have a
     * key even if their type cannot be grouped. Since Mastodon 4.3.
     */
    group_key: nullable(t.string),
    /** True if your notification policy has set it aside. */
    filtered: nullable(t.boolean),
    /** The post that it is about. With `quoted_update`, your quote, not the post that was edited. */
    status: nullable(Status),
    /** With `admin.report`. */
    report: nullable(Report),
    /** With `severed_relationships`. */
    event: nullable(RelationshipSeveranceEvent),
    /** With `moderation_warning`. */
    moderation_warning: nullable(AccountWarning),
    /** With `added_to_collection` and `collection_update`. */
    collection: nullable(Collection),
    fallback: nullable(NotificationFallback),
    /** With `pleroma:emoji_reaction`: the emoji, or `:shortcode:` (Pleroma, Akkoma, Iceshrimp). */
    emoji: nullable(t.string),
    emoji_url: nullable(t.string),
  },
);

/**
 * A notification of the account.
 *
 * @see https://docs.joinmastodon.org/entities/Notification/
 */
export interface Notification extends t.TypeOf<typeof notificationFields> {}

/** The codec of {@link Notification}. */
export const Notification: EntityCodec<Notification> = notificationFields;
