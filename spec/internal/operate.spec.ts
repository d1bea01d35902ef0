import { Observable, range, take, toArray } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { operate } from '../../src/internal/operate.ts';
import { marbles } from '../helpers/marbles.ts';

/** Each value twice. */
const twice = operate<string, string>((subscriber) => (value) => {
  subscriber.next(value);
  subscriber.next(value);
});

const same = operate<string, string>((subscriber) => (value) => {
  subscriber.next(value);
});

describe('operate', () => {
  it('emits as often as the function likes, in the turn of the value', () => {
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

  it('leaves its source with its subscriber', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b-c-');
      const unsubscribe = '^---!';
      expectObservable(source.pipe(same), unsubscribe).toBe('-a-b-');
      expectSubscriptions(source.subscriptions).toBe('^---!');
    });
  });

  it('takes what the function throws for an error, and leaves the source', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b-');
      const broken = operate<string, string>((subscriber) => (value) => {
        if (value === 'b') throw new RangeError('mine');
        subscriber.next(value);
      });
      expectObservable(source.pipe(broken)).toBe('-a-#', undefined, new RangeError('mine'));
      expectSubscriptions(source.subscriptions).toBe('^--!');
    });
  });

  it('may have something to say instead of completing', () => {
    marbles(({ cold, expectObservable }) => {
      const last = operate<string, string>((subscriber) => {
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

  it('may have something to say instead of passing an error on', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-#');
      const calm = operate<string, string>((subscriber) => ({
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

  it('leaves a source that emits synchronously as soon as nobody wants more', () => {
    const seen: number[] = [];
    const first = operate<number, number>((subscriber) => (value) => {
      seen.push(value);
      subscriber.next(value);
    });
    range(1, 1_000).pipe(first, take(2), toArray()).subscribe();
    expect(seen).toEqual([1, 2]);
  });

  it('has state of its own for each subscription', () => {
    const init = vi.fn(() => () => undefined);
    const observed = new Observable<string>().pipe(operate(init));
    expect(init).not.toHaveBeenCalled();
    observed.subscribe();
    observed.subscribe();
    expect(init).toHaveBeenCalledTimes(2);
  });
});
