import { Observable, range, take, toArray, type OperatorFunction, type Subscriber } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { operate, type OperatorObserver } from '../../src/internal/operate.ts';
import { marbles } from '../helpers/marbles.ts';

/** Returns an operator with a new observer for each subscription. */
const operator =
  <T, R>(
    observe: (destination: Subscriber<R>) => Omit<OperatorObserver<T, R>, 'destination'>,
  ): OperatorFunction<T, R> =>
  (source) =>
    new Observable((destination) =>
      source.subscribe(operate<T, R>({ destination, ...observe(destination) })),
    );

const twice = operator<string, string>((destination) => ({
  next: (value) => {
    destination.next(value);
    destination.next(value);
  },
}));

const same = operator<string, string>((destination) => ({
  next: (value) => {
    destination.next(value);
  },
}));

describe('operate', () => {
  it('emits as often as the function does, synchronously with the value', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-----b----|');
      const subs = '       ^-----------!';
      const expected = '   -(aa)--(bb)-|';
      expectObservable(source.pipe(twice)).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('passes an error on', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-#');
      expectObservable(source.pipe(same)).toBe('-a-#');
      expectSubscriptions(source.subscriptions).toBe('^--!');
    });
  });

  it('unsubscribes from its source with its subscriber', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b-c-');
      const unsubscribe = '^---!';
      expectObservable(source.pipe(same), unsubscribe).toBe('-a-b-');
      expectSubscriptions(source.subscriptions).toBe('^---!');
    });
  });

  it('errors with the exception of the function, and unsubscribes from the source', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b-');
      const broken = operator<string, string>((destination) => ({
        next: (value) => {
          if (value === 'b') throw new RangeError('mine');
          destination.next(value);
        },
      }));
      expectObservable(source.pipe(broken)).toBe('-a-#', undefined, new RangeError('mine'));
      expectSubscriptions(source.subscriptions).toBe('^--!');
    });
  });

  it('can emit before it completes', () => {
    marbles(({ cold, expectObservable }) => {
      const last = operator<string, string>((subscriber) => {
        let latest = 'none';
        return {
          next: (value) => {
            latest = value;
          },
          complete: () => {
            subscriber.next(latest);
            subscriber.complete();
          },
        };
      });
      expectObservable(cold('-a-b-|').pipe(last)).toBe('-----(b|)');
    });
  });

  it('can emit and complete in place of an error', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-#');
      const calm = operator<string, string>((subscriber) => ({
        next: (value) => {
          subscriber.next(value);
        },
        error: () => {
          subscriber.next('sorry');
          subscriber.complete();
        },
      }));
      expectObservable(source.pipe(calm)).toBe('-a-(b|)', { a: 'a', b: 'sorry' });
      expectSubscriptions(source.subscriptions).toBe('^--!');
    });
  });

  it.each(['error', 'complete'] as const)(
    'errors with the exception of its %s handler',
    (which) => {
      marbles(({ cold, expectObservable }) => {
        const broken = operator<string, string>((destination) => ({
          next: (value) => {
            destination.next(value);
          },
          [which]: () => {
            throw new RangeError('mine');
          },
        }));
        const source = cold(which === 'error' ? '-a-#' : '-a-|');
        expectObservable(source.pipe(broken)).toBe('-a-#', undefined, new RangeError('mine'));
      });
    },
  );

  it('unsubscribes from a source that emits synchronously as soon as its subscriber unsubscribes', () => {
    const seen: number[] = [];
    const first = operator<number, number>((destination) => ({
      next: (value) => {
        seen.push(value);
        destination.next(value);
      },
    }));
    range(1, 1_000).pipe(first, take(2), toArray()).subscribe();
    expect(seen).toEqual([1, 2]);
  });

  it('has a state for each subscription', () => {
    const counting = operator<string, number>((destination) => {
      let count = 0;
      return {
        next: () => {
          destination.next(++count);
        },
      };
    });
    marbles(({ cold, expectObservable }) => {
      const counted = cold('-a-b-').pipe(counting);
      expectObservable(counted).toBe('-a-b-', { a: 1, b: 2 });
      expectObservable(counted).toBe('-a-b-', { a: 1, b: 2 });
    });
  });
});
