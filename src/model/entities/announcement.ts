/** Declares the codecs of announcements by the server's staff, and of the reactions to them. */
import * as t from 'io-ts';
import type { EntityCodec } from './codec.ts';
import { CustomEmoji } from './account.ts';
import { entity, nullable } from './fields.ts';
import { Mention, Tag } from './tag.ts';

const reactionFields = entity(
  'Reaction',
  {
    /** An emoji, or the shortcode of a custom one. */
    name: t.string,
    count: t.number,
  },
  {
    /** True if you are among them; absent on streams. */
    me: nullable(t.boolean),
    /** Of a custom emoji, as `static_url`. */
    url: nullable(t.string),
    static_url: nullable(t.string),
  },
);

/**
 * The number of people who have reacted to something with the same emoji.
 *
 * @see https://docs.joinmastodon.org/entities/Reaction/
 */
export interface Reaction extends t.TypeOf<typeof reactionFields> {}

/** The codec of {@link Reaction}. */
export const Reaction: EntityCodec<Reaction> = reactionFields;

const announcementReactionFields = t.intersection(
  [reactionFields, t.type({ announcement_id: t.string }, 'AnnouncementReaction')],
  'AnnouncementReaction',
);

/**
 * A {@link Reaction} to an announcement, as a stream sends it; with a `count` of 0 the last account has removed it.
 *
 * @see https://docs.joinmastodon.org/methods/streaming/#events
 */
export interface AnnouncementReaction extends t.TypeOf<typeof announcementReactionFields> {}

/** The codec of {@link AnnouncementReaction}. */
export const AnnouncementReaction: EntityCodec<AnnouncementReaction> = announcementReactionFields;

const announcementStatusFields = entity(
  'AnnouncementStatus',
  { id: t.string },
  { url: nullable(t.string) },
);

/**
 * A post that an announcement links to.
 *
 * @see https://docs.joinmastodon.org/entities/Announcement/#Status
 */
export interface AnnouncementStatus extends t.TypeOf<typeof announcementStatusFields> {}

/** The codec of {@link AnnouncementStatus}. */
export const AnnouncementStatus: EntityCodec<AnnouncementStatus> = announcementStatusFields;

const announcementFields = entity(
  'Announcement',
  {
    id: t.string,
    /** HTML. */
    content: t.string,
  },
  {
    /** The time at which the announced event begins; null if it has no dates. */
    starts_at: nullable(t.string),
    ends_at: nullable(t.string),
    all_day: nullable(t.boolean),
    published_at: nullable(t.string),
    updated_at: nullable(t.string),
    /** True if you have read it; absent on streams. */
    read: nullable(t.boolean),
    mentions: nullable(t.array(Mention)),
    statuses: nullable(t.array(AnnouncementStatus)),
    tags: nullable(t.array(Tag)),
    emojis: nullable(t.array(CustomEmoji)),
    reactions: nullable(t.array(Reaction)),
  },
);

/**
 * A message from the server's staff to everybody.
 *
 * @see https://docs.joinmastodon.org/entities/Announcement/
 */
export interface Announcement extends t.TypeOf<typeof announcementFields> {}

/** The codec of {@link Announcement}. */
export const Announcement: EntityCodec<Announcement> = announcementFields;
