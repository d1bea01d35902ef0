/** Declares the codecs of the viewer's filters and of their matches in a post. */
import * as t from 'io-ts';
import type { EntityCodec } from './codec.ts';
import { entity, nullable, type OpenEnum } from './fields.ts';

const filterKeywordFields = entity(
  'FilterKeyword',
  { id: t.string, keyword: t.string },
  { whole_word: nullable(t.boolean) },
);

/**
 * A text that a {@link Filter} looks for.
 *
 * @see https://docs.joinmastodon.org/entities/FilterKeyword/
 */
export interface FilterKeyword extends t.TypeOf<typeof filterKeywordFields> {}

/** The codec of {@link FilterKeyword}. */
export const FilterKeyword: EntityCodec<FilterKeyword> = filterKeywordFields;

const filterStatusFields = entity(
  'FilterStatus',
  { id: t.string },
  {
    /** GoToSocial has sent it as `phrase`. */
    status_id: nullable(t.string),
  },
);

/**
 * A post that a {@link Filter} looks for.
 *
 * @see https://docs.joinmastodon.org/entities/FilterStatus/
 */
export interface FilterStatus extends t.TypeOf<typeof filterStatusFields> {}

/** The codec of {@link FilterStatus}. */
export const FilterStatus: EntityCodec<FilterStatus> = filterStatusFields;

/** The places where a filter applies. */
export type FilterContext = OpenEnum<'home' | 'notifications' | 'public' | 'thread' | 'account'>;

const filterContext: t.Type<FilterContext> = t.string;

/** The treatment of a post that matches. With `hide`, too, the server sends the post, and the client must hide it. */
export type FilterAction = OpenEnum<'warn' | 'hide' | 'blur'>;

const filterAction: t.Type<FilterAction> = t.string;

const filterFields = entity(
  'Filter',
  {
    id: t.string,
    title: t.string,
    context: t.array(filterContext),
  },
  {
    /** Absent in posts of public and hashtag streams if it is `blur`. */
    filter_action: nullable(filterAction),
    /** null: never. */
    expires_at: nullable(t.string),
    /** Mastodon leaves `keywords` and `statuses` out of a {@link FilterResult}. */
    keywords: nullable(t.array(FilterKeyword)),
    statuses: nullable(t.array(FilterStatus)),
  },
);

/**
 * A filter of the viewer.
 *
 * @see https://docs.joinmastodon.org/entities/Filter/
 */
export interface Filter extends t.TypeOf<typeof filterFields> {}

/** The codec of {@link Filter}. */
export const Filter: EntityCodec<Filter> = filterFields;

const filterResultFields = entity(
  'FilterResult',
  { filter: Filter },
  {
    keyword_matches: nullable(t.array(t.string)),
    /** Ids of posts. */
    status_matches: nullable(t.array(t.string)),
  },
);

/**
 * A {@link Filter} that matches a post, and the keywords or posts that it matches by.
 *
 * @see https://docs.joinmastodon.org/entities/FilterResult/
 */
export interface FilterResult extends t.TypeOf<typeof filterResultFields> {}

/** The codec of {@link FilterResult}. */
export const FilterResult: EntityCodec<FilterResult> = filterResultFields;
