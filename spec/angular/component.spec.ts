// @vitest-environment jsdom
import '../helpers/angularPage.ts';
import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { injectTimeline, injectTimelines } from 'mastodon-rx/angular';
import { provideFakeTimelines } from 'mastodon-rx/angular/testing';
import { createFakeMastodon } from 'mastodon-rx/testing/memory';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const Home = Component({
  selector: 'app-home',
  template: `<b>{{ home.status() }}</b>
    @for (post of home.posts(); track post.id) {
      <p>{{ post.content }}</p>
    }`,
})(
  class {
    readonly home = injectTimeline(injectTimelines().user());
  },
);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('shows that the connection is lost, and then the missed posts', async () => {
  const server = createFakeMastodon();
  const providers = [provideFakeTimelines(server, { reconnect: true, catchUp: true })];
  TestBed.configureTestingModule({ providers });
  const fixture = TestBed.createComponent(Home);
  const shown = async (ms: number): Promise<string[]> => {
    await vi.advanceTimersByTimeAsync(ms);
    const element = fixture.nativeElement as HTMLElement;
    return [...element.querySelectorAll('b, p')].map(({ textContent }) => textContent);
  };

  expect(await shown(100)).toEqual(['open']);
  server.post({ content: 'Hello' });
  server.drop();
  server.post({ content: 'Missed' });
  expect(await shown(100)).toEqual(['waiting', 'Hello']);
  expect(await shown(1_000)).toEqual(['open', 'Missed', 'Hello']);
});
