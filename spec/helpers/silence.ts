import { defer, tap, type MonoTypeOperatorFunction } from 'rxjs';
import { now } from '#clock';
import { silence } from '../../src/transport/readTimeout.ts';

/** The operator {@link silence} over a socket on which each value of the source is the only sign of life. */
export const silenceOf =
  <T>(timeout: number): MonoTypeOperatorFunction<T> =>
  (source) =>
    defer(() => {
      let last = -Infinity;
      return source.pipe(
        tap(() => (last = now())),
        silence(timeout, () => last),
      );
    });
