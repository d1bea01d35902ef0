import { map, NEVER, of, type Observable } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  MastodonApiError,
  MastodonIllegalArgumentError,
  MastodonNetworkError,
} from '../../src/model/errors.ts';
import {
  back$,
  isPageError,
  failWhenOfflineOrHidden,
  wakes$,
} from '../../src/platform/pageLifecycle.ts';
import { marbles } from '../helpers/marbles.ts';
import { testPage, type TestPage } from '../helpers/page.ts';

/** Does to the page what the diagram says, frame by frame. */
type Deeds = Readonly<Record<string, keyof TestPage>>;
const DEEDS: Deeds = {
  o: 'goOffline',
  O: 'goOnline',
  p: 'leave',
  P: 'comeBack',
  h: 'hide',
  s: 'show',
  t: 'thaw',
};

const names = (source: Observable<unknown>): Observable<string> =>
  source.pipe(map((event) => (event as Event).type));

describe('failWhenOfflineOrHidden', () => {
  it.each([
    ['offline', 'o', 'The browser is offline'],
    ['left', 'p', 'The page was left'],
  ])('errors when the page is %s, and leaves the source at once', (_what, deed, message) => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const page = testPage();
      const source = cold(' -a-b-c-');
      const deeds = hot('  ----d--', { d: DEEDS[deed]! });
      const expected = '   -a-b#';
      deeds.subscribe((name) => page[name]());

      expectObservable(source.pipe(failWhenOfflineOrHidden())).toBe(
        expected,
        undefined,
        expect.objectContaining({ name: 'MastodonNetworkError', message, retryable: true }),
      );
      expectSubscriptions(source.subscriptions).toBe('^---!');
    });
  });

  it.each([
    ['never', '-'],
    ['empty', '|'],
    ['one', '-a|'],
    ['many', 'a-b-c|'],
    ['error', '-a-#'],
  ])('mirrors the source of a page that stays: %s', (_what, marble) => {
    marbles(({ cold, hot, expectObservable }) => {
      const page = testPage();
      hot('hstOP', DEEDS).subscribe((name) => page[name]());
      expectObservable(cold(marble).pipe(failWhenOfflineOrHidden())).toBe(marble);
    });
  });

  it('can be subscribed to again, offline or not: a browser may be wrong about that', () => {
    marbles(({ cold, expectObservable }) => {
      const page = testPage();
      page.goOffline();
      expectObservable(cold('a-b').pipe(failWhenOfflineOrHidden()), '---^--!').toBe('---a-b');
    });
  });

  it('listens to nothing any more once it is unsubscribed from', () => {
    const page = testPage();
    const added = vi.spyOn(window, 'addEventListener');
    const removed = vi.spyOn(window, 'removeEventListener');
    NEVER.pipe(failWhenOfflineOrHidden()).subscribe().unsubscribe();
    back$.subscribe().unsubscribe();
    page.goOffline();

    const named = (calls: readonly (readonly unknown[])[]) => calls.map(([name]) => name);
    expect(named(added.mock.calls)).toEqual(['offline', 'pagehide', 'online', 'pageshow']);
    expect(named(removed.mock.calls)).toEqual(named(added.mock.calls));
  });
});

describe('back$', () => {
  it('is the network that comes back, and the page out of the back/forward cache', () => {
    marbles(({ hot, expectObservable }) => {
      const page = testPage();
      hot('oO-pP-hst', DEEDS).subscribe((name) => page[name]());
      expectObservable(names(back$), '^--------!').toBe('-a--b----', {
        a: 'online',
        b: 'pageshow',
      });
    });
  });

  it('is not the page that was loaded', () => {
    const page = testPage();
    const seen: unknown[] = [];
    const subscription = back$.subscribe((event) => seen.push(event));
    onTestFinished(() => subscription.unsubscribe());
    page.comeBack({ persisted: false });
    expect(seen).toEqual([]);
  });
});

describe('wakes$', () => {
  it('is a page that is shown or thawed, not one that is hidden', () => {
    marbles(({ hot, expectObservable }) => {
      const page = testPage();
      hot('-h-s-t-oOpP', DEEDS).subscribe((name) => page[name]());
      expectObservable(names(wakes$), '^----------!').toBe('---a-b-----', {
        a: 'visibilitychange',
        b: 'resume',
      });
    });
  });

  it('is a clock that jumps, as it does in a computer that slept', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    testPage();
    let wakes = 0;
    const subscription = wakes$.subscribe(() => wakes++);
    onTestFinished(() => subscription.unsubscribe());

    vi.advanceTimersByTime(60_000);
    expect(wakes).toBe(0);
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(5_000);
    expect(wakes).toBe(1);
    vi.advanceTimersByTime(60_000);
    expect(wakes).toBe(1);
    vi.setSystemTime(Date.now() - 3_600_000);
    vi.advanceTimersByTime(60_000);
    expect(wakes).toBe(1);
  });
});

describe('isPageError', () => {
  const network = new MastodonNetworkError('lost');

  it('is what the network does while the browser is offline', () => {
    const page = testPage();
    expect(isPageError(network)).toBe(false);
    page.goOffline();
    expect(isPageError(network)).toBe(true);
    page.goOnline();
    expect(isPageError(network)).toBe(false);
  });

  it('is not what a server answers, which cannot be offline', () => {
    testPage().goOffline();
    expect(isPageError(new MastodonApiError('busy', { status: 503 }))).toBe(false);
    expect(isPageError(new MastodonIllegalArgumentError('wrong'))).toBe(false);
  });

  it('is the error of a page that was left, online as it is', () => {
    const page = testPage();
    const errors: unknown[] = [];
    NEVER.pipe(failWhenOfflineOrHidden()).subscribe({
      error: (error: unknown) => errors.push(error),
    });
    page.leave();
    expect(errors.map(isPageError)).toEqual([true]);
  });
});

describe('without a page', () => {
  it('nothing is touched: no window, no document, no navigator', () => {
    marbles(({ cold, expectObservable }) => {
      expect(typeof document).toBe('undefined');
      expectObservable(cold('-a|').pipe(failWhenOfflineOrHidden())).toBe('-a|');
      expectObservable(back$, '^-!').toBe('-');
      expectObservable(wakes$, '^ 60s !').toBe('-');
    });
    expect(isPageError(new MastodonNetworkError('lost'))).toBe(false);
  });

  it('a window without a document, as React Native has it, is no page', () => {
    const source = of('a');
    vi.stubGlobal('window', {});
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(source.pipe(failWhenOfflineOrHidden())).toBe(source);
    expect(() => back$.subscribe().unsubscribe()).not.toThrow();
    expect(() => wakes$.subscribe().unsubscribe()).not.toThrow();
  });
});
