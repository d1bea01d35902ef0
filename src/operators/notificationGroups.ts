/** Groups notifications with the same `group_key` into one entry, as Mastodon 4.3 shows them. */
import type { Account } from '../model/entities/account.ts';
import type { Notification } from '../model/entities/notification.ts';
import type { Status } from '../model/entities/status.ts';

/**
 * Notifications that are shown as one: "Ada and 3 others favourited your post".
 *
 * @see https://docs.joinmastodon.org/entities/NotificationGroup/
 */
export interface NotificationGroup {
  /** The server's `group_key`; if the server sends none, a key for this one notification. */
  readonly group_key: string;
  readonly type: Notification['type'];
  /** The id of the newest notification in the group. */
  readonly id: string;
  /** The time of the newest notification. */
  readonly created_at: string;
  /** The number of this group's notifications in the list. */
  readonly notifications_count: number;
  /** The accounts that caused them: each once, newest first, at most eight. */
  readonly accounts: readonly Account[];
  /** The post that they are about, if there is one. */
  readonly status: Status | null | undefined;
  /** The notifications themselves, newest first. */
  readonly notifications: readonly Notification[];
}

/** The largest number of accounts in a group, as in Mastodon's own `sample_account_ids`. */
const MAX_ACCOUNTS = 8;

/**
 * Groups a list of notifications; the group with the newest notification is first. A group whose notifications have
 * not changed is the same object as in `previous`.
 */
export function groupsOf(
  notifications: readonly Notification[],
  previous: readonly NotificationGroup[],
): readonly NotificationGroup[] {
  const members = new Map<string, Notification[]>();
  for (const notification of notifications) {
    const key = keyOf(notification);
    const group = members.get(key);
    if (group) group.push(notification);
    else members.set(key, [notification]);
  }
  const before = new Map(previous.map((group) => [group.group_key, group]));
  return [...members].map(([key, group]) => {
    const earlier = before.get(key);
    const isSame =
      earlier?.notifications.length === group.length &&
      group.every((each, at) => each === earlier.notifications[at]);
    return isSame ? earlier : groupOf(key, group);
  });
}

const keyOf = ({ id, group_key: key }: Notification): string => key ?? `ungrouped-${id}`;

function groupOf(group_key: string, notifications: readonly Notification[]): NotificationGroup {
  const [newest] = notifications as readonly [Notification];
  const accounts = new Map<string, Account>();
  for (const { account } of notifications) {
    if (!accounts.has(account.id)) accounts.set(account.id, account);
  }
  return {
    group_key,
    type: newest.type,
    id: newest.id,
    created_at: newest.created_at,
    notifications_count: notifications.length,
    accounts: [...accounts.values()].slice(0, MAX_ACCOUNTS),
    status: newest.status,
    notifications,
  };
}
