/** Resubscribes after retryable failures, with exponential backoff and jitter. */
import { defer, Observable, retry, throwError, type OperatorFunction } from 'rxjs';
import { now } from '#clock';
import { MAX_WAIT } from '../config/check.ts';
import { resolveReconnectConfig } from '../config/resolve.ts';
import type { ReconnectConfig, ResolvedReconnectConfig } from '../config/options.ts';
import { operate } from '../internal/operate.ts';
import { MastodonApiError, MastodonError } from '../model/errors.ts';
import type { EventOf } from '../model/events.ts';
import { isPageError } from '../platform/pageLifecycle.ts';
import { waitFor } from './retryWait.ts';

/**
 * Resubscribes to the source when it fails with a retryable error: RxJS's `retry`, with growing waits.
 *
 * ```text
 * source  -a-#
 * result  -a-d---a-#    reconnect({ delay: 3, count: 1, jitter: false }); d: disconnected
 * ```
 *
 * The waits are `delay`, then times `factor`, up to `maxDelay` (ms), each times the jitter; a number is a fixed
 * wait in ms, as Mastodon.py's `reconnect_async_wait_sec` is in seconds. A longer `Retry-After` of the server is
 * obeyed. The waits start over only after a connection has been up for `stableAfter` ms from its first value on, so
 * that a server which accepts connections and drops them at once causes no hot loop. `retryNow` ends a wait.
 *
 * In a browser, `online` ends a wait, and so does the return from the back/forward cache. A failure while the
 * browser is offline does not count as an attempt; the wait is then `maxDelay`, since a browser may be wrong.
 *
 * Emits when the source does, and a `disconnected` event before each wait. Completes when the source does; the
 * timelines turn a clean end into a `MastodonStreamEndedError` first. Errors with the source's error if it is not
 * `retryable` (like a 401), is not a `MastodonError`, or comes after `count` retries in a row. Events that the
 * server sent while disconnected are lost: Mastodon replays nothing.
 *
 * ```ts
 * events$
 *   .pipe(reconnect({ delay: 500, count: 5 })) // waits up to 0.5, 1, 2, 4, 8 s
 *   .subscribe(({ type }) => console.log(type));
 * // update, disconnected, update
 * ```
 *
 * @param config - `true` or left out: the defaults; a number: a fixed wait in ms.
 * @param stream - the `stream` of the `disconnected` events.
 * @param random - returns a number from 0 to 1, from which the default jitter is drawn.
 */
export function reconnect<T>(
  config: true | number | ReconnectConfig = true,
  stream: readonly string[] = [],
  random: () => number = Math.random,
): OperatorFunction<T, T | EventOf<'disconnected'>> {
  const rules = resolveReconnectConfig(config);

  return (source) =>
    defer(() => {
      let failures = 0;
      /** The wait after the last error; undefined if the error ends the stream. */
      let wait: number | undefined;

      // One operator instead of `tap` and `catchError`: there may be thousands of streams.
      const attempt$ = new Observable<T | EventOf<'disconnected'>>((destination) => {
        let upSince: number | undefined;
        return source.subscribe(
          operate<T, T | EventOf<'disconnected'>>({
            destination,
            next: (value) => {
              // A warning may come before the connection is open.
              if (upSince === undefined && !isWarning(value)) upSince = now();
              destination.next(value);
            },
            error: (error) => {
              if (upSince !== undefined && now() - upSince >= rules.stableAfter) failures = 0;
              wait = undefined;
              if (error instanceof MastodonError && error.retryable) {
                if (isPageError(error)) wait = rules.maxDelay;
                else if (failures < rules.count) wait = waitAfter(error, ++failures, rules, random);
                if (wait !== undefined) destination.next(disconnected(error, wait, stream));
              }
              destination.error(error);
            },
          }),
        );
      });

      return attempt$.pipe(
        retry({
          delay: (error: unknown) =>
            wait === undefined ? throwError(() => error) : waitFor(wait, error),
          resetOnSuccess: false,
        }),
      );
    });
}

const isWarning = (value: unknown): boolean =>
  (value as { readonly type?: unknown } | null | undefined)?.type === 'warning';

function waitAfter(
  error: MastodonError,
  failures: number,
  { delay, maxDelay, factor, jitter }: ResolvedReconnectConfig,
  random: () => number,
): number {
  const share = typeof jitter === 'function' ? jitter() : jitter ? 0.5 + random() / 2 : 1;
  const grown = Math.round(Math.min(maxDelay, delay * factor ** (failures - 1)) * share);
  const asked = error instanceof MastodonApiError ? (error.retryAfter ?? 0) : 0;
  return Math.min(Math.max(grown, asked), MAX_WAIT);
}

const disconnected = (
  error: MastodonError,
  retryIn: number,
  stream: readonly string[],
): EventOf<'disconnected'> => ({ type: 'disconnected', payload: { error, retryIn }, stream });
