/** Puts a short Observable before a stream that may be open for months. */
import { Observable, type MonoTypeOperatorFunction } from 'rxjs';
import { operate } from './operate.ts';

/**
 * Mirrors `first$`, and then, once `first$` completes, the source. Like `concat(first$, source)`, but holds no
 * reference to `first$` afterwards. The source is subscribed to only after `first$` completes; if `first$` errors,
 * never.
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
