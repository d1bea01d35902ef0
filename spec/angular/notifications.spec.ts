import { Injector, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { MastodonIllegalArgumentError } from 'mastodon-rx';
import { injectNotifications, injectTimelines } from 'mastodon-rx/angular';
import { provideFakeTimelines } from 'mastodon-rx/angular/testing';
import { createFakeMastodon } from 'mastodon-rx/testing/memory';
import { NEVER } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IN_BROWSER, ON_SERVER } from '../helpers/angular.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Runs the effects, and then advances the clock by this many ms. */
async function pass(ms = 100): Promise<void> {
  TestBed.tick();
  await vi.advanceTimersByTimeAsync(ms);
}

function setUp() {
  const server = createFakeMastodon();
  const timelines = provideFakeTimelines(server, { reconnect: true, catchUp: true });
  TestBed.configureTestingModule({ providers: [IN_BROWSER, timelines] });
  return { server, timelines: TestBed.runInInjectionContext(() => injectTimelines()) };
}

/** Makes a favourite of one of Alice's posts; favourites of the same post are in one group. */
const favours = (acct: string, post: string) => ({
  type: 'favourite' as const,
  account: { acct },
  status: { id: post },
  group_key: `favourite-${post}`,
});

describe('injectNotifications', () => {
  it('lists earlier and live notifications, and removes those about a deleted post', async () => {
    const { server, timelines } = setUp();
    const post = server.post();
    const [first, second] = [server.notify({ type: 'follow' }), server.notify({ status: post })];
    const live = TestBed.runInInjectionContext(() =>
      injectNotifications(timelines.user({ backfill: { notification: 20 } })),
    );
    const ids = () => live.notifications().map(({ id }) => id);
    expect([ids(), live.status(), live.hasOlder()]).toEqual([[], 'connecting', false]);
    await pass();
    expect([ids(), live.status(), live.hasOlder()]).toEqual([[second.id, first.id], 'open', true]);
    const third = server.notify({ type: 'follow' });
    await pass();
    expect(ids()).toEqual([third.id, second.id, first.id]);
    server.remove(post.id);
    await pass();
    expect(ids()).toEqual([third.id, first.id]);
    expect(server.connections).toHaveLength(1);
  });

  it('groups them, and requests older pages', async () => {
    const { server, timelines } = setUp();
    const post = server.post({ content: '<p>liked</p>' });
    for (let n = 0; n < 30; n++) server.notify(favours(`fan${n}`, post.id));
    const live = TestBed.runInInjectionContext(() =>
      injectNotifications(timelines.userNotification({ backfill: 10 }), { group: true, limit: 10 }),
    );
    const groups = () =>
      live
        .notifications()
        .map(({ accounts, notifications_count: count }) => [accounts[0]?.acct, count]);
    await pass();
    expect(groups()).toEqual([['fan29', 10]]);
    server.notify(favours('fan30', post.id));
    server.notify({ type: 'follow', account: { acct: 'bob' } });
    await pass();
    expect(groups()).toEqual([
      ['bob', 1],
      ['fan30', 9], // the limit counts notifications
    ]);

    live.loadOlder();
    expect(live.isLoadingOlder()).toBe(true);
    await pass();
    expect(groups()).toEqual([
      ['bob', 1],
      ['fan30', 29],
    ]);
    expect([live.isLoadingOlder(), live.hasOlder()]).toEqual([false, true]);
    live.loadOlder();
    await pass();
    expect(groups()[1]).toEqual(['fan30', 31]);
  });

  it.each([true, false])(
    'keeps all notifications after retry(), also those of older pages (group: %s)',
    async (group) => {
      const { server, timelines } = setUp();
      for (let n = 0; n < 12; n++) server.notify({ type: 'follow' });
      const stream$ = timelines.userNotification({ backfill: 3, reconnect: false });
      const live = TestBed.runInInjectionContext(() =>
        injectNotifications(stream$, { group: group as true, limit: 3 }),
      );
      await pass();
      live.loadOlder();
      await pass();
      expect(live.notifications()).toHaveLength(12);
      server.drop();
      await pass();
      expect(live.status()).toBe('failed');
      live.retry();
      await pass();
      expect([live.status(), live.notifications().length]).toEqual(['open', 12]);
    },
  );

  it('shows the wait for a retry, and recovers missed notifications', async () => {
    const { server, timelines } = setUp();
    const live = TestBed.runInInjectionContext(() =>
      injectNotifications(() => timelines.userNotification()),
    );
    await pass();
    server.drop();
    await pass(1);
    expect(live.status()).toBe('waiting');
    expect(live.error()).toMatchObject({ name: 'MastodonNetworkError' });
    const { id } = server.notify();
    live.retry();
    await pass(10);
    expect(live.notifications().map((each) => each.id)).toEqual([id]);
  });

  it('starts again when its source changes', async () => {
    const { server, timelines } = setUp();
    const backfill = signal(1);
    server.notify();
    server.notify();
    const live = TestBed.runInInjectionContext(() =>
      injectNotifications(() => timelines.userNotification({ backfill: backfill() })),
    );
    await pass();
    expect(live.notifications()).toHaveLength(1);
    backfill.set(2);
    TestBed.tick();
    expect(live.notifications()).toEqual([]);
    await pass();
    expect(live.notifications()).toHaveLength(2);
    expect(server.connections).toHaveLength(1);
  });

  it('opens nothing during server-side rendering', async () => {
    const server = createFakeMastodon();
    TestBed.configureTestingModule({ providers: [ON_SERVER, provideFakeTimelines(server)] });
    const live = TestBed.runInInjectionContext(() =>
      injectNotifications(injectTimelines().user(), { group: true }),
    );
    await pass();
    expect([live.notifications(), live.status(), server.requests]).toEqual([[], 'connecting', []]);
  });

  it('rejects an invalid option at the call, and needs an injection context', () => {
    TestBed.configureTestingModule({ providers: [IN_BROWSER] });
    const injector = TestBed.inject(Injector);
    const inject = (config: object) => () => injectNotifications(NEVER, { injector, ...config });
    expect(inject({ limit: 0 })).toThrow(MastodonIllegalArgumentError);
    expect(inject({ group: 'yes' })).toThrow('group must be true or false');
    expect(inject({ grouped: true })).toThrow(/Unknown option of toNotifications "grouped"/);
    expect(() => injectNotifications(NEVER)).toThrow(/NG0203: injectNotifications/);
  });
});
