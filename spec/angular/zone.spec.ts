/** An app with zone.js: open connections must leave it stable, and events must trigger change detection. */
import 'zone.js';
import { ApplicationRef, NgZone, provideZoneChangeDetection } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { Timelines } from 'mastodon-rx';
import {
  injectConversations,
  injectNotifications,
  injectTimeline,
  injectTimelines,
  provideTimelines,
} from 'mastodon-rx/angular';
import { firstValueFrom, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { become, IN_BROWSER } from '../helpers/angular.ts';
import { fake } from '../helpers/fake.ts';
import { record } from '../helpers/record.ts';

async function app() {
  const server = await fake();
  const config = { baseUrl: server.url, streamingUrl: server.url, accessToken: server.token };
  TestBed.configureTestingModule({
    providers: [IN_BROWSER, provideZoneChangeDetection(), provideTimelines(config)],
  });
  const zone = TestBed.inject(NgZone);
  const timelines = TestBed.runInInjectionContext(() => injectTimelines());
  return { server, zone, timelines };
}

describe('with zone.js', () => {
  it('an open stream leaves the app stable, and emits inside the zone', async () => {
    const { server, zone, timelines } = await app();
    const zones = new Set<boolean>();
    const noting$ = timelines.public().pipe(tap(() => zones.add(NgZone.isInAngularZone())));
    const recording = zone.run(() => record(noting$));
    expect(zone.hasPendingMacrotasks).toBe(false);
    await recording.until(({ type }) => type === 'connected');
    await server.waitForConnections();
    await firstValueFrom(TestBed.inject(ApplicationRef).isStable);
    expect(zone.hasPendingMacrotasks).toBe(false);
    server.publish('public', { event: 'delete', payload: '1' });
    await recording.until(({ type }) => type === 'delete');
    expect([...zones]).toEqual([true]);
  });

  it('a stream that is subscribed to outside the zone emits outside', async () => {
    const { zone, timelines } = await app();
    const zones = new Set<boolean>();
    const noting$ = timelines.public().pipe(tap(() => zones.add(NgZone.isInAngularZone())));
    const recording = zone.runOutsideAngular(() => record(noting$));
    await recording.until(1);
    expect([...zones]).toEqual([false]);
  });

  it('a stream errors inside the zone, too', async () => {
    const { server, zone, timelines } = await app();
    server.failNext(401);
    const [isInside, error] = await new Promise<[boolean, unknown]>((resolve) => {
      zone.run(() =>
        timelines.public().subscribe({
          error: (failure: unknown) => resolve([NgZone.isInAngularZone(), failure]),
        }),
      );
    });
    expect([isInside, error]).toEqual([true, expect.objectContaining({ status: 401 })]);
  });

  it('older pages are emitted inside the zone, and leave the app stable', async () => {
    const { server, zone, timelines } = await app();
    server.post();
    const page$ = timelines.public().older(undefined);
    const [isInside, count] = await new Promise<[boolean, number]>((resolve) => {
      zone.run(() =>
        page$.subscribe(({ items }) => resolve([NgZone.isInAngularZone(), items.length])),
      );
      expect(zone.hasPendingMacrotasks).toBe(false);
    });
    expect([isInside, count]).toEqual([true, 1]);
  });

  it.each([
    [
      'notifications',
      (timelines: Timelines) =>
        injectNotifications(timelines.userNotification({ backfill: 5 }), { group: true }),
    ],
    [
      'conversations',
      (timelines: Timelines) => injectConversations(timelines.direct({ backfill: 5 })),
    ],
  ] as const)(
    '%s as signals leave the app stable, also while they request older pages',
    async (_, inject) => {
      const { server, zone, timelines } = await app();
      server.notify();
      server.converse();
      const live = zone.run(() => TestBed.runInInjectionContext(() => inject(timelines)));
      TestBed.tick();
      const items = 'notifications' in live ? live.notifications : live.conversations;
      await become<readonly unknown[]>(items, ({ length }) => length === 1);
      expect([live.status(), zone.hasPendingMacrotasks]).toEqual(['open', false]);
      zone.run(() => live.loadOlder());
      expect([live.isLoadingOlder(), zone.hasPendingMacrotasks]).toEqual([true, false]);
      await become(live.hasOlder, (hasOlder) => !hasOlder);
      expect(live.olderError()).toBeUndefined();
    },
  );

  it('a timeline as signals leaves the app stable, also during its countdown', async () => {
    const { server, zone, timelines } = await app();
    const timeline = zone.run(() =>
      TestBed.runInInjectionContext(() =>
        injectTimeline(timelines.public({ reconnect: { delay: 600_000, maxDelay: 600_000 } })),
      ),
    );
    TestBed.tick();
    await become(timeline.status, (status) => status === 'open');
    await server.waitForConnections();
    expect(zone.hasPendingMacrotasks).toBe(false);
    server.drop();
    await become(timeline.status, (status) => status === 'waiting');
    expect(zone.hasPendingMacrotasks).toBe(false);
  });
});
