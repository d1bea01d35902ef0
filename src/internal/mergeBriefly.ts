/** Merges something short into a stream that may be open for months. */
import { Observable, type MonoTypeOperatorFunction } from 'rxjs';

/**
 * Mirrors the source, and emits what `beside$` emits until that completes. Like `merge`, but afterwards nothing
 * stands in the way of the source's values. The result errors and completes with the source alone.
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
