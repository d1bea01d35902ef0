// @vitest-environment jsdom
/** A component in TestBed, rendered, over a fake Mastodon. */
import '@angular/compiler';
import { Component, NgModule, PLATFORM_ID, provideZonelessChangeDetection } from '@angular/core';
import { getTestBed, TestBed } from '@angular/core/testing';
import { BrowserTestingModule, platformBrowserTesting } from '@angular/platform-browser/testing';
import { MastodonIllegalArgumentError } from 'mastodon-rx';
import { injectTimeline, injectTimelines } from 'mastodon-rx/angular';
import { provideFakeTimelines } from 'mastodon-rx/angular/testing';
import { createFakeMastodon } from 'mastodon-rx/testing/memory';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

// Angular is zoneless from version 21 on, and 20 if it is told to be.
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a module has no more
const Environment = NgModule({ providers: [provideZonelessChangeDetection()] })(class {});
getTestBed().initTestEnvironment([BrowserTestingModule, Environment], platformBrowserTesting());

const Home = Component({
  selector: 'app-home',
  template: `{{ home.status() }}
    @for (post of home.posts(); track post.id) {
      <p>{{ post.content }} </p>
    }`,
})(
  class {
    readonly home = injectTimeline(injectTimelines().user());
  },
);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  TestBed.resetTestingModule();
  vi.useRealTimers();
});

describe('provideFakeTimelines()', () => {
  it('a component shows posts, a lost connection, and what was missed', () => {
    const server = createFakeMastodon();
    const providers = [provideFakeTimelines(server, { reconnect: true, catchUp: true })];
    TestBed.configureTestingModule({ providers });
    const fixture = TestBed.createComponent(Home);
    const shown = (ms: number): string => {
      fixture.detectChanges();
      vi.advanceTimersByTime(ms);
      fixture.detectChanges();
      return (fixture.nativeElement as HTMLElement).textContent.replace(/\s+/g, ' ').trim();
    };

    expect(shown(10)).toBe('open');
    server.post({ content: 'Hello' });
    expect(shown(0)).toBe('open Hello');
    server.drop();
    server.post({ content: 'Missed' });
    expect(shown(0)).toBe('waiting Hello');
    expect(shown(1_000)).toBe('open Missed Hello');

    fixture.destroy();
    expect(server.connections).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('checks its config when the timelines are injected', () => {
    const providers = [provideFakeTimelines(createFakeMastodon(), { timeout: -1 })];
    TestBed.configureTestingModule({ providers });
    expect(() => TestBed.createComponent(Home)).toThrow(MastodonIllegalArgumentError);
  });

  it('opens nothing while a server renders', () => {
    const server = createFakeMastodon();
    const onServer = { provide: PLATFORM_ID, useValue: 'server' };
    TestBed.configureTestingModule({ providers: [provideFakeTimelines(server)] });
    TestBed.overrideProvider(PLATFORM_ID, onServer);
    TestBed.runInInjectionContext(() => injectTimelines().user().subscribe());
    vi.advanceTimersByTime(1_000);
    expect(server.requests).toEqual([]);
  });
});
