/** Emits values in their order, each once it is stored. */
import { isObservable, Observable, type OperatorFunction } from 'rxjs';
import { operate } from '../internal/operate.ts';

/** The bounds of {@link storeInOrder}. */
export interface StoreInOrderConfig {
  /** The number of events that are stored at once. */
  readonly concurrency: number;
  /** The number of events that may wait for their turn. */
  readonly capacity: number;
  /** The error of the result if more would have to wait. */
  readonly overflow: () => unknown;
}

/**
 * The result of storing a value. A promise costs less than an Observable per value. It may resolve with an
 * Observable that retries, which can be cancelled.
 */
export type Storing<R> = Observable<R> | Promise<R | Observable<R>>;

/** A value that was not emitted yet, in a linked list: removing the first value of an array would move all others. */
interface Slot<T, R> {
  readonly value: T;
  stored: R | typeof PENDING;
  next: Slot<T, R> | undefined;
}

const PENDING = Symbol('not stored yet');

/**
 * Stores the values, at most `concurrency` at once, and emits each, mapped by `project`, once it and all values
 * before it are stored: the last emitted value marks the position. Error and completion of the source wait for the
 * values before them.
 *
 * @param store - stores a value. Subscriptions to its Observables end with that to the result.
 */
export function storeInOrder<T, R, O>(
  store: (value: T) => Storing<R>,
  project: (value: T, stored: R) => O,
  { concurrency, capacity, overflow }: StoreInOrderConfig,
): OperatorFunction<T, O> {
  return (source) =>
    new Observable<O>((subscriber) => {
      let oldest: Slot<T, R> | undefined;
      let newest: Slot<T, R> | undefined;
      /** The first that has not begun. */
      let next: Slot<T, R> | undefined;
      let waiting = 0;
      let running = 0;
      let isBusy = false;
      let end: (() => void) | undefined;

      const fail = (error: unknown): void => subscriber.error(error);
      const proceed = (): void => {
        // A value that is stored synchronously calls this again: the loop continues, the stack does not grow.
        if (isBusy) return;
        isBusy = true;
        while (!subscriber.closed) {
          if (oldest && oldest.stored !== PENDING) {
            const { value, stored } = oldest;
            oldest = oldest.next;
            subscriber.next(project(value, stored));
          } else if (next && running < concurrency) {
            const slot = next;
            next = slot.next;
            waiting--;
            running++;
            try {
              follow(slot, store(slot.value));
            } catch (error) {
              fail(error);
            }
          } else break;
        }
        isBusy = false;
        if (oldest === undefined) end?.();
      };
      const follow = (slot: Slot<T, R>, storing: Storing<R>): void => {
        const settle = (stored: R): void => {
          slot.stored = stored;
          running--;
          proceed();
        };
        if (isObservable(storing)) {
          subscriber.add(storing.subscribe({ next: settle, error: fail }));
          return;
        }
        storing.then((stored) => {
          if (isObservable(stored)) follow(slot, stored);
          else settle(stored);
        }, fail);
      };
      const endWith = (last: () => void): void => {
        end = last;
        proceed();
      };

      source.subscribe(
        operate<T, O>({
          destination: subscriber,
          next: (value) => {
            if (waiting >= capacity && running >= concurrency) {
              fail(overflow());
              return;
            }
            const slot: Slot<T, R> = { value, stored: PENDING, next: undefined };
            if (oldest && newest) newest.next = slot;
            else oldest = slot;
            newest = slot;
            next ??= slot;
            waiting++;
            proceed();
          },
          error: (error: unknown) => endWith(() => fail(error)),
          complete: () => endWith(() => subscriber.complete()),
        }),
      );
    });
}
