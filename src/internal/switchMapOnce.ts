/** From the way to a stream to the stream. */
import { NEVER, Observable, type OperatorFunction } from 'rxjs';
import { operate } from './operate.ts';

/**
 * Goes over from the source's first value to what `project` makes of it, in the same turn. As `switchMap`
 * with one value, but nothing of the source stays: a stream may be open for months. Until then, what
 * `meanwhile$` says is emitted.
 */
export function goOver<T, R>(
  project: (value: T) => Observable<R>,
  meanwhile$: Observable<R> = NEVER,
): OperatorFunction<T, R> {
  return operate((subscriber) => {
    let isOver = false;
    const meanwhile = meanwhile$.subscribe((value) => {
      subscriber.next(value);
    });
    subscriber.add(meanwhile);
    return {
      next: (value) => {
        if (isOver) return;
        isOver = true;
        meanwhile.unsubscribe();
        subscriber.remove(meanwhile);
        project(value).subscribe(subscriber);
      },
      complete: () => {
        if (!isOver) subscriber.complete();
      },
    };
  });
}

/** Emits `first`, then mirrors the source. As `startWith`, of which nothing stays either. */
export const beginWith =
  <T, R>(first: readonly R[]): OperatorFunction<T, T | R> =>
  (source) =>
    new Observable((subscriber) => {
      for (const value of first) subscriber.next(value);
      source.subscribe(subscriber);
    });
