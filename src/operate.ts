/** How this library's own operators are written: flat, with RxJS's own manners. */
import { Observable, Subscriber, type OperatorFunction } from 'rxjs';

/** What an operator does with its source's values and, where it has something to add, with its end. */
export interface Steps<T> {
  readonly next: (value: T) => void;
  /** Instead of passing the completion on. */
  readonly complete?: () => void;
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
      const { next, complete } = typeof steps === 'function' ? { next: steps } : steps;
      return source.subscribe(new Step(subscriber, next, complete));
    });
}

/**
 * What RxJS's own operators subscribe with, and does not export. An observer made of closures weighs four
 * times as much, for each operator of each stream, of which there may be thousands.
 */
class Step<T, R> extends Subscriber<T> {
  readonly #to: Subscriber<R>;
  readonly #next: (value: T) => void;
  readonly #complete: (() => void) | undefined;

  constructor(to: Subscriber<R>, next: (value: T) => void, complete: (() => void) | undefined) {
    // It leaves with `to` from here on, which is before the source is subscribed to.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- RxJS 8 exports `operate`, which does the same
    super(to);
    this.#to = to;
    this.#next = next;
    this.#complete = complete;
  }

  protected override _next(value: T): void {
    try {
      this.#next(value);
    } catch (error) {
      this.#to.error(error);
    }
  }

  protected override _complete(): void {
    try {
      if (this.#complete) this.#complete();
      else this.#to.complete();
    } finally {
      this.unsubscribe();
    }
  }
}
