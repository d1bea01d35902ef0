/** Limits the time that a connection may take to open. */
import { throwError, timeout, type MonoTypeOperatorFunction } from 'rxjs';
import { MAX_WAIT } from '../config/check.ts';
import { MastodonNetworkError } from '../model/errors.ts';

/**
 * Errors with `MastodonNetworkError` if the source's first value takes longer than `time` ms.
 *
 * @param what - the beginning of the message, which names the step: `Opening the stream`.
 */
export function connectTimeout<T>(time: number, what: string): MonoTypeOperatorFunction<T> {
  if (time > MAX_WAIT) return (source) => source;
  return timeout({
    first: time,
    with: () => throwError(() => new MastodonNetworkError(`${what} timed out after ${time} ms`)),
  });
}
