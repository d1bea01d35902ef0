/** Watches the page that streams run in, if there is one: when it loses the network, and when it wakes up. */
import {
  asyncScheduler,
  defer,
  filter,
  fromEvent,
  identity,
  interval,
  map,
  merge,
  NEVER,
  takeUntil,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import { MastodonNetworkError } from '../model/errors.ts';

/**
 * The interval at which the clock is read, in ms. If a timer is late by more than that, the page was suspended.
 */
const TICK = 5_000;

// Not `window`: React Native has one without events.
export const inPage = (): boolean => typeof document !== 'undefined';

/** Emits nothing if there is no page: in Node, in workers, and during server-side rendering. */
const ofPage = <T>(watch: () => Observable<T>): Observable<T> =>
  defer(() => (inPage() ? watch() : NEVER));

/** Emits when the network is back, and when the page comes out of the back/forward cache. */
export const back$: Observable<unknown> = ofPage(() =>
  merge(
    fromEvent(window, 'online'),
    fromEvent<PageTransitionEvent>(window, 'pageshow').pipe(filter(({ persisted }) => persisted)),
  ),
);

/** Emits when the page may have slept: it is shown again, thawed, or its clock has jumped. */
export const wakes$: Observable<unknown> = ofPage(() => {
  let last = asyncScheduler.now();
  return merge(
    fromEvent(document, 'visibilitychange').pipe(filter(() => !document.hidden)),
    fromEvent(document, 'resume'),
    interval(TICK).pipe(
      filter(() => {
        const late = asyncScheduler.now() - last;
        last += late;
        return late > 2 * TICK;
      }),
    ),
  );
});

/** Reports that the page, not the server, ended the stream. */
class PageAwayError extends MastodonNetworkError {}

/** Errors when the page fires one of these events, which closes the connection at once. */
const until = <T>(...names: ('offline' | 'pagehide')[]): MonoTypeOperatorFunction<T> =>
  inPage()
    ? takeUntil(
        merge(...names.map((name) => fromEvent(window, name))).pipe(
          map(({ type }) => {
            const what = type === 'offline' ? 'The browser is offline' : 'The page was left';
            throw new PageAwayError(what);
          }),
        ),
      )
    : identity;

/** Errors when the browser goes offline or the page is left. */
export const failWhenOfflineOrHidden = <T>(): MonoTypeOperatorFunction<T> =>
  until('offline', 'pagehide');

/** Errors when the page is left: a page in the back/forward cache must have no open connection. */
export const failWhenHidden = <T>(): MonoTypeOperatorFunction<T> => until('pagehide');

/** Tells whether the page caused an error, which then says nothing about the server. */
export const isPageError = (error: unknown): boolean =>
  error instanceof PageAwayError ||
  (error instanceof MastodonNetworkError && inPage() && !navigator.onLine);
