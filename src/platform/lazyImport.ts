/** Parts that are loaded when they are needed. */
import { catchError, defer, from, of, tap, throwError, type Observable } from 'rxjs';
import { controlsNetwork } from '#platform';
import { MastodonNetworkError, MastodonUnsupportedError } from '../model/errors.ts';

/**
 * Emits what `load` resolves to. The first subscriber starts the loading: a page does not need what none of its
 * streams needs. Later subscribers receive it synchronously.
 *
 * Errors with a retryable `MastodonNetworkError` if that fails, and asks again next time. In Node a part that is
 * there and cannot be evaluated never will be: that is a fatal `MastodonUnsupportedError`.
 */
export function lazyImport<T>(load: () => Promise<T>): Observable<T> {
  let loading: Promise<T> | undefined;
  let part: T | undefined;
  return defer(() =>
    part === undefined
      ? from((loading ??= load())).pipe(
          tap((value) => (part = value)),
          catchError((cause: unknown) => {
            loading = undefined;
            return throwError(() =>
              controlsNetwork && !isMissing(cause)
                ? new MastodonUnsupportedError(
                    `A part of mastodon-rx, or undici, cannot be evaluated: ${String(cause)}. ` +
                      'A bundler must leave undici out: docs/runtimes.md has the line for yours',
                    { cause },
                  )
                : new MastodonNetworkError('A part of mastodon-rx could not be loaded', { cause }),
            );
          }),
        )
      : of(part),
  );
}

/** Tells whether a file could not be found or read, which may change: a deployment, too many open files. */
const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  /^(ERR_MODULE_NOT_FOUND|E[A-Z]+)$/.test(String(error.code));
