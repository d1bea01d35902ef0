/** The fake in memory in virtual time: an hour passes in a moment, and is the same each time. */
import type { Status } from 'mastodon-rx';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it, vi } from 'vitest';
import { beginHour, type Hour } from './hour.ts';
import { CASTS, type Cast } from './stories.ts';

const hourOf = ({ transport, flavour }: Cast): Hour =>
  beginHour({ flavour }, { transport, reconnect: true, catchUp: true });

/** Parts of the error messages of all faults. */
const OVER_BOTH = [
  'ECONNREFUSED',
  'rate-limited',
  'redirects streams',
  'MastodonUnauthorizedError',
];
const OVER_SSE = [
  ...OVER_BOTH,
  'The server ended the stream',
  'UND_ERR_SOCKET',
  'ECONNRESET',
  'silent',
];
const OVER_WEBSOCKET = [...OVER_BOTH, 'The connection to mastodon.example broke'];

/** Every post, in order. */
const POSTS = [
  'one',
  'into the silence',
  'while refused',
  'not even over REST',
  'drop by drop',
  'to nobody',
];

function inTestScheduler(cast: Cast): Hour['said'] {
  let hour: Hour | undefined;
  new TestScheduler(() => undefined).run(({ flush }) => {
    hour = hourOf(cast);
    flush();
  });
  return hour!.said;
}

function underFakeTimers(cast: Cast): Hour['said'] {
  vi.useFakeTimers({ now: 0 });
  try {
    const hour = hourOf(cast);
    vi.advanceTimersByTime(3_600_000);
    vi.advanceTimersByTime(1_000); // an idle socket stays open for that long
    expect(vi.getTimerCount()).toBe(0);
    return hour.said;
  } finally {
    vi.useRealTimers();
  }
}

describe.each(CASTS)('an hour with faults, $flavour over $transport', (cast) => {
  it.each([
    ['TestScheduler.run()', inTestScheduler],
    ['fake timers', underFakeTimers],
  ])('by %s takes no longer than a moment, and is the same each time', (_what, goThrough) => {
    const begun = performance.now();
    const said = goThrough(cast);
    const took = performance.now() - begun;

    expect(took).toBeLessThan(3_000);
    const details = JSON.stringify(said);
    for (const each of cast.transport === 'sse' ? OVER_SSE : OVER_WEBSOCKET) {
      expect(details).toContain(each);
    }
    const posts = said
      .filter(([, what]) => what === 'user update')
      .map(([, , post]) => (post as Status).content);
    expect(posts).toEqual(POSTS);
    expect(goThrough(cast)).toEqual(said);
  });

  it('is the same by both clocks', () => {
    // With fake timers, a timer that is set while they advance takes 1 ms instead of 0.
    const eventsOf = (said: Hour['said'], stream: string): unknown[] =>
      said
        .filter(([, what]) => what.startsWith(stream) && !what.endsWith('heartbeat'))
        .map(([, what]) => what);
    const [one, other] = [underFakeTimers(cast), inTestScheduler(cast)];
    for (const stream of ['user', 'public', 'healthy']) {
      expect(eventsOf(one, stream)).toEqual(eventsOf(other, stream));
    }
  });
});
