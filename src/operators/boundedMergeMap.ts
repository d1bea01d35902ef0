/**
 * Maps values to Observables like `mergeMap`, with a bounded queue for consumers that may be slower than the
 * stream.
 */
import {
  finalize,
  from,
  mergeMap,
  Subject,
  type ObservableInput,
  type ObservedValueOf,
  type OperatorFunction,
  type Subscriber,
  Observable,
} from 'rxjs';
import { BoundedQueue, checkOverflowConfig, type OverflowConfig } from './boundedQueue.ts';
import { check } from '../config/check.ts';
import { operate } from '../internal/operate.ts';

/** The options of {@link boundedMergeMap}. */
export interface BoundedMergeMapConfig<T> extends OverflowConfig<T> {
  /**
   * The number of inner Observables that run at once.
   * @defaultValue `1`
   */
  concurrency?: number | undefined;
}

/**
 * Projects each value to an Observable (or a promise, or anything else that `from` takes) and emits their values,
 * like `mergeMap`, with two bounds: at most `concurrency` of them run at once, and at most `capacity` values wait
 * for their turn, in order.
 *
 * ```text
 * source  a-b-----|
 * result  ---a---b|    each value is projected to ---x|, one at a time
 * ```
 *
 * With a concurrency of 1 it is `concatMap` with a bound; with a capacity of 0 and `'drop-newest'` it is
 * `exhaustMap`. A value that comes when the queue is full is handled as `overflow` says; a dropped value is passed
 * to `onDrop`. Running ones are never dropped.
 *
 * Emits when an inner Observable does. Completes when the source has completed and the queue is done. Errors at
 * once when the source, an inner Observable, `project` or `onDrop` fails, and with a `MastodonQueueOverflowError`
 * when the queue is full and `overflow` is `'error'`, the default. Unsubscribing cancels the running inner
 * Observables and clears the queue.
 *
 * ```ts
 * mentions$
 *   .pipe(boundedMergeMap((mention) => reply(mention), { concurrency: 4, overflow: 'drop-oldest' }))
 *   .subscribe(({ id }) => console.log(`replied: ${id}`));
 * // replied: 117701931858264064
 * ```
 */
export function boundedMergeMap<T, O extends ObservableInput<unknown>>(
  project: (value: T, index: number) => O,
  config: BoundedMergeMapConfig<T> = {},
): OperatorFunction<T, ObservedValueOf<O>> {
  checkOverflowConfig('boundedMergeMap', config, ['concurrency']);
  const { concurrency = 1 } = config;
  check(
    concurrency === Infinity || (Number.isInteger(concurrency) && concurrency > 0),
    'concurrency must be a whole number above 0, or Infinity',
  );

  return (source) =>
    new Observable((subscriber: Subscriber<ObservedValueOf<O>>) => {
      const waiting = new BoundedQueue<T>(config);
      const turns = new Subject<T>();
      let running = 0;
      let isOver = false;
      let isStarting = false;

      const start = (value: T): void => {
        running++;
        turns.next(value);
      };
      const startWaiting = (): void => {
        // An inner Observable that completes synchronously calls this again: loop instead of recursing.
        if (isStarting) return;
        isStarting = true;
        while (waiting.size > 0 && running < concurrency) {
          start(waiting.shift());
        }
        isStarting = false;
        if (isOver && running === 0) turns.complete();
      };

      subscriber.add(() => {
        waiting.clear();
      });
      turns
        .pipe(
          mergeMap((value, index) =>
            from(project(value, index) as ObservableInput<ObservedValueOf<O>>).pipe(
              finalize(() => {
                running--;
                startWaiting();
              }),
            ),
          ),
        )
        .subscribe(subscriber);

      source.subscribe(
        operate<T, ObservedValueOf<O>>({
          destination: subscriber,
          next: (value) => {
            if (running < concurrency && waiting.size === 0) start(value);
            else waiting.push(value);
          },
          complete: () => {
            isOver = true;
            startWaiting();
          },
        }),
      );
    });
}
