/** Passes values on in their order, each once it is stored. */
import { Observable, type OperatorFunction, type Subscriber } from 'rxjs';
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

/** A value on its way, in a linked list: an array would be moved at every value. */
interface Slot<T, R> {
  readonly value: T;
  result: { readonly stored: R } | undefined;
  next: Slot<T, R> | undefined;
}

/**
 * Starts to store each value, at most `concurrency` at once, and emits what that resolves with once
 * everything before it is stored, too: who writes down how far they have got can rely on it. Error and
 * completion of the source wait for what came before them.
 *
 * @param store - Its subscription ends with the result's.
 */
export function storeInOrder<T, R>(
  store: (value: T) => Observable<R>,
  { concurrency, capacity, overflow }: StoreInOrderConfig,
): OperatorFunction<T, R> {
  return (source) =>
    new Observable((subscriber: Subscriber<R>) => {
      let oldest: Slot<T, R> | undefined;
      let newest: Slot<T, R> | undefined;
      /** The first that has not begun. */
      let next: Slot<T, R> | undefined;
      let waiting = 0;
      let running = 0;
      let isBusy = false;
      let end: (() => void) | undefined;

      const proceed = (): void => {
        // What is stored at once comes back here: in a loop, not ever deeper.
        if (isBusy) return;
        isBusy = true;
        while (!subscriber.closed && (oldest?.result ?? (next && running < concurrency))) {
          if (oldest?.result) emit(oldest.result.stored);
          else if (next) begin(next);
        }
        isBusy = false;
        if (oldest === undefined) end?.();
      };
      const emit = (stored: R): void => {
        oldest = oldest?.next;
        if (oldest === undefined) newest = undefined;
        subscriber.next(stored);
      };
      const begin = (slot: Slot<T, R>): void => {
        next = slot.next;
        waiting--;
        running++;
        try {
          subscriber.add(
            store(slot.value).subscribe({
              next: (stored) => {
                slot.result = { stored };
                running--;
                proceed();
              },
              error: (error: unknown) => {
                subscriber.error(error);
              },
            }),
          );
        } catch (error) {
          subscriber.error(error);
        }
      };

      source.subscribe(
        operate<T, R>({
          destination: subscriber,
          next: (value) => {
            if (waiting >= capacity && running >= concurrency) {
              subscriber.error(overflow());
              return;
            }
            const slot: Slot<T, R> = { value, result: undefined, next: undefined };
            if (newest) newest.next = slot;
            else oldest = slot;
            newest = slot;
            next ??= slot;
            waiting++;
            proceed();
          },
          error: (error: unknown) => {
            end = () => {
              subscriber.error(error);
            };
            proceed();
          },
          complete: () => {
            end = () => {
              subscriber.complete();
            };
            proceed();
          },
        }),
      );
    });
}
