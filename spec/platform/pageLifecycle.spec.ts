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

/** Calls a method of the page for each letter of a marble diagram. */
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
  ])(
    'errors when the page is %s, and unsubscribes from the source synchronously',
    (_what, deed, message) => {
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
    },
  );

  it.each([
    ['never', '-'],
    ['empty', '|'],
    ['one', '-a|'],
    ['many', 'a-b-c|'],
    ['error', '-a-#'],
  ])('mirrors the source while the page stays online and open: %s', (_what, marble) => {
    marbles(({ cold, hot, expectObservable }) => {
      const page = testPage();
      hot('hstOP', DEEDS).subscribe((name) => page[name]());
      expectObservable(cold(marble).pipe(failWhenOfflineOrHidden())).toBe(marble);
    });
  });

  it('can be subscribed to again while offline, since the browser can be wrong', () => {
    marbles(({ cold, expectObservable }) => {
      const page = testPage();
      page.goOffline();
      expectObservable(cold('a-b').pipe(failWhenOfflineOrHidden()), '---^--!').toBe('---a-b');
    });
  });

  it('removes its event listeners when it is unsubscribed from', () => {
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
  it('emits when the network is back, and when the page returns from the back/forward cache', () => {
    marbles(({ hot, expectObservable }) => {
      const page = testPage();
      hot('oO-pP-hst', DEEDS).subscribe((name) => page[name]());
      expectObservable(names(back$), '^--------!').toBe('-a--b----', {
        a: 'online',
        b: 'pageshow',
      });
    });
  });

  it('does not emit when the page was loaded', () => {
    const page = testPage();
    const seen: unknown[] = [];
    const subscription = back$.subscribe((event) => seen.push(event));
    onTestFinished(() => subscription.unsubscribe());
    page.comeBack({ persisted: false });
    expect(seen).toEqual([]);
  });
});

describe('wakes$', () => {
  it('emits when the page is shown or thawed, not when it is hidden', () => {
    marbles(({ hot, expectObservable }) => {
      const page = testPage();
      hot('-h-s-t-oOpP', DEEDS).subscribe((name) => page[name]());
      expectObservable(names(wakes$), '^----------!').toBe('---a-b-----', {
        a: 'visibilitychange',
        b: 'resume',
      });
    });
  });

  it('emits when the clock jumps forward, like after a sleep', () => {
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

  it('is true for network errors while the browser is offline', () => {
    const page = testPage();
    expect(isPageError(network)).toBe(false);
    page.goOffline();
    expect(isPageError(network)).toBe(true);
    page.goOnline();
    expect(isPageError(network)).toBe(false);
  });

  it('is false for a server’s response, which proves a connection', () => {
    testPage().goOffline();
    expect(isPageError(new MastodonApiError('busy', { status: 503 }))).toBe(false);
    expect(isPageError(new MastodonIllegalArgumentError('wrong'))).toBe(false);
  });

  it('is true for the error of a page that was left, although it is online', () => {
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
  it('nothing accesses window, document or navigator', () => {
    marbles(({ cold, expectObservable }) => {
      expect(typeof document).toBe('undefined');
      expectObservable(cold('-a|').pipe(failWhenOfflineOrHidden())).toBe('-a|');
      expectObservable(back$, '^-!').toBe('-');
      expectObservable(wakes$, '^ 60s !').toBe('-');
    });
    expect(isPageError(new MastodonNetworkError('lost'))).toBe(false);
  });

  it('a window without a document, like React Native’s, does not count as a page', () => {
    const source = of('a');
    vi.stubGlobal('window', {});
    onTestFinished(() => void vi.unstubAllGlobals());
    expect(source.pipe(failWhenOfflineOrHidden())).toBe(source);
    expect(() => back$.subscribe().unsubscribe()).not.toThrow();
    expect(() => wakes$.subscribe().unsubscribe()).not.toThrow();
  });
});
