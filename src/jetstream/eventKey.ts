/** What makes an event the same wherever it is received. */
import type { BaseEvent, ServerEvent } from '../model/events.ts';
import { hostOf } from './subjects.ts';

/** Where an event was received. */
export interface EventKeyConfig {
  /** The server, whose ids they are: its host, or its URL. */
  readonly instance?: string | URL | undefined;
  /** Whose stream it was, where everybody sees their own. */
  readonly account?: string | undefined;
}

/**
 * Returns what an event has in common with every other telling of it: `update:ID`, `delete:ID`,
 * `status.update:ID:EDITED_AT`, `notification:ID`, `conversation:ID:LAST_STATUS`,
 * `announcement:ID:UPDATED_AT`; with a `instance`, its host and a slash come first
 * (`mastodon.social/update:ID`), with an `account` also that (`mastodon.social/@alice/update:ID`).
 *
 * `undefined` where an event has no identity: `announcement.reaction` and `announcement.delete`, which may
 * well happen a second time, `filters_changed`, `notifications_merged`, `encrypted_message`, unknown events
 * and those of one's own codecs. Two that receive such an event tell of two.
 *
 * An edit without a change of `edited_at` is news of a quote or a poll, which is then part of the key.
 *
 * @throws `MastodonIllegalArgumentError` where `instance` is neither a host nor a URL.
 */
export function eventKey(
  event: BaseEvent<string, unknown>,
  config: EventKeyConfig = {},
): string | undefined {
  const own = ownKey(event);
  if (own === undefined) return undefined;
  const { instance: server, account } = config;
  const host = server === undefined ? '' : `${hostOf(server)}/`;
  return host + (account === undefined ? '' : `@${account}/`) + own;
}

/** {@link eventKey} without its beginning, which is the same for all events of a stream. */
export function ownKey(received: BaseEvent<string, unknown>): string | undefined {
  const event = received as ServerEvent;
  switch (event.type) {
    case 'update':
    case 'notification':
      return `${event.type}:${event.payload.id}`;
    case 'delete':
      return `delete:${event.payload}`;
    case 'status.update': {
      const { id, edited_at, quote, poll } = event.payload;
      const state = quote && 'state' in quote ? `:${quote.state}` : '';
      const votes = poll ? `:${poll.votes_count},${poll.voters_count ?? ''},${poll.expired}` : '';
      return `status.update:${id}:${edited_at ?? ''}${state}${votes}`;
    }
    case 'conversation': {
      const { id, last_status } = event.payload;
      return last_status ? `conversation:${id}:${last_status.id}` : undefined;
    }
    case 'announcement':
      return `announcement:${event.payload.id}:${event.payload.updated_at ?? ''}`;
    default:
      return undefined;
  }
}
