/** Returns the identity of an event, which all copies of it share. */
import type { BaseEvent, ServerEvent } from './events.ts';

/**
 * Returns the identity of an event among those of its instance and account: `update:ID`, `delete:ID`,
 * `notification:ID`, `status.update:ID:EDITED_AT`, `conversation:ID:LAST_STATUS:UNREAD`,
 * `announcement:ID:UPDATED_AT`. `undefined` if it has none: `announcement.reaction` and `announcement.delete`,
 * which may happen a second time, unknown events, and connection events.
 */
export function eventIdentity(received: BaseEvent<string, unknown>): string | undefined {
  const event = received as ServerEvent;
  switch (event.type) {
    case 'update':
    case 'notification':
      return `${event.type}:${event.payload.id}`;
    case 'delete':
      return `delete:${event.payload}`;
    case 'status.update': {
      const { id, edited_at, quote, poll } = event.payload;
      // The server sends these changes without an edit: a quote is accepted or revoked, votes are counted.
      const state = quote && 'state' in quote ? `:${quote.state}` : '';
      const votes = poll ? `:${poll.votes_count},${poll.voters_count ?? ''},${poll.expired}` : '';
      return `status.update:${id}:${edited_at ?? ''}${state}${votes}`;
    }
    case 'conversation': {
      const { id, last_status, unread } = event.payload;
      // Without `unread`, the event that marks a conversation as read would count as a copy of the one before.
      return last_status ? `conversation:${id}:${last_status.id}:${unread}` : undefined;
    }
    case 'announcement':
      return `announcement:${event.payload.id}:${event.payload.updated_at ?? ''}`;
    default:
      return undefined;
  }
}
