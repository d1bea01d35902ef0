/** Declares the codecs of posts, boosts and quotes. */
import * as t from 'io-ts';
import type { EntityCodec } from './codec.ts';
import { Account, CustomEmoji } from './account.ts';
import { Collection } from './collection.ts';
import { entity, nullable, type OpenEnum } from './fields.ts';
import { FilterResult } from './filter.ts';
import { MediaAttachment, Poll, PreviewCard } from './media.ts';
import { Mention, Tag } from './tag.ts';

/** The people who may see a post; forks add e.g. `local` and `mutuals_only`. */
export type StatusVisibility = OpenEnum<'public' | 'unlisted' | 'private' | 'direct'>;

const statusVisibility: t.Type<StatusVisibility> = t.string;

const applicationFields = t.partial(
  { name: nullable(t.string), website: nullable(t.string) },
  'Application',
);

/**
 * The application that a post was written with.
 *
 * @see https://docs.joinmastodon.org/entities/Status/#application
 */
export interface Application extends t.TypeOf<typeof applicationFields> {}

/** The codec of {@link Application}. */
export const Application: EntityCodec<Application> = applicationFields;

/** A group of people in a quote policy. Treat an unknown one like `unsupported_policy`. */
export type QuotePolicy = OpenEnum<'public' | 'followers' | 'following' | 'unsupported_policy'>;

const quotePolicy: t.Type<QuotePolicy> = t.string;

/** Your own permission to quote a post. Treat an unknown one like `denied`. */
export type QuotePermission = OpenEnum<'automatic' | 'manual' | 'denied' | 'unknown'>;

const quotePermission: t.Type<QuotePermission> = t.string;

const quoteApprovalFields = entity(
  'QuoteApproval',
  {
    /** The groups whose quotes are accepted automatically. */
    automatic: t.array(quotePolicy),
    /** The groups whose quotes the author reviews first. */
    manual: t.array(quotePolicy),
  },
  { current_user: nullable(quotePermission) },
);

/**
 * Says who may quote a post, and whether you may. Since Mastodon 4.5.
 *
 * @see https://docs.joinmastodon.org/entities/QuoteApproval/
 */
export interface QuoteApproval extends t.TypeOf<typeof quoteApprovalFields> {}

/** The codec of {@link QuoteApproval}. */
export const QuoteApproval: EntityCodec<QuoteApproval> = quoteApprovalFields;

/**
 * The state of a quote, which says whether it may be shown. Treat an unknown one like `unauthorized`.
 */
export type QuoteState = OpenEnum<
  | 'pending'
  | 'accepted'
  | 'rejected'
  | 'revoked'
  | 'deleted'
  | 'unauthorized'
  | 'blocked_account'
  | 'blocked_domain'
  | 'muted_account'
>;

const quoteState: t.Type<QuoteState> = t.string;

const quoteFields = t.type({ state: quoteState }, 'Quote');

/**
 * A quoted post, or its state if it may not be shown. Since Mastodon 4.4.
 *
 * @see https://docs.joinmastodon.org/entities/Quote/
 */
export interface Quote extends t.TypeOf<typeof quoteFields> {
  /** null: not to be shown, see `state`. */
  quoted_status: Status | null;
}

/** The codec of {@link Quote}. */
export const Quote: EntityCodec<Quote> = t.recursion('Quote', () =>
  t.intersection([quoteFields, t.type({ quoted_status: nullable(Status) }, 'Quote')], 'Quote'),
);

const shallowQuoteFields = t.type(
  {
    state: quoteState,
    /** null: not to be shown, see `state`. */
    quoted_status_id: nullable(t.string),
  },
  'ShallowQuote',
);

/**
 * A quote within a quote: its id alone. Since Mastodon 4.4.
 *
 * @see https://docs.joinmastodon.org/entities/ShallowQuote/
 */
export interface ShallowQuote extends t.TypeOf<typeof shallowQuoteFields> {}

/** The codec of {@link ShallowQuote}. */
export const ShallowQuote: EntityCodec<ShallowQuote> = shallowQuoteFields;

const statusFields = entity(
  'Status',
  {
    /** Digits on Mastodon, other characters elsewhere. */
    id: t.string,
    /** ISO 8601. */
    created_at: t.string,
    account: Account,
    /** HTML. */
    content: t.string,
    visibility: statusVisibility,
    sensitive: t.boolean,
    /** The content warning; empty: none. */
    spoiler_text: t.string,
    /** The ActivityPub id. */
    uri: t.string,
    url: nullable(t.string),
    in_reply_to_id: nullable(t.string),
    in_reply_to_account_id: nullable(t.string),
    replies_count: t.number,
    reblogs_count: t.number,
    favourites_count: t.number,
    media_attachments: t.array(MediaAttachment),
    mentions: t.array(Mention),
    tags: t.array(Tag),
    emojis: t.array(CustomEmoji),
  },
  {
    /** null: never. */
    edited_at: nullable(t.string),
    /** ISO 639. */
    language: nullable(t.string),
    /** Since Mastodon 4.5. */
    quotes_count: nullable(t.number),
    application: nullable(Application),
    card: nullable(PreviewCard),
    poll: nullable(Poll),
    /** True if you have favourited it. Like the next five fields, it is absent on public and hashtag streams. */
    favourited: nullable(t.boolean),
    reblogged: nullable(t.boolean),
    muted: nullable(t.boolean),
    bookmarked: nullable(t.boolean),
    /** Only in posts that you could pin. */
    pinned: nullable(t.boolean),
    /** The filters of yours that match the post. The server sends the post even if one of them hides it. */
    filtered: nullable(t.array(FilterResult)),
    /** The plain text, only in the response to a deletion. */
    text: nullable(t.string),
    quote_approval: nullable(QuoteApproval),
    /** Since Mastodon 4.6. */
    tagged_collections: nullable(t.array(Collection)),
    /** Not federated (glitch-soc, GoToSocial). */
    local_only: nullable(t.boolean),
    /** The MIME type that the author wrote in (glitch-soc). */
    content_type: nullable(t.string),
    /** Of the quoted post (Akkoma, Iceshrimp, Fedibird). */
    quote_id: nullable(t.string),
  },
);

/**
 * A post.
 *
 * @see https://docs.joinmastodon.org/entities/Status/
 */
export interface Status extends t.TypeOf<typeof statusFields> {
  /** The post that this one boosts. */
  reblog?: Status | null;
  /** The post that this one quotes; forks before Mastodon 4.4 send it bare, as a {@link Status}. */
  quote?: Quote | ShallowQuote | Status | null;
}

/** The codec of {@link Status}. */
export const Status: EntityCodec<Status> = t.recursion('Status', () =>
  t.intersection(
    [
      statusFields,
      t.partial(
        {
          reblog: nullable(Status),
          quote: t.union(
            [t.null, Quote, ShallowQuote, Status],
            'Quote | ShallowQuote | Status | null',
          ),
        },
        'Status',
      ),
    ],
    'Status',
  ),
);
