// @vitest-environment jsdom
/** A component in TestBed, rendered, with a fake Mastodon. */
import '../helpers/angularPage.ts';
import { Component, PLATFORM_ID } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { MastodonIllegalArgumentError } from 'mastodon-rx';
import { injectTimeline, injectTimelines } from 'mastodon-rx/angular';
import { provideFakeTimelines } from 'mastodon-rx/angular/testing';
import { createFakeMastodon } from 'mastodon-rx/testing/memory';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const Home = Component({
  selector: 'app-home',
  template: `{{ home.status() }}`,
})(
  class {
    readonly home = injectTimeline(injectTimelines().user());
  },
);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('provideFakeTimelines()', () => {
  it('leaves nothing behind when the component is destroyed', () => {
    const server = createFakeMastodon();
    TestBed.configureTestingModule({ providers: [provideFakeTimelines(server)] });
    const fixture = TestBed.createComponent(Home);
    fixture.detectChanges();
    vi.advanceTimersByTime(10);
    expect(server.connections).toHaveLength(1);
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

  it('opens nothing during server-side rendering', () => {
    const server = createFakeMastodon();
    const onServer = { provide: PLATFORM_ID, useValue: 'server' };
    TestBed.configureTestingModule({ providers: [provideFakeTimelines(server)] });
    TestBed.overrideProvider(PLATFORM_ID, onServer);
    TestBed.runInInjectionContext(() => injectTimelines().user().subscribe());
    vi.advanceTimersByTime(1_000);
    expect(server.requests).toEqual([]);
  });
});
