// @vitest-environment jsdom
/** The fake in memory in jsdom, in which Jest runs specs for pages; the page's events work, too. */
import { connectionState, toTimeline } from 'mastodon-rx';
import { createFakeMastodon } from 'mastodon-rx/testing/memory';
import { expect, it, onTestFinished, vi } from 'vitest';
import { beginHour } from './hour.ts';

it('an hour with faults is the same in the page as by the clock', () => {
  expect(document.body).toBeDefined();
  vi.useFakeTimers({ now: 0 });
  onTestFinished(() => void vi.useRealTimers());
  const { said } = beginHour({}, { reconnect: true, catchUp: true });
  vi.advanceTimersByTime(3_600_000);
  const posts = said.filter(([, what]) => what === 'user update');
  expect(posts).toHaveLength(6);
  expect(said.at(-1)?.[2]).toMatch('MastodonUnauthorizedError');
  expect(vi.getTimerCount()).toBe(0);
});

it('a stream is closed when the page goes offline, and reconnects when it is online', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const server = createFakeMastodon();
  const stream$ = server.timelines({ reconnect: true, catchUp: true }).user();
  const states: string[] = [];
  const lists: number[] = [];
  const subscription = stream$
    .pipe(connectionState())
    .subscribe(({ status }) => states.push(status));
  subscription.add(stream$.pipe(toTimeline()).subscribe(({ length }) => lists.push(length)));
  vi.advanceTimersByTime(10);
  expect(server.connections).toHaveLength(2);

  window.dispatchEvent(new Event('offline'));
  expect(server.connections).toHaveLength(0);
  server.post();
  window.dispatchEvent(new Event('online'));
  vi.advanceTimersByTime(10);
  expect(states).toEqual(['connecting', 'open', 'waiting', 'connecting', 'open']);
  expect(lists.at(-1)).toBe(1);
  subscription.unsubscribe();
});
