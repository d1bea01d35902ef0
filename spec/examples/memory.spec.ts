import { ofType } from 'mastodon-rx';
import { createFakeMastodon } from 'mastodon-rx/testing/memory';
import { map } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('loses nothing while the connection is lost', () => {
  const server = createFakeMastodon();
  const texts: string[] = [];
  const subscription = server
    .timelines({ reconnect: true, catchUp: true })
    .user()
    .pipe(
      ofType('update'),
      map(({ payload }) => payload.content),
    )
    .subscribe((text) => texts.push(text));
  vi.advanceTimersByTime(10); // it connects

  server.post({ content: 'Hello' });
  server.drop();
  server.post({ content: 'Is anybody there?' });
  vi.advanceTimersByTime(1_000); // it waits, and reconnects
  expect(texts).toEqual(['Hello', 'Is anybody there?']);
  subscription.unsubscribe();
});
