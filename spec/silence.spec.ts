import { NEVER, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { MastodonReadTimeoutError } from '../src/errors.ts';
import { silence } from '../src/silence.ts';
import { marbles } from './helpers/marbles.ts';

const lost = new Error('lost');

describe('silence', () => {
  it('errors after so many ms without a value, counted from the subscription', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-------');
      const subs = '       ^--!';
      const expected = '   ---#';

      const result = source.pipe(silence(3));
      expectObservable(result).toBe(expected, undefined, new MastodonReadTimeoutError(3));
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('counts from the last value, to the ms, though it sets no timer per value', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('-a-b--------');
      const expected = '   -a-b---#';

      const result = source.pipe(silence(4));
      expectObservable(result).toBe(expected, undefined, new MastodonReadTimeoutError(4));
    });
  });

  it('lets a stream live that says something just in time, for ever', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('  15s a 14999ms a 14999ms a 14999ms a', { a: 'thump' });
      const unsubscribe = '  61s !';
      expectObservable(source.pipe(silence(15_001)), unsubscribe).toBe(
        '15s a 14999ms a 14999ms a 14999ms a',
        { a: 'thump' },
      );
    });
  });

  it('passes completion and errors on, and leaves no timer behind', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-a|').pipe(silence(5))).toBe('-a|');
      expectObservable(cold('-a#').pipe(silence(5))).toBe('-a#');
      expectObservable(of('a').pipe(silence(5))).toBe('(a|)');
      expectObservable(throwError(() => lost).pipe(silence(5))).toBe('#', undefined, lost);
    });
  });

  it('leaves the source when the subscriber leaves', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a----');
      const subs = '       ^--!';
      expectObservable(source.pipe(silence(5)), subs).toBe('-a--');
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('waits for ever with Infinity', () => {
    marbles(({ expectObservable }) => {
      expectObservable(NEVER.pipe(silence(Infinity)), '50000m !').toBe('-');
    });
  });

  it('says how long the silence was', () => {
    expect(new MastodonReadTimeoutError(60_000)).toMatchObject({
      timeout: 60_000,
      retryable: true,
      message: expect.stringContaining('60000 ms') as string,
    });
  });
});
