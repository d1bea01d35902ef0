/** Subscribes operators to their sources as RxJS's own do, in the shape of RxJS 8's `operate`. */
import { Subscriber } from 'rxjs';

/** Handles the notifications of an operator's source. */
export interface OperatorObserver<T, R> {
  /** The operator's subscriber. */
  readonly destination: Subscriber<R>;
  next(value: T): void;
  /** Called instead of passing the error on. */
  error?(error: unknown): void;
  /** Called instead of passing the completion on. */
  complete?(): void;
}

/**
 * Returns a subscriber for the operator's source. It calls `next` for each value, and `next` emits through
 * `destination` any number of times, synchronously: no array and no inner Observable per value.
 *
 * ```ts
 * (source) => new Observable((destination) =>
 *   source.subscribe(operate({ destination, next: (value) => destination.next(value * 2) })));
 * ```
 *
 * An exception in the observer reaches `destination.error`; RxJS 7 would report it as an uncaught exception
 * and continue. Errors and completion of the source pass through unless the observer has a method for
 * them. A source that emits synchronously is unsubscribed from as soon as `destination` is.
 */
export const operate = <T, R>(observer: OperatorObserver<T, R>): Subscriber<T> =>
  new OperatorSubscriber(observer);

/**
 * RxJS's own operators subscribe with such a class, which RxJS 7 does not export. An observer made of closures
 * would take more memory, for each operator of each stream.
 */
class OperatorSubscriber<T, R> extends Subscriber<T> {
  readonly #observer: OperatorObserver<T, R>;

  constructor(observer: OperatorObserver<T, R>) {
    // Adds itself to `destination` before the source is subscribed to, so that both end together.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- RxJS 8 exports `operate` instead
    super(observer.destination);
    this.#observer = observer;
  }

  protected override _next(value: T): void {
    try {
      this.#observer.next(value);
    } catch (error) {
      this.#observer.destination.error(error);
    }
  }

  protected override _error(error: unknown): void {
    try {
      if (this.#observer.error) this.#observer.error(error);
      else this.#observer.destination.error(error);
    } catch (thrown) {
      this.#observer.destination.error(thrown);
    } finally {
      this.unsubscribe();
    }
  }

  protected override _complete(): void {
    try {
      if (this.#observer.complete) this.#observer.complete();
      else this.#observer.destination.complete();
    } catch (thrown) {
      this.#observer.destination.error(thrown);
    } finally {
      this.unsubscribe();
    }
  }
}
