/** Merges a short Observable into a stream that may be open for months. */
import { Observable, type MonoTypeOperatorFunction } from 'rxjs';

/**
 * Mirrors the source, and also emits the values of `beside$` until `beside$` completes. Like `merge`, but
 * afterwards no operator is left between the source and its subscriber. The result errors and completes with the
 * source alone.
 */
export const mergeBriefly =
  <T>(beside$: Observable<T>): MonoTypeOperatorFunction<T> =>
  (source) =>
    new Observable((destination) => {
      destination.add(
        beside$.subscribe({
          next: (value) => {
            destination.next(value);
          },
          error: (error: unknown) => {
            destination.error(error);
          },
        }),
      );
      source.subscribe(destination);
    });
