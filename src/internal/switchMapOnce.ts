/** Switches to the Observable that the first value leads to, and releases everything that led there. */
import { NEVER, Observable, type OperatorFunction } from 'rxjs';
import { operate } from './operate.ts';

/**
 * Switches to the Observable that `project` returns for the source's first value, synchronously. Like `switchMap`
 * with one value, but holds no reference to the source afterwards: a stream may be open for months. Until the first
 * value comes, it emits the values of `meanwhile$`.
 */
export const switchMapOnce =
  <T, R>(
    project: (value: T) => Observable<R>,
    meanwhile$: Observable<R> = NEVER,
  ): OperatorFunction<T, R> =>
  (source) =>
    new Observable((destination) => {
      let hasSwitched = false;
      const meanwhile = meanwhile$.subscribe((value) => {
        destination.next(value);
      });
      destination.add(meanwhile);
      source.subscribe(
        operate<T, R>({
          destination,
          next: (value) => {
            if (hasSwitched) return;
            hasSwitched = true;
            meanwhile.unsubscribe();
            destination.remove(meanwhile);
            // eslint-disable-next-line rxjs-x/no-nested-subscribe -- what `switchMap` does itself
            project(value).subscribe(destination);
          },
          complete: () => {
            if (!hasSwitched) destination.complete();
          },
        }),
      );
    });

/** Emits `values`, then mirrors the source. Like `startWith`, but holds no reference to them afterwards. */
export const prependValues =
  <T, R>(values: readonly R[]): OperatorFunction<T, T | R> =>
  (source) =>
    new Observable((destination) => {
      for (const value of values) destination.next(value);
      source.subscribe(destination);
    });
