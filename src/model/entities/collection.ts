/** Declares the codecs of collections: lists of accounts that somebody recommends, since Mastodon 4.6. */
import * as t from 'io-ts';
import type { EntityCodec } from './codec.ts';
import { entity, nullable } from './fields.ts';
import { Tag } from './tag.ts';

const collectionItemFields = entity(
  'CollectionItem',
  { id: t.string },
  {
    /** Absent if you may not see the item. */
    account_id: nullable(t.string),
    state: nullable(t.string),
    created_at: nullable(t.string),
  },
);

/**
 * One account in a {@link Collection}.
 *
 * @see https://docs.joinmastodon.org/entities/CollectionItem/
 */
export interface CollectionItem extends t.TypeOf<typeof collectionItemFields> {}

/** The codec of {@link CollectionItem}. */
export const CollectionItem: EntityCodec<CollectionItem> = collectionItemFields;

const collectionFields = entity(
  'Collection',
  { id: t.string, name: t.string },
  {
    account_id: nullable(t.string),
    uri: nullable(t.string),
    url: nullable(t.string),
    /** HTML if the collection is remote. */
    description: nullable(t.string),
    language: nullable(t.string),
    local: nullable(t.boolean),
    sensitive: nullable(t.boolean),
    discoverable: nullable(t.boolean),
    tag: nullable(Tag),
    item_count: nullable(t.number),
    items: nullable(t.array(CollectionItem)),
    created_at: nullable(t.string),
    updated_at: nullable(t.string),
  },
);

/**
 * Accounts that somebody recommends to follow.
 *
 * @see https://docs.joinmastodon.org/entities/Collection/
 */
export interface Collection extends t.TypeOf<typeof collectionFields> {}

/** The codec of {@link Collection}. */
export const Collection: EntityCodec<Collection> = collectionFields;
