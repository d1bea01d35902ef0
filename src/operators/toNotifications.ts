/** Maps a stream's events to a list of notifications, or of groups of them. */
import {
  catchError,
  connect,
  defer,
  EMPTY,
  exhaustMap,
  filter,
  map,
  merge,
  startWith,
  type Observable,
  type OperatorFunction,
} from 'rxjs';
import { check } from '../config/check.ts';
import { FifoSet } from '../internal/fifoMap.ts';
import type { Notification } from '../model/entities/notification.ts';
import type { Status } from '../model/entities/status.ts';
import type { BaseEvent } from '../model/events.ts';
import type { TimelineStream } from '../model/timelineStream.ts';
import { resolveListConfig, type ToListConfig } from './listConfig.ts';
import { listsOf } from './listsOf.ts';
import { groupsOf, type NotificationGroup } from './notificationGroups.ts';
import { olderOf, olderPages } from '../policies/olderPages.ts';
import { OrderedList } from './orderedList.ts';

/** The options of {@link toNotifications}. `limit` counts notifications, also of groups. */
export interface ToNotificationsConfig extends ToListConfig<Notification> {
  /**
   * If true, notifications with the same `group_key` are one entry.
   * @defaultValue `false`
   */
  group?: boolean | undefined;
}

/** The number of ids of deleted posts to remember: a page may have a notification about one. */
const TOMBSTONES = 1_000;

/**
 * Maps the events of `user()` or `userNotification()` to the list of notifications: newest first by id, one entry per id.
 * With `group: true`, to the list of {@link NotificationGroup}s.
 *
 * ```text
 * source  -a-b-d|    a, b: notification; d: delete of the post of a
 * result  wx-y-z|    w: [], x: [a], y: [b, a], z: [b]
 * ```
 *
 * Each list is a new array, emitted only when something in it has changed. A `delete` removes the notifications
 * about that post, and a `status.update` replaces the post in them. After `notifications_merged`, which says that
 * filtered notifications were accepted, the newest page is requested again.
 *
 * Emits the first list at once, then when the list has changed. Errors and completes when the source does.
 *
 * ```ts
 * timelines
 *   .user({ backfill: { notification: 20 } })
 *   .pipe(toNotifications({ group: true }))
 *   .subscribe((groups) => console.log(groups.length));
 * // 0
 * ```
 *
 * @throws `MastodonIllegalArgumentError` if an option is wrong.
 */
export function toNotifications(
  config: ToNotificationsConfig & { group: true },
): OperatorFunction<BaseEvent<string, unknown>, readonly NotificationGroup[]>;
export function toNotifications(
  config?: ToNotificationsConfig,
): OperatorFunction<BaseEvent<string, unknown>, readonly Notification[]>;
export function toNotifications({
  group = false,
  ...config
}: ToNotificationsConfig = {}): OperatorFunction<
  BaseEvent<string, unknown>,
  readonly (Notification | NotificationGroup)[]
> {
  const { limit, initial } = resolveListConfig('toNotifications', config);
  check(typeof group === 'boolean', 'group must be true or false');

  return (source) =>
    defer(() => {
      const deleted = new FifoSet(TOMBSTONES);
      const list = new OrderedList<Notification>(
        'notification',
        limit,
        ({ id }) => ({ id, order: id }),
        ({ status }) => !status || !deleted.has(status.id),
      );
      list.add(initial);
      const older = olderOf(source, config);

      const lists$ = source.pipe(
        connect((events$) =>
          listsOf(
            events$,
            list,
            (event) => take(list, deleted, event),
            merge(olderPages(source, config, list), refreshed(events$, older, list)),
          ),
        ),
        startWith(list.list()),
      );
      if (!group) return lists$;
      let groups: readonly NotificationGroup[] = [];
      return lists$.pipe(map((notifications) => (groups = groupsOf(notifications, groups))));
    });
}

function take(
  list: OrderedList<Notification>,
  deleted: FifoSet,
  { type, payload }: BaseEvent<string, unknown>,
): boolean {
  switch (type) {
    case 'notification':
      return list.put(payload as Notification);
    case 'status.update': {
      const post = payload as Status;
      return list.update((each) =>
        each.status?.id === post.id ? { ...each, status: post } : each,
      );
    }
    case 'delete':
      deleted.add(payload as string);
      return list.update((each) => (each.status?.id === payload ? undefined : each));
    default:
      return false;
  }
}

/** Emits the list when the newest page, requested after `notifications_merged`, has changed it. */
const refreshed = (
  events$: Observable<BaseEvent<string, unknown>>,
  older: TimelineStream['older'] | undefined,
  list: OrderedList<Notification>,
): Observable<readonly Notification[]> =>
  events$.pipe(
    filter(({ type }) => older !== undefined && type === 'notifications_merged'),
    exhaustMap(() =>
      older!(undefined, { kind: 'notification', limit: 40 }).pipe(
        filter(({ items }) => list.add(items)),
        map(() => list.list()),
        catchError(() => EMPTY), // the next `notifications_merged` requests them all again
      ),
    ),
  );
