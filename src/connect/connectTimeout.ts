/** A first value that takes too long. */
import { throwError, timeout, type MonoTypeOperatorFunction } from 'rxjs';
import { MAX_WAIT } from '../config/config.ts';
import { MastodonNetworkError } from '../model/errors.ts';

/** Errors with `MastodonNetworkError` where the source's first value takes longer than `time` ms. */
export function within<T>(time: number, what: string): MonoTypeOperatorFunction<T> {
  if (time > MAX_WAIT) return (source) => source;
  return timeout({
    first: time,
    with: () => throwError(() => new MastodonNetworkError(`${what} within ${time} ms`)),
  });
}
