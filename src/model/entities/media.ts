/** Declares the codecs of a post's attachments: media, link previews, polls. */
import * as t from 'io-ts';
import type { EntityCodec } from './codec.ts';
import { Account, CustomEmoji } from './account.ts';
import { entity, nullable, type OpenEnum } from './fields.ts';

const mediaDimensionsFields = t.partial(
  {
    /** In pixels, like `height`. */
    width: nullable(t.number),
    height: nullable(t.number),
    /** `width`x`height`. */
    size: nullable(t.string),
    aspect: nullable(t.number),
    /** A fraction, e.g. `30000/1001`. */
    frame_rate: nullable(t.string),
    /** In seconds. */
    duration: nullable(t.number),
    /** In bits per second. */
    bitrate: nullable(t.number),
  },
  'MediaDimensions',
);

const mediaMetaFields = t.partial(
  {
    original: nullable(mediaDimensionsFields),
    small: nullable(mediaDimensionsFields),
    /** The point to keep visible when cropping: x to the right, y upwards, each from -1 to 1. */
    focus: nullable(t.partial({ x: nullable(t.number), y: nullable(t.number) }, 'MediaFocus')),
    /** `h:mm:ss.hh`. */
    length: nullable(t.string),
    /** In seconds. */
    duration: nullable(t.number),
    /** Frames per second. */
    fps: nullable(t.number),
    size: nullable(t.string),
    width: nullable(t.number),
    height: nullable(t.number),
    aspect: nullable(t.number),
    audio_encode: nullable(t.string),
    audio_bitrate: nullable(t.string),
    audio_channels: nullable(t.string),
  },
  'MediaMeta',
);

/**
 * The known size and length of a medium. The fields that are there differ by type and server.
 *
 * @see https://docs.joinmastodon.org/entities/MediaAttachment/#meta
 */
export interface MediaMeta extends t.TypeOf<typeof mediaMetaFields> {}

/** The codec of {@link MediaMeta}. */
export const MediaMeta: EntityCodec<MediaMeta> = mediaMetaFields;

/** The type of a medium; `gifv` is a video that plays in a loop, `unknown` was not fetched. */
export type MediaType = OpenEnum<'image' | 'gifv' | 'video' | 'audio' | 'unknown'>;

const mediaType: t.Type<MediaType> = t.string;

const mediaAttachmentFields = entity(
  'MediaAttachment',
  {
    id: t.string,
    type: mediaType,
    /** null: not processed or not fetched yet. */
    url: nullable(t.string),
  },
  {
    preview_url: nullable(t.string),
    /** The URL that it came from; null if it came from this server. */
    remote_url: nullable(t.string),
    preview_remote_url: nullable(t.string),
    text_url: nullable(t.string),
    meta: nullable(MediaMeta),
    description: nullable(t.string),
    /** @see https://blurha.sh */
    blurhash: nullable(t.string),
  },
);

/**
 * An image, a video or a sound of a post.
 *
 * @see https://docs.joinmastodon.org/entities/MediaAttachment/
 */
export interface MediaAttachment extends t.TypeOf<typeof mediaAttachmentFields> {}

/** The codec of {@link MediaAttachment}. */
export const MediaAttachment: EntityCodec<MediaAttachment> = mediaAttachmentFields;

const previewCardAuthorFields = t.partial(
  {
    name: nullable(t.string),
    url: nullable(t.string),
    account: nullable(Account),
  },
  'PreviewCardAuthor',
);

/**
 * The author of the page that a {@link PreviewCard} shows. Since Mastodon 4.3.
 *
 * @see https://docs.joinmastodon.org/entities/PreviewCardAuthor/
 */
export interface PreviewCardAuthor extends t.TypeOf<typeof previewCardAuthorFields> {}

/** The codec of {@link PreviewCardAuthor}. */
export const PreviewCardAuthor: EntityCodec<PreviewCardAuthor> = previewCardAuthorFields;

/** The type of the page behind a link. */
export type PreviewCardType = OpenEnum<'link' | 'photo' | 'video' | 'rich'>;

const previewCardType: t.Type<PreviewCardType> = t.string;

const previewCardFields = entity(
  'PreviewCard',
  {
    url: t.string,
    title: t.string,
    description: t.string,
    type: previewCardType,
  },
  {
    language: nullable(t.string),
    /** Deprecated since Mastodon 4.3, like `author_url`: see `authors`. */
    author_name: nullable(t.string),
    author_url: nullable(t.string),
    authors: nullable(t.array(PreviewCardAuthor)),
    provider_name: nullable(t.string),
    provider_url: nullable(t.string),
    html: nullable(t.string),
    /** In pixels, like `height`; 0 if unknown. */
    width: nullable(t.number),
    height: nullable(t.number),
    image: nullable(t.string),
    image_description: nullable(t.string),
    embed_url: nullable(t.string),
    blurhash: nullable(t.string),
    published_at: nullable(t.string),
    /** True if the author has not confirmed the link to their account. Since Mastodon 4.6. */
    missing_attribution: nullable(t.boolean),
  },
);

/**
 * The preview of a link.
 *
 * @see https://docs.joinmastodon.org/entities/PreviewCard/
 */
export interface PreviewCard extends t.TypeOf<typeof previewCardFields> {}

/** The codec of {@link PreviewCard}. */
export const PreviewCard: EntityCodec<PreviewCard> = previewCardFields;

const pollOptionFields = entity(
  'PollOption',
  { title: t.string },
  {
    /** null if it is hidden until the poll ends. */
    votes_count: nullable(t.number),
  },
);

/**
 * One answer of a {@link Poll}.
 *
 * @see https://docs.joinmastodon.org/entities/Poll/#Option
 */
export interface PollOption extends t.TypeOf<typeof pollOptionFields> {}

/** The codec of {@link PollOption}. */
export const PollOption: EntityCodec<PollOption> = pollOptionFields;

const pollFields = entity(
  'Poll',
  {
    id: t.string,
    expired: t.boolean,
    multiple: t.boolean,
    votes_count: t.number,
    options: t.array(PollOption),
  },
  {
    /** null: never. */
    expires_at: nullable(t.string),
    /** The number of people, not of votes; null if unknown. */
    voters_count: nullable(t.number),
    /** True if you have voted. Like `own_votes`, it is absent on public and hashtag streams. */
    voted: nullable(t.boolean),
    /** Positions in `options`. */
    own_votes: nullable(t.array(t.number)),
    emojis: nullable(t.array(CustomEmoji)),
  },
);

/**
 * A question with answers to choose from.
 *
 * @see https://docs.joinmastodon.org/entities/Poll/
 */
export interface Poll extends t.TypeOf<typeof pollFields> {}

/** The codec of {@link Poll}. */
export const Poll: EntityCodec<Poll> = pollFields;
