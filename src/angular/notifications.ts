/** Provides a live list of notifications as signals. */
import type { Signal } from '@angular/core';
import type { Notification } from '../model/entities/notification.ts';
import type { NotificationGroup } from '../operators/notificationGroups.ts';
import { toNotifications, type ToNotificationsConfig } from '../operators/toNotifications.ts';
import {
  goOnWith,
  injectList,
  type LiveList,
  type LiveListConfig,
  type Source,
} from './liveList.ts';

/** The options of {@link injectNotifications}: those of `toNotifications`, and the injector. */
export interface LiveNotificationsConfig extends ToNotificationsConfig, LiveListConfig {}

/** A live list of notifications, or of groups of them, for templates. */
export interface LiveNotifications<
  Item extends Notification | NotificationGroup = Notification,
> extends LiveList {
  /** The notifications, or with `group: true` their groups: newest first, without those of deleted posts. */
  readonly notifications: Signal<readonly Item[]>;
}

/**
 * Returns the notifications of a stream as signals, over one subscription that lasts until its injector is
 * destroyed. It treats a function as the source, errors, and server-side rendering like `injectTimeline()`.
 *
 * ```ts
 * readonly #timelines = injectTimelines();
 * readonly notices = injectNotifications(this.#timelines.userNotification({ backfill: 40 }), { group: true });
 * ```
 *
 * @param source - `user()` or `userNotification()`. Its errors are in `status` and `error`.
 * @throws `MastodonIllegalArgumentError` if the config is wrong; Angular's `NG0203` outside an injection context,
 * without an `injector`.
 */
export function injectNotifications(
  source: Source | (() => Source),
  config: LiveNotificationsConfig & { group: true },
): LiveNotifications<NotificationGroup>;
export function injectNotifications(
  source: Source | (() => Source),
  config?: LiveNotificationsConfig & { group?: false | undefined },
): LiveNotifications;
export function injectNotifications(
  source: Source | (() => Source),
  { injector, group = false, ...config }: LiveNotificationsConfig = {},
): LiveNotifications<Notification | NotificationGroup> {
  const [notifications, list] = injectList<Notification | NotificationGroup>(source, injector, {
    caller: injectNotifications,
    config,
    toList: (scrolling, kept) => {
      const options = {
        ...config,
        ...scrolling,
        ...goOnWith(kept?.flatMap(membersOf), config.limit),
      };
      return group
        ? toNotifications({ ...options, group })
        : toNotifications({ ...options, group });
    },
  });
  return { notifications, ...list };
}

const membersOf = (item: Notification | NotificationGroup): readonly Notification[] =>
  'notifications' in item ? item.notifications : [item];
