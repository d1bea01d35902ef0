/** How this library's own operators are written: flat, with RxJS's own manners. */
import { Observable, Subscriber, type OperatorFunction } from 'rxjs';

/** What an operator does with its source's values and, where it has something to add, with its end. */
export interface Steps<T> {
  next(value: T): void;
  /** Instead of passing the error on. */
  error?(error: unknown): void;
  /** Instead of passing the completion on. */
  complete?(): void;
}

/**
 * Returns an operator that calls a function for each value of the source, which emits through the
 * subscriber as often as it likes and in the same turn: no array, no inner Observable per value.
 *
 * `init` runs once per subscription, so that state is never shared. What the function throws reaches
 * `error`: RxJS 7 would report it as an uncaught exception and go on otherwise. Error and completion
 * of the source pass through. A source that emits synchronously is left as soon as the subscriber is.
 */
export function operate<T, R>(
  init: (subscriber: Subscriber<R>) => ((value: T) => void) | Steps<T>,
): OperatorFunction<T, R> {
  return (source) =>
    new Observable((subscriber) => {
      const steps = init(subscriber);
      return source.subscribe(
        new Step(subscriber, typeof steps === 'function' ? { next: steps } : steps),
      );
    });
}

/**
 * What RxJS's own operators subscribe with, and does not export. An observer made of closures weighs four
 * times as much, for each operator of each stream, of which there may be thousands.
 */
class Step<T, R> extends Subscriber<T> {
  readonly #to: Subscriber<R>;
  readonly #steps: Steps<T>;

  constructor(to: Subscriber<R>, steps: Steps<T>) {
    // It leaves with `to` from here on, which is before the source is subscribed to.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- RxJS 8 exports `operate`, which does the same
    super(to);
    this.#to = to;
    this.#steps = steps;
  }

  protected override _next(value: T): void {
    try {
      this.#steps.next(value);
    } catch (error) {
      this.#to.error(error);
    }
  }

  protected override _error(error: unknown): void {
    try {
      if (this.#steps.error) this.#steps.error(error);
      else this.#to.error(error);
    } finally {
      this.unsubscribe();
    }
  }

  protected override _complete(): void {
    try {
      if (this.#steps.complete) this.#steps.complete();
      else this.#to.complete();
    } finally {
      this.unsubscribe();
    }
  }
}
