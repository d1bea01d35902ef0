import { defer, ignoreElements, map, tap, throwError, type Observable } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  MastodonApiError,
  MastodonIllegalArgumentError,
  MastodonNetworkError,
  MastodonRateLimitError,
  MastodonServerError,
  MastodonUnauthorizedError,
} from '../../src/model/errors.ts';
import type { EventOf } from '../../src/model/events.ts';
import { reconnect } from '../../src/policies/reconnect.ts';
import { retryNow } from '../../src/policies/retryWait.ts';
import { marbles } from '../helpers/marbles.ts';
import { testPage } from '../helpers/page.ts';

const lost = new MastodonNetworkError('lost');
const steady = { jitter: false } as const;

const disconnected = (retryIn: number, error: Error = lost, stream: string[] = []) => ({
  type: 'disconnected',
  payload: { error, retryIn },
  stream,
});

const waitOf = (event: unknown): number => (event as EventOf<'disconnected'>).payload.retryIn;

describe('reconnect', () => {
  it('waits 1, 2, 4 s between failures, announces each wait, then errors with the last error', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('--#', undefined, lost);
      const subs = [
        '                  ^-!',
        '1002ms             ^-!',
        '3004ms             ^-!',
        '7006ms             ^-!',
      ];
      const expected = '   --a 1001ms b 2001ms c 4001ms #';

      expectObservable(source.pipe(reconnect({ count: 3, ...steady }))).toBe(
        expected,
        { a: disconnected(1_000), b: disconnected(2_000), c: disconnected(4_000) },
        lost,
      );
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('never waits longer than maxDelay', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('#', undefined, lost);
      const result = source.pipe(
        reconnect({ delay: 100, maxDelay: 250, count: 4, ...steady }),
        map(waitOf),
      );
      expectObservable(result).toBe(
        'a 99ms b 199ms c 249ms d 249ms #',
        { a: 100, b: 200, c: 250, d: 250 },
        lost,
      );
    });
  });

  it('waits a fixed time with a number, as reconnect_async_wait_sec does', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold<'x'>('x-#', undefined, lost);
      const unsubscribe = '     ^ 10004ms !';
      const expected = '        x-a 4999ms x-a 4999ms x';
      expectObservable(source.pipe(reconnect(5_000)), unsubscribe).toBe(expected, {
        x: 'x',
        a: disconnected(5_000),
      });
    });
  });

  it('multiplies each wait by the jitter', () => {
    marbles(({ cold, expectObservable }) => {
      const shares = [0.5, 1, 0];
      const source = cold('#', undefined, lost);
      const result = source.pipe(reconnect({ count: 3, jitter: () => shares.shift()! }));
      expectObservable(result).toBe(
        'a 499ms b 1999ms (c#)',
        { a: disconnected(500), b: disconnected(2_000), c: disconnected(0) },
        lost,
      );
    });
  });

  it('errors with the error that the jitter throws', () => {
    marbles(({ cold, expectObservable }) => {
      const result = cold('x-#', undefined, lost).pipe(
        reconnect({
          jitter: () => {
            throw new RangeError('mine');
          },
        }),
      );
      expectObservable(result).toBe('x-#', undefined, new RangeError('mine'));
    });
  });

  it('waits between half and all of the delay by default', () => {
    const waits: number[] = [];
    marbles(({ cold, expectObservable }) => {
      const result = cold('#', undefined, lost).pipe(
        reconnect({ factor: 1 }),
        tap((event) => waits.push(waitOf(event))),
        ignoreElements(),
      );
      expectObservable(result, '51s !').toBe('-');
    });

    expect(waits.length).toBeGreaterThanOrEqual(50);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(500);
    expect(Math.max(...waits)).toBeLessThanOrEqual(1_000);
    expect(new Set(waits).size).toBeGreaterThan(10);
    expect(waits.every(Number.isInteger)).toBe(true);
  });

  describe('stableAfter', () => {
    const dropsAfter = (up: string): string => `x ${up} #`;

    it('lets the waits grow if a server accepts and drops connections at once', () => {
      marbles(({ cold, expectObservable }) => {
        const source = cold<'x'>(dropsAfter('9998ms'), undefined, lost);
        const result = source.pipe(reconnect({ count: 2, ...steady }));
        expectObservable(result).toBe(
          'x 9998ms a 999ms x 9998ms b 1999ms x 9998ms #',
          { x: 'x', a: disconnected(1_000), b: disconnected(2_000) },
          lost,
        );
      });
    });

    it('resets the delay and the count after a connection that lasted that long', () => {
      marbles(({ cold, expectObservable }) => {
        const source = cold<'x'>(dropsAfter('9999ms'), undefined, lost);
        const result = source.pipe(reconnect({ count: 1, ...steady }));
        expectObservable(result, '^ 30s !').toBe('x 9999ms a 999ms x 9999ms a 999ms x', {
          x: 'x',
          a: disconnected(1_000),
        });
      });
    });

    it('does not count from a warning, which can come before the response', () => {
      marbles(({ cold, expectObservable }) => {
        const warning = { type: 'warning' };
        const source = cold('5s w 19999ms #', { w: warning }, lost);
        const result = source.pipe(reconnect({ count: 1, ...steady }));
        const expected = '5s w 19999ms a 5999ms w 19999ms #';
        const values = { a: disconnected(1_000), w: warning };
        expectObservable(result).toBe(expected, values, lost);
      });
    });

    it('counts from the first value: the time until a refusal does not count', () => {
      marbles(({ cold, expectObservable }) => {
        const source = cold('20s #', undefined, lost);
        const result = source.pipe(reconnect({ count: 1, ...steady }));
        expectObservable(result).toBe('20s a 20999ms #', { a: disconnected(1_000) }, lost);
      });
    });
  });

  describe('Retry-After', () => {
    it('prolongs a wait', () => {
      marbles(({ cold, expectObservable }) => {
        const busy = new MastodonRateLimitError('busy', { status: 429, retryAfter: 90_000 });
        const source = cold('#', undefined, busy);
        const result = source.pipe(reconnect({ count: 1, ...steady }));
        expectObservable(result).toBe('a 89999ms #', { a: disconnected(90_000, busy) }, busy);
      });
    });

    it('does not shorten a wait', () => {
      marbles(({ cold, expectObservable }) => {
        const busy = new MastodonServerError('busy', { status: 503, retryAfter: 0 });
        const source = cold('#', undefined, busy);
        const result = source.pipe(reconnect({ count: 1, ...steady }));
        expectObservable(result).toBe('a 999ms #', { a: disconnected(1_000, busy) }, busy);
      });
    });

    it('is cut to the longest time of a timer if it is a century', () => {
      marbles(({ cold, expectObservable }) => {
        const busy = new MastodonServerError('busy', { status: 503, retryAfter: 1e15 });
        const source = cold('#', undefined, busy);
        const result = source.pipe(reconnect(steady));
        expectObservable(result, '30000m !').toBe('a', { a: disconnected(2_147_483_647, busy) });
      });
    });
  });

  it.each([
    ['a 401', new MastodonUnauthorizedError('no', { status: 401 })],
    ['a 400', new MastodonApiError('no', { status: 400 })],
    ['an illegal argument', new MastodonIllegalArgumentError('no')],
    ['an error of another class', new TypeError('a bug')],
  ])('does not retry %s', (_what, error) => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-x-#', undefined, error);
      expectObservable(source.pipe(reconnect())).toBe('-x-#', undefined, error);
      expectSubscriptions(source.subscriptions).toBe('^--!');
    });
  });

  it('stops retrying when a retry fails with a fatal error', () => {
    marbles(({ cold, expectObservable }) => {
      const revoked = new MastodonUnauthorizedError('revoked', { status: 401 });
      const connections = [cold('x-#', undefined, lost), cold('-#', undefined, revoked)];
      const source: Observable<string> = defer(() => connections.shift()!);
      expectObservable(source.pipe(reconnect(steady))).toBe(
        'x-a 1000ms #',
        { x: 'x', a: disconnected(1_000) },
        revoked,
      );
    });
  });

  it('completes when the source completes, like retry', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-x-|').pipe(reconnect())).toBe('-x-|');
    });
  });

  it('ends a wait when the subscriber unsubscribes', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('#', undefined, lost);
      expectObservable(source.pipe(reconnect(steady)), '^ 500ms !').toBe('a', {
        a: disconnected(1_000),
      });
      expectSubscriptions(source.subscriptions).toBe('(^!)');
    });
  });

  it('keeps its count per subscription', () => {
    marbles(({ cold, expectObservable }) => {
      const result = cold('#', undefined, lost).pipe(reconnect({ count: 1, ...steady }));
      const values = { a: disconnected(1_000) };
      expectObservable(result).toBe('a 999ms #', values, lost);
      expectObservable(result, '10s ^').toBe('10s a 999ms #', values, lost);
    });
  });

  describe('in a browser page', () => {
    it('ends a wait on "online" and on the return from the back/forward cache', () => {
      marbles(({ cold, hot, expectObservable }) => {
        const page = testPage();
        const source = cold('#', undefined, lost);
        hot('--o-p', { o: 'goOnline', p: 'comeBack' } as const).subscribe((deed) => page[deed]());
        expectObservable(source.pipe(reconnect(steady), map(waitOf)), '^----!').toBe('a-b-c', {
          a: 1_000,
          b: 2_000,
          c: 4_000,
        });
      });
    });

    it('does not count failures while offline, and retries after maxDelay', () => {
      marbles(({ cold, hot, expectObservable }) => {
        const page = testPage();
        const source = cold('#', undefined, lost);
        page.goOffline();
        hot('150s O', { O: 'goOnline' } as const).subscribe((deed) => page[deed]());
        expectObservable(source.pipe(reconnect({ count: 2, ...steady }))).toBe(
          'a 59999ms a 59999ms a 29999ms b 999ms c 1999ms #',
          { a: disconnected(60_000), b: disconnected(1_000), c: disconnected(2_000) },
          lost,
        );
      });
    });

    it('ends a wait on waking if the computer slept through its end', () => {
      vi.useFakeTimers();
      onTestFinished(() => void vi.useRealTimers());
      const page = testPage();
      let tries = 0;
      const source = defer(() => {
        tries++;
        return throwError(() => lost);
      });
      const subscription = source.pipe(reconnect(30_000)).subscribe();
      onTestFinished(() => subscription.unsubscribe());

      page.show();
      expect(tries).toBe(1);
      vi.setSystemTime(Date.now() + 3_600_000);
      page.show();
      expect(tries).toBe(2);
    });
  });

  it('ends only the wait of the error that retryNow is given', () => {
    marbles(({ cold, hot, expectObservable }) => {
      const other = new MastodonNetworkError('other');
      hot('--x-y', { x: lost, y: new Error('nobody waits for this one') }).subscribe(retryNow);
      expectObservable(
        cold('#', undefined, lost).pipe(reconnect({ delay: 60, ...steady, factor: 1 })),
        '^-----!',
      ).toBe('a-a', {
        a: disconnected(60),
      });
      expectObservable(
        cold('#', undefined, other).pipe(reconnect({ delay: 60, ...steady, factor: 1 })),
        '^-----!',
      ).toBe('b', {
        b: disconnected(60, other),
      });
    });
  });

  it('labels `disconnected` with the stream', () => {
    marbles(({ expectObservable }) => {
      const result = throwError(() => lost).pipe(
        reconnect({ count: 1, delay: 1, ...steady }, ['list', '42']),
      );
      expectObservable(result).toBe('a#', { a: disconnected(1, lost, ['list', '42']) }, lost);
    });
  });

  it.each([
    [0, /reconnect must be a number of ms above 0/],
    [Number.NaN, /reconnect must be a number of ms/],
    [{ delay: -1 }, /reconnect\.delay/],
    [{ maxDelay: Infinity }, /reconnect\.maxDelay/],
    [{ factor: 0.5 }, /reconnect\.factor/],
    [{ count: 1.5 }, /reconnect\.count/],
    [{ jitter: 2 as never }, /reconnect\.jitter/],
    [{ retries: 3 } as never, /Unknown option of reconnect "retries"/],
    ['5s' as never, /reconnect must be true, false, a number of ms or an object/],
  ])('refuses %o', (config, message) => {
    expect(() => reconnect(config)).toThrow(MastodonIllegalArgumentError);
    expect(() => reconnect(config)).toThrow(message);
  });
});
