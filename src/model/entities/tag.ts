/** Declares the codecs of hashtags and mentions. */
import * as t from 'io-ts';
import type { EntityCodec } from './codec.ts';
import { entity, nullable } from './fields.ts';

const tagFields = t.type(
  {
    /** Without the `#`. */
    name: t.string,
    url: t.string,
  },
  'Tag',
);

/**
 * A hashtag of a text.
 *
 * @see https://docs.joinmastodon.org/entities/Status/#Tag
 */
export interface Tag extends t.TypeOf<typeof tagFields> {}

/** The codec of {@link Tag}. */
export const Tag: EntityCodec<Tag> = tagFields;

const mentionFields = entity(
  'Mention',
  {
    /** The account's id. */
    id: t.string,
    acct: t.string,
    url: nullable(t.string),
  },
  { username: nullable(t.string) },
);

/**
 * An account that a text mentions.
 *
 * @see https://docs.joinmastodon.org/entities/Status/#Mention
 */
export interface Mention extends t.TypeOf<typeof mentionFields> {}

/** The codec of {@link Mention}. */
export const Mention: EntityCodec<Mention> = mentionFields;
