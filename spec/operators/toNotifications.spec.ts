import { fakeNotification, fakeStatus } from 'mastodon-rx/testing';
import { NEVER, of, Subject, throwError, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Notification } from '../../src/model/entities/notification.ts';
import { MastodonIllegalArgumentError } from '../../src/model/errors.ts';
import type { BaseEvent } from '../../src/model/events.ts';
import type { TimelinePage } from '../../src/model/timelineStream.ts';
import type { NotificationGroup } from '../../src/operators/notificationGroups.ts';
import {
  toNotifications,
  type ToNotificationsConfig,
} from '../../src/operators/toNotifications.ts';

const notification = (
  id: number,
  more: Parameters<typeof fakeNotification>[0] = {},
): Notification => fakeNotification({ ...more, id: String(id) });

const event = (type: string, payload: unknown): BaseEvent<string, unknown> => ({
  ...{ type, payload, stream: ['user'] },
});
const arrives = (...args: Parameters<typeof notification>) =>
  event('notification', notification(...args));

/** Feeds events, and records the lists. */
function listOf(config: ToNotificationsConfig = {}) {
  const events$ = new Subject<BaseEvent<string, unknown>>();
  const lists: (readonly Notification[])[] = [];
  const errors: unknown[] = [];
  events$.pipe(toNotifications(config)).subscribe({
    next: (list) => lists.push(list),
    error: (error: unknown) => errors.push(error),
  });
  return {
    lists,
    errors,
    feed: (...events: BaseEvent<string, unknown>[]) => events.forEach((each) => events$.next(each)),
    ids: () => lists.at(-1)?.map(({ id }) => id),
  };
}

const pageOf = (...items: Notification[]): Observable<TimelinePage<Notification>> =>
  of({ items, hasMore: true, lastId: items.at(-1)?.id });

describe('toNotifications', () => {
  it('emits the list at once, then at each change: newest first by id, each id once', () => {
    const { lists, feed, ids } = listOf({ initial: [notification(1)] });
    expect(ids()).toEqual(['1']);
    feed(arrives(3), arrives(2), arrives(10));
    expect(ids()).toEqual(['10', '3', '2', '1']);
    feed(event('heartbeat', { comment: 'thump' }), event('delete', 'unknown'));
    expect(lists).toHaveLength(4);
  });

  it('keeps the newest `limit` notifications', () => {
    const { feed, ids, lists } = listOf({ limit: 2 });
    feed(arrives(1), arrives(2), arrives(3));
    expect(ids()).toEqual(['3', '2']);
    feed(arrives(1));
    expect(lists).toHaveLength(4);
  });

  it('removes notifications about a deleted post, and adds no later ones', () => {
    const status = fakeStatus({ id: '7' });
    const { feed, ids } = listOf();
    feed(arrives(1), arrives(2, { type: 'favourite', status }), event('delete', '7'));
    expect(ids()).toEqual(['1']);
    feed(arrives(3, { type: 'reblog', status }));
    expect(ids()).toEqual(['1']);
  });

  it('updates the post in the notifications about it, and keeps the other objects', () => {
    const { feed, lists } = listOf();
    feed(arrives(1), arrives(2, { type: 'mention', status: fakeStatus({ id: '7' }) }));
    const [, other] = lists.at(-1)!;
    const edited = fakeStatus({ id: '7', content: 'edited' });
    feed(event('status.update', edited));
    expect(lists.at(-1)![0]!.status).toBe(edited);
    expect(lists.at(-1)![1]).toBe(other);
  });

  it('requests the page below at each emission of older$, and raises the limit by that page', () => {
    const more$ = new Subject<void>();
    const asked: unknown[] = [];
    const older = (beforeId: string | undefined, config: unknown) => {
      asked.push([beforeId, config]);
      return pageOf(notification(2), notification(1));
    };
    const { feed, ids } = listOf({ limit: 2, older$: more$, older: older as never });
    feed(arrives(4), arrives(3));
    more$.next();
    expect(asked).toEqual([['3', { kind: 'notification' }]]);
    expect(ids()).toEqual(['4', '3', '2', '1']);
    feed(arrives(5));
    expect(ids()).toEqual(['5', '4', '3', '2']);
  });

  it('requests the newest page again after notifications_merged', () => {
    const older = (() => pageOf(notification(9), notification(8))) as never;
    const { feed, ids } = listOf({ older });
    feed(arrives(7), event('notifications_merged', undefined));
    expect(ids()).toEqual(['9', '8', '7']);
  });

  it('errors and completes with the source', () => {
    const failure = new Error('lost');
    const seen: unknown[] = [];
    throwError(() => failure)
      .pipe(toNotifications())
      .subscribe({ error: (error: unknown) => seen.push(error) });
    of(arrives(1))
      .pipe(toNotifications({ older$: NEVER }))
      .subscribe({ complete: () => seen.push('complete') });
    expect(seen).toEqual([failure, 'complete']);
  });

  it.each([{ limit: 0 }, { initial: 'x' }, { group: 'yes' }, { limits: 1 }])(
    'rejects %j',
    (config) => {
      expect(() => toNotifications(config as never)).toThrow(MastodonIllegalArgumentError);
    },
  );
});

describe('toNotifications({ group: true })', () => {
  const [ada, bob, cem] = [
    { id: '1', acct: 'ada' },
    { id: '2', acct: 'bob' },
    { id: '3', acct: 'cem' },
  ];

  function groupsOf() {
    const events$ = new Subject<BaseEvent<string, unknown>>();
    const lists: (readonly NotificationGroup[])[] = [];
    events$.pipe(toNotifications({ group: true })).subscribe((list) => lists.push(list));
    return {
      lists,
      feed: (...events: BaseEvent<string, unknown>[]) =>
        events.forEach((each) => events$.next(each)),
    };
  }

  it('groups notifications with the same group_key into one entry, with its accounts and its count', () => {
    const { lists, feed } = groupsOf();
    const favourite = {
      type: 'favourite',
      group_key: 'favourite-7',
      status: fakeStatus(),
    } as const;
    feed(
      arrives(1, { ...favourite, account: ada }),
      arrives(2, { type: 'follow', group_key: 'follow-1', account: cem }),
      arrives(3, { ...favourite, account: bob }),
      arrives(4, { ...favourite, account: ada }),
    );
    const [first, second] = lists.at(-1)!;
    expect(first).toMatchObject({ group_key: 'favourite-7', notifications_count: 3, id: '4' });
    expect(first!.accounts.map(({ acct }) => acct)).toEqual(['ada', 'bob']);
    expect(second).toMatchObject({ group_key: 'follow-1', notifications_count: 1 });
  });

  it('leaves a notification without a key ungrouped, and keeps unchanged groups the same objects', () => {
    const { lists, feed } = groupsOf();
    feed(
      event('notification', { ...notification(1), group_key: null }),
      event('notification', { ...notification(2), group_key: undefined }),
    );
    expect(lists.at(-1)).toHaveLength(2);
    const before = lists.at(-1)!;
    feed(arrives(3, { group_key: 'follow-1' }));
    expect(lists.at(-1)!.slice(1)).toEqual(before);
    expect(lists.at(-1)![1]).toBe(before[0]);
  });

  it('keeps the newest eight accounts', () => {
    const { lists, feed } = groupsOf();
    for (let id = 1; id <= 12; id++) {
      feed(arrives(id, { group_key: 'x', account: { id: String(id), acct: `a${id}` } }));
    }
    expect(lists.at(-1)![0]!.accounts.map(({ acct }) => acct)).toEqual(
      [12, 11, 10, 9, 8, 7, 6, 5].map((id) => `a${id}`),
    );
    expect(lists.at(-1)![0]!.notifications_count).toBe(12);
  });
});
