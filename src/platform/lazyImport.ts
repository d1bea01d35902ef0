/** Loads parts of the library when they are needed. */
import { catchError, defer, from, of, tap, throwError, type Observable } from 'rxjs';
import { controlsNetwork } from '#platform';
import { MastodonNetworkError, MastodonUnsupportedError } from '../model/errors.ts';

/**
 * Emits the module that `load` resolves with. The first subscriber starts loading it; later subscribers receive it
 * synchronously.
 *
 * Errors with a retryable `MastodonNetworkError` if loading fails; the next subscriber loads it again. In Node, a
 * module that is found and cannot be evaluated is a fatal `MastodonUnsupportedError`, since a retry cannot help.
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
