/** Parts that are loaded when they are needed. */
import { catchError, defer, from, of, tap, throwError, type Observable } from 'rxjs';
import { MastodonNetworkError } from '../model/errors.ts';

/**
 * Emits what `load` resolves to, which whoever comes first has loaded: a page has no need of what no stream
 * of it needs. Who comes later gets it in the same turn. Errors with a retryable `MastodonNetworkError`
 * where that fails, and asks again next time.
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
            return throwError(
              () =>
                new MastodonNetworkError('A part of mastodon-rx could not be loaded', { cause }),
            );
          }),
        )
      : of(part),
  );
}
