import { NEVER, of, Subject, throwError } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MastodonReadTimeoutError } from '../../src/model/errors.ts';
import { silence } from '../../src/transport/readTimeout.ts';
import { marbles } from '../helpers/marbles.ts';
import { testPage } from '../helpers/page.ts';
import { silenceOf } from '../helpers/silence.ts';

const lost = new Error('lost');

describe('silence', () => {
  it('errors after that many ms without a value, counted from the subscription', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-------');
      const subs = '       ^--!';
      const expected = '   ---#';

      const result = source.pipe(silenceOf(3));
      expectObservable(result).toBe(expected, undefined, new MastodonReadTimeoutError(3));
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('counts from the last value, to the ms, with one timer for all values', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('-a-b--------');
      const expected = '   -a-b---#';

      const result = source.pipe(silenceOf(4));
      expectObservable(result).toBe(expected, undefined, new MastodonReadTimeoutError(4));
    });
  });

  it('keeps a stream with a value just within each timeout', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('  15s a 14999ms a 14999ms a 14999ms a', { a: 'thump' });
      const unsubscribe = '  61s !';
      expectObservable(source.pipe(silenceOf(15_001)), unsubscribe).toBe(
        '15s a 14999ms a 14999ms a 14999ms a',
        { a: 'thump' },
      );
    });
  });

  it('passes completion and errors on, and leaves no timer behind', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-a|').pipe(silenceOf(5))).toBe('-a|');
      expectObservable(cold('-a#').pipe(silenceOf(5))).toBe('-a#');
      expectObservable(of('a').pipe(silenceOf(5))).toBe('(a|)');
      expectObservable(throwError(() => lost).pipe(silenceOf(5))).toBe('#', undefined, lost);
    });
  });

  it('counts from the last activity of the socket, not from the last value', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('-a-b--c-----');
      const expected = '   -a-b-#';

      const result = source.pipe(silence(4, () => 1));
      expectObservable(result).toBe(expected, undefined, new MastodonReadTimeoutError(4));
    });
  });

  it('unsubscribes from the source when the subscriber unsubscribes', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a----');
      const subs = '       ^--!';
      expectObservable(source.pipe(silenceOf(5)), subs).toBe('-a--');
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  describe('when its timer fires late', () => {
    /** Fires the timers late by that many ms, like after a sleep: first the timers, then the data that arrived. */
    const wakeLate = (arrived: boolean) => {
      vi.useFakeTimers();
      onTestFinished(() => void vi.useRealTimers());
      const bytes = new Subject<string>();
      const errors: unknown[] = [];
      bytes.pipe(silenceOf(1_000)).subscribe({ error: (error: unknown) => errors.push(error) });
      const clock = performance.now.bind(performance);
      vi.spyOn(performance, 'now').mockImplementation(() => clock() + 500);
      onTestFinished(() => void vi.restoreAllMocks());
      vi.advanceTimersByTime(1_000);
      expect(errors).toEqual([]);
      vi.advanceTimersByTime(400);
      if (arrived) bytes.next('what lay in the socket');
      return errors;
    };

    it('keeps the stream if a value arrives right after', () => {
      const errors = wakeLate(true);
      vi.advanceTimersByTime(999);
      expect(errors).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(errors).toEqual([new MastodonReadTimeoutError(1_000)]);
    });

    it('errors a second later if no value arrives', () => {
      const errors = wakeLate(false);
      vi.advanceTimersByTime(599);
      expect(errors).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(errors).toEqual([new MastodonReadTimeoutError(1_000)]);
    });
  });

  it.each([
    ['back', -3_600_000],
    ['forward', 120_000],
  ])('ignores a wall clock that is set %s', (_where, step) => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const errors: unknown[] = [];
    const bytes = new Subject<string>();
    bytes.pipe(silenceOf(60_000)).subscribe({ error: (error: unknown) => errors.push(error) });
    vi.advanceTimersByTime(15_000);
    bytes.next('thump');
    vi.setSystemTime(Date.now() + step);
    vi.advanceTimersByTime(59_999);
    expect(errors).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(errors).toEqual([new MastodonReadTimeoutError(60_000)]);
  });

  describe('in a page that wakes', () => {
    const watch = () => {
      vi.useFakeTimers();
      onTestFinished(() => void vi.useRealTimers());
      const page = testPage();
      const bytes = new Subject<string>();
      const errors: unknown[] = [];
      const subscription = bytes
        .pipe(silenceOf(60_000))
        .subscribe({ error: (error: unknown) => errors.push(error) });
      onTestFinished(() => subscription.unsubscribe());
      return { page, bytes, errors };
    };

    it.each(['show', 'thaw'] as const)(
      'errors a second after "%s" if the stream was silent during the sleep',
      (deed) => {
        const { page, errors } = watch();
        vi.setSystemTime(Date.now() + 600_000);
        page[deed]();
        vi.advanceTimersByTime(999);
        expect(errors).toEqual([]);
        vi.advanceTimersByTime(1);
        expect(errors).toEqual([new MastodonReadTimeoutError(60_000)]);
      },
    );

    it('notices a sleep by its clock, without an event of the page', () => {
      const { errors } = watch();
      vi.setSystemTime(Date.now() + 600_000);
      vi.advanceTimersByTime(6_000);
      expect(errors).toEqual([new MastodonReadTimeoutError(60_000)]);
    });

    it('keeps a stream whose bytes were only delayed', () => {
      const { page, bytes, errors } = watch();
      vi.setSystemTime(Date.now() + 600_000);
      page.thaw();
      vi.advanceTimersByTime(500);
      bytes.next('thump');
      vi.advanceTimersByTime(59_000);
      expect(errors).toEqual([]);
    });

    it('keeps a stream whose values arrived while the page was hidden', () => {
      const { page, bytes, errors } = watch();
      page.hide();
      for (let minute = 0; minute < 10; minute++) {
        vi.advanceTimersByTime(59_000);
        bytes.next('thump');
      }
      page.show();
      vi.advanceTimersByTime(59_000);
      expect(errors).toEqual([]);
    });
  });

  it('never errors with Infinity', () => {
    marbles(({ expectObservable }) => {
      expectObservable(NEVER.pipe(silenceOf(Infinity)), '50000m !').toBe('-');
    });
  });

  it('has the length of the silence in its error', () => {
    expect(new MastodonReadTimeoutError(60_000)).toMatchObject({
      timeout: 60_000,
      retryable: true,
      message: expect.stringContaining('60000 ms') as string,
    });
  });
});
