/** Declares the codecs of accounts and of the parts of a profile. */
import * as t from 'io-ts';
import type { EntityCodec } from './codec.ts';
import { entity, nullable } from './fields.ts';

const customEmojiFields = entity(
  'CustomEmoji',
  { shortcode: t.string, url: t.string, static_url: t.string },
  {
    visible_in_picker: nullable(t.boolean),
    category: nullable(t.string),
    featured: nullable(t.boolean),
  },
);

/**
 * An image that stands for `:shortcode:` in a text.
 *
 * @see https://docs.joinmastodon.org/entities/CustomEmoji/
 */
export interface CustomEmoji extends t.TypeOf<typeof customEmojiFields> {}

/** The codec of {@link CustomEmoji}. */
export const CustomEmoji: EntityCodec<CustomEmoji> = customEmojiFields;

const fieldFields = entity(
  'Field',
  { name: t.string, value: t.string },
  {
    /** The time at which the server verified that the linked page links back, ISO 8601; null if it does not. */
    verified_at: nullable(t.string),
  },
);

/**
 * One row of a profile's table; `value` is HTML.
 *
 * @see https://docs.joinmastodon.org/entities/Account/#Field
 */
export interface Field extends t.TypeOf<typeof fieldFields> {}

/** The codec of {@link Field}. */
export const Field: EntityCodec<Field> = fieldFields;

const roleFields = entity(
  'Role',
  { name: t.string },
  {
    /** Older GoToSocial sends the name alone. */
    id: nullable(t.string),
    /** `#rrggbb`, or empty. */
    color: nullable(t.string),
    /** A bit mask, in decimal digits. */
    permissions: nullable(t.string),
    highlighted: nullable(t.boolean),
    /** Since Mastodon 4.6. */
    collection_limit: nullable(t.number),
  },
);

/**
 * The permissions of an account on its server, shown as a badge if `highlighted`.
 *
 * @see https://docs.joinmastodon.org/entities/Role/
 */
export interface Role extends t.TypeOf<typeof roleFields> {}

/** The codec of {@link Role}. */
export const Role: EntityCodec<Role> = roleFields;

const featureApprovalFields = entity(
  'FeatureApproval',
  { automatic: t.array(t.string), manual: t.array(t.string) },
  { current_user: nullable(t.string) },
);

/**
 * Says who may add the account to a collection, and whether you may. Since Mastodon 4.6.
 *
 * @see https://docs.joinmastodon.org/entities/FeatureApproval/
 */
export interface FeatureApproval extends t.TypeOf<typeof featureApprovalFields> {}

/** The codec of {@link FeatureApproval}. */
export const FeatureApproval: EntityCodec<FeatureApproval> = featureApprovalFields;

const sourceFields = t.partial(
  {
    note: nullable(t.string),
    fields: nullable(t.array(Field)),
    privacy: nullable(t.string),
    sensitive: nullable(t.boolean),
    /** The default language of posts, ISO 639; empty or null: that of the interface. */
    language: nullable(t.string),
    follow_requests_count: nullable(t.number),
    hide_collections: nullable(t.boolean),
    discoverable: nullable(t.boolean),
    indexable: nullable(t.boolean),
    attribution_domains: nullable(t.array(t.string)),
    quote_policy: nullable(t.string),
  },
  'Source',
);

/**
 * A profile as its owner wrote it, in plain text. Mastodon shows it to the owner, Pleroma to everybody.
 *
 * @see https://docs.joinmastodon.org/entities/Account/#source
 */
export interface Source extends t.TypeOf<typeof sourceFields> {}

/** The codec of {@link Source}. */
export const Source: EntityCodec<Source> = sourceFields;

const accountFields = entity(
  'Account',
  {
    /** Digits on Mastodon, other characters elsewhere. */
    id: t.string,
    username: t.string,
    /** `user`, or `user@host` if the account is remote. */
    acct: t.string,
    display_name: t.string,
    /** HTML. */
    note: t.string,
    url: nullable(t.string),
    avatar: t.string,
    avatar_static: t.string,
    header: t.string,
    header_static: t.string,
    locked: t.boolean,
    created_at: t.string,
    /** -1 if the account hides it (some forks). */
    followers_count: t.number,
    following_count: t.number,
    statuses_count: t.number,
    emojis: t.array(CustomEmoji),
    fields: t.array(Field),
  },
  {
    /** The ActivityPub id; since Mastodon 4.2. */
    uri: nullable(t.string),
    bot: nullable(t.boolean),
    group: nullable(t.boolean),
    discoverable: nullable(t.boolean),
    indexable: nullable(t.boolean),
    noindex: nullable(t.boolean),
    suspended: nullable(t.boolean),
    limited: nullable(t.boolean),
    memorial: nullable(t.boolean),
    hide_collections: nullable(t.boolean),
    /** A date without a time; null: never posted. */
    last_status_at: nullable(t.string),
    avatar_description: nullable(t.string),
    header_description: nullable(t.string),
    show_media: nullable(t.boolean),
    show_media_replies: nullable(t.boolean),
    show_featured: nullable(t.boolean),
    /** True if its address does not resolve any more. */
    invalid_handle: nullable(t.boolean),
    email_subscriptions: nullable(t.boolean),
    feature_approval: nullable(FeatureApproval),
    /** Of local accounts, those that are highlighted. */
    roles: nullable(t.array(Role)),
    /** Your own role, in your own account only. */
    role: nullable(Role),
    source: nullable(Source),
    /** Only in the list of muted accounts; null: never. */
    mute_expires_at: nullable(t.string),
  },
);

/**
 * An account, local or remote, as this server shows it.
 *
 * @see https://docs.joinmastodon.org/entities/Account/
 */
export interface Account extends t.TypeOf<typeof accountFields> {
  /** The account that this one has moved to; absent or null if it has not moved. */
  moved?: Account | null;
}

/** The codec of {@link Account}. */
export const Account: EntityCodec<Account> = t.recursion('Account', () =>
  t.intersection([accountFields, t.partial({ moved: nullable(Account) }, 'Account')], 'Account'),
);
