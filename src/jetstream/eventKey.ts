/** Returns the key of an event, which is the same for every receiver. */
import { eventIdentity } from '../model/eventIdentity.ts';
import type { BaseEvent } from '../model/events.ts';
import { hostOf } from './subjects.ts';

/** The server and the account that an event was received from. */
export interface EventKeyConfig {
  /** The instance that assigned the ids: its host, or its URL. */
  readonly instance?: string | URL | undefined;
  /** The account whose stream it was, if each account has its own. */
  readonly account?: string | undefined;
}

/**
 * Returns the identity of an event, which is the same in every copy of it: `update:ID`, `delete:ID`,
 * `status.update:ID:EDITED_AT`, `notification:ID`, `conversation:ID:LAST_STATUS:UNREAD`,
 * `announcement:ID:UPDATED_AT`. With an `instance`, its host and a slash come first
 * (`mastodon.social/update:ID`), with an `account` also that (`mastodon.social/@alice/update:ID`).
 *
 * `undefined` if an event has no identity: `announcement.reaction` and `announcement.delete`, which may
 * happen a second time, `filters_changed`, `notifications_merged`, `encrypted_message`, unknown events
 * and those of your own codecs. If two processes receive such an event, it is stored twice.
 *
 * An edit without a change of `edited_at` is a change of its quote or its poll, which is then part of the key.
 *
 * @throws `MastodonIllegalArgumentError` if `instance` is neither a host nor a URL.
 */
export function eventKey(
  event: BaseEvent<string, unknown>,
  config: EventKeyConfig = {},
): string | undefined {
  const identity = eventIdentity(event);
  return identity === undefined ? undefined : keyPrefix(config) + identity;
}

/** Returns the part of a key before the event's identity. */
export function keyPrefix({ instance, account }: EventKeyConfig): string {
  const host = instance === undefined ? '' : `${hostOf(instance)}/`;
  return account === undefined ? host : `${host}@${account}/`;
}
