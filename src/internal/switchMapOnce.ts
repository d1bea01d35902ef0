/** Switches from the way to a stream to the stream itself, and keeps nothing of the way. */
import { NEVER, Observable, type OperatorFunction } from 'rxjs';
import { operate } from './operate.ts';

/**
 * Switches to what `project` makes of the source's first value, synchronously. Like `switchMap` with one
 * value, but nothing of the source is kept: a stream may be open for months. Until the first value, the
 * values of `meanwhile$` are emitted.
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

/** Emits `values`, then mirrors the source. Like `startWith`, but keeps nothing of them. */
export const prependValues =
  <T, R>(values: readonly R[]): OperatorFunction<T, T | R> =>
  (source) =>
    new Observable((destination) => {
      for (const value of values) destination.next(value);
      source.subscribe(destination);
    });
