/** Lets something come before a stream that may be open for months. */
import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import { operate } from './operate.ts';

/**
 * Mirrors `first$`, and once that completes the source. Like `concat(first$, source)`, but keeps nothing of
 * `first$` afterwards. The source is not subscribed to before, and not at all if `first$` errors.
 */
export const startAfter =
  <T>(first$: Observable<T>): MonoTypeOperatorFunction<T> =>
  (source) =>
    new Observable((destination) => {
      first$.subscribe(
        operate<T, T>({
          destination,
          next: (value) => {
            destination.next(value);
          },
          complete: () => {
            // eslint-disable-next-line rxjs-x/no-nested-subscribe -- what `concat` does itself
            source.subscribe(destination);
          },
        }),
      );
    });
