// @vitest-environment jsdom
/** A timeline as Angular's own resource (examples/docs/angular-resource.ts), with the disadvantages that docs/angular.md lists. */
import '../helpers/angularPage.ts';
import {
  ApplicationRef,
  createEnvironmentInjector,
  EnvironmentInjector,
  Injector,
  PLATFORM_ID,
  runInInjectionContext,
  signal,
} from '@angular/core';
import { rxResource } from '@angular/core/rxjs-interop';
import { TestBed } from '@angular/core/testing';
import { injectTimelines } from 'mastodon-rx/angular';
import { provideFakeTimelines } from 'mastodon-rx/angular/testing';
import { createFakeMastodon, type MemoryTimelinesConfig } from 'mastodon-rx/testing/memory';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tagResource } from '../../examples/docs/angular-resource.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Runs the effects, and then advances the clock by this many ms. */
async function pass(ms = 100): Promise<void> {
  TestBed.tick();
  await vi.advanceTimersByTimeAsync(ms);
}

const tags = [{ name: 'rxjs' }];

function open(config: MemoryTimelinesConfig = { reconnect: true, catchUp: true }) {
  const server = createFakeMastodon();
  for (const content of ['1', '2', '3']) server.post({ tags, content });
  TestBed.configureTestingModule({ providers: [provideFakeTimelines(server, config)] });
  const tag = signal('rxjs');
  const injector = createEnvironmentInjector([], TestBed.inject(EnvironmentInjector));
  const posts = runInInjectionContext(injector.get(Injector), () => tagResource(tag));
  const contents = () => posts.value().map(({ content }) => content);
  return { server, tag, injector, posts, contents };
}

/** Resolves with whether the app is, or becomes, stable. */
async function isStable(ms: number): Promise<boolean> {
  TestBed.tick();
  let stable = false;
  void TestBed.inject(ApplicationRef)
    .whenStable()
    .then(() => {
      stable = true;
    });
  await pass(ms);
  return stable;
}

describe('a timeline as a resource', () => {
  it('has the posts, follows its signal, and ends with its injector', async () => {
    const { server, tag, injector, posts, contents } = open();
    expect([posts.status(), contents()]).toEqual(['loading', []]);
    await pass();
    expect([posts.status(), contents()]).toEqual(['resolved', ['3', '2', '1']]);
    server.post({ tags, content: 'live' });
    await pass();
    expect(contents()).toEqual(['live', '3', '2', '1']);

    tag.set('angular');
    expect([posts.status(), contents()]).toEqual(['loading', []]);
    await pass();
    expect(server.connections.map(({ stream }) => stream)).toEqual([['hashtag', 'angular']]);
    injector.destroy();
    await pass();
    expect(server.connections).toEqual([]);
  });

  it('is resolved even if it was never connected, and while the connection is lost', async () => {
    const { server, posts } = open();
    server.stop();
    await pass(60_000);
    expect([posts.status(), posts.value(), posts.error()]).toEqual(['resolved', [], undefined]);
    server.start();
    await pass(60_000);
    expect(posts.value()).toHaveLength(3);
    server.stop();
    await pass(60_000);
    expect([posts.status(), posts.isLoading(), posts.error()]).toEqual([
      'resolved',
      false,
      undefined,
    ]);
  });

  it('replaces the posts with an error, and reload() does not restore them', async () => {
    const { server, posts, contents } = open({});
    await pass();
    server.drop();
    await pass();
    expect([posts.status(), posts.hasValue()]).toEqual(['error', false]);
    expect(posts.error()).toMatchObject({ name: 'MastodonNetworkError' });
    expect(() => posts.value()).toThrow('error state');
    server.stop();
    posts.reload();
    expect([posts.status(), contents()]).toEqual(['reloading', []]);
  });

  it('starts again at reload(): the list is empty until the stream is open again', async () => {
    const { server, posts, contents } = open();
    await pass();
    server.stop();
    posts.reload();
    expect([posts.status(), contents()]).toEqual(['reloading', ['3', '2', '1']]);
    await pass();
    expect([posts.status(), contents()]).toEqual(['resolved', []]);
    server.start();
    await pass(60_000);
    expect(contents()).toEqual(['3', '2', '1']); // by backfill
  });

  it('can be one page, which reload() requests again', async () => {
    const { server } = open();
    const page = TestBed.runInInjectionContext(() => {
      const timelines = injectTimelines();
      return rxResource({ stream: () => timelines.public().older(undefined) });
    });
    const contents = () => page.value()?.items.map(({ content }) => content);
    await pass();
    expect([page.status(), contents()]).toEqual(['resolved', ['3', '2', '1']]);
    server.post({ content: '4' });
    page.reload();
    await pass();
    expect([page.status(), contents()]).toEqual(['resolved', ['4', '3', '2', '1']]);
  });

  it('delays server-side rendering if its stream has no first value', async () => {
    const server = createFakeMastodon();
    TestBed.configureTestingModule({ providers: [provideFakeTimelines(server)] });
    TestBed.overrideProvider(PLATFORM_ID, { useValue: 'server' });
    TestBed.runInInjectionContext(() => tagResource(signal('rxjs')));
    expect(await isStable(0)).toBe(true);
    TestBed.runInInjectionContext(() => {
      const timelines = injectTimelines();
      return rxResource({ stream: () => timelines.user() });
    });
    expect(await isStable(3_600_000)).toBe(false);
    expect(server.requests).toEqual([]);
  });
});
