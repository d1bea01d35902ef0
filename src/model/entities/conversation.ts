/** Declares the codec of conversations in direct messages. */
import * as t from 'io-ts';
import type { EntityCodec } from './codec.ts';
import { Account } from './account.ts';
import { entity, nullable } from './fields.ts';
import { Status } from './status.ts';

const conversationFields = entity(
  'Conversation',
  { id: t.string, unread: t.boolean, accounts: t.array(Account) },
  {
    /** null: deleted. */
    last_status: nullable(Status),
  },
);

/**
 * A conversation in direct messages.
 *
 * @see https://docs.joinmastodon.org/entities/Conversation/
 */
export interface Conversation extends t.TypeOf<typeof conversationFields> {}

/** The codec of {@link Conversation}. */
export const Conversation: EntityCodec<Conversation> = conversationFields;
