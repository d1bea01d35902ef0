/** How this library's own operators are written: flat, with RxJS's own manners. */
import { Observable, takeUntil, type OperatorFunction, type Subscriber } from 'rxjs';

/**
 * Returns an operator that calls a function for each value of the source, which emits through the
 * subscriber as often as it likes and in the same turn: no array, no inner Observable per value.
 *
 * `init` runs once per subscription, so that state is never shared. What the function throws reaches
 * `error`: RxJS 7 would report it as an uncaught exception and go on otherwise. Error and completion
 * of the source pass through. A source that emits synchronously is left as soon as the subscriber is.
 */
export function operate<T, R>(
  init: (subscriber: Subscriber<R>) => (value: T) => void,
): OperatorFunction<T, R> {
  return (source) =>
    new Observable((subscriber) => {
      const onNext = init(subscriber);
      const left$ = new Observable<void>((notifier) => {
        subscriber.add(() => {
          notifier.next();
        });
      });

      return source.pipe(takeUntil(left$)).subscribe({
        next: (value) => {
          try {
            onNext(value);
          } catch (error) {
            subscriber.error(error);
          }
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
        complete: () => {
          subscriber.complete();
        },
      });
    });
}
