import {
  concat,
  EMPTY,
  lastValueFrom,
  map,
  NEVER,
  of,
  Subject,
  throwError,
  timer,
  toArray,
  type Observable,
  type Subscription,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { storeInOrder, type StoreInOrderConfig } from '../../src/jetstream/storeInOrder.ts';
import { marbles } from '../helpers/marbles.ts';

const overflow = (): string => 'too much';
const wide: StoreInOrderConfig = { concurrency: 8, capacity: 8, overflow };

/** Stores a value in as many ms as the value is. */
const stored = (value: string): Observable<string> => timer(Number(value)).pipe(map(() => value));

const second = <T>(_value: unknown, result: T): T => result;

describe('storeInOrder', () => {
  it('emits a value when it and all values before it are stored', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('-412|');
      const expected = '  -----(412|)';

      expectObservable(source.pipe(storeInOrder(stored, second, wide))).toBe(expected);
    });
  });

  it('stores at most `concurrency` values at once', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('(3333)');
      const expected = '  ---3--3--3--3';

      expectObservable(source.pipe(storeInOrder(stored, second, { ...wide, concurrency: 1 }))).toBe(
        expected,
      );
    });
  });

  it('errors if more values wait than its capacity', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('9-9-9-9');
      const subs = '      ^-----!';
      const expected = '  ------#';

      const bounds = { concurrency: 1, capacity: 2, overflow };
      const result = source.pipe(storeInOrder(stored, second, bounds));
      expectObservable(result).toBe(expected, {}, 'too much');
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('emits the values before an error of the source first', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('-3#');
      const expected = '  ----(3#)';

      expectObservable(source.pipe(storeInOrder(stored, second, wide))).toBe(expected);
    });
  });

  it('errors with the failure of storing, and unsubscribes from the source and from the other Observables', () => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('ab');
      const subs = '      ^--!';
      const a = cold('    -----x');
      const b = cold('     --#');
      const expected = '  ---#';

      const inner: Record<string, Observable<string>> = { a, b };
      expectObservable(source.pipe(storeInOrder((value) => inner[value]!, second, wide))).toBe(
        expected,
      );
      expectSubscriptions(source.subscriptions).toBe(subs);
      expectSubscriptions(a.subscriptions).toBe('^--!');
    });
  });

  it('errors with an exception of the function', () => {
    marbles(({ expectObservable }) => {
      const fails = (): Observable<string> => {
        throw new Error('no');
      };
      expectObservable(of('1').pipe(storeInOrder(fails, second, wide))).toBe(
        '#',
        {},
        new Error('no'),
      );
    });
  });

  it.each([
    ['nothing', NEVER, ''],
    ['an empty source', EMPTY, '|'],
    ['an error', throwError(() => new Error('no')), '#'],
  ])('makes of %s the same', (_what, source, expected) => {
    marbles(({ expectObservable }) => {
      const error = new Error('no');
      expectObservable(source.pipe(storeInOrder(stored, second, wide))).toBe(expected, {}, error);
    });
  });

  it('emits ten thousand synchronously stored values without a stack overflow', () => {
    const values: number[] = [];
    const gate = new Subject<number>();
    const source = concat(of(-1), of(...Array.from({ length: 10_000 }, (_, n) => n)));
    const bounds = { concurrency: 2, capacity: 20_000, overflow };
    source
      .pipe(storeInOrder((n) => (n < 0 ? gate : of(n)), second, bounds))
      .subscribe((value) => values.push(value));

    expect(values).toEqual([]);
    gate.next(-1);
    expect(values).toHaveLength(10_001);
  });

  it('awaits promises, and emits in the order of the values, not of the promises', async () => {
    const resolvers: ((stored: number) => void)[] = [];
    const store = (): Promise<number> => new Promise((resolve) => resolvers.push(resolve));
    const result = lastValueFrom(
      of('a', 'b', 'c').pipe(
        storeInOrder(store, (value, stored) => `${value}${stored}`, { ...wide, concurrency: 2 }),
        toArray(),
      ),
    );

    expect(resolvers).toHaveLength(2);
    resolvers[1]?.(2);
    await Promise.resolve();
    expect(resolvers).toHaveLength(3);
    resolvers[2]?.(3);
    resolvers[0]?.(1);
    expect(await result).toEqual(['a1', 'b2', 'c3']);
  });

  it('errors with the reason of a rejected promise', async () => {
    const store = (): Promise<string> => Promise.reject(new Error('no'));
    await expect(lastValueFrom(of('a').pipe(storeInOrder(store, second, wide)))).rejects.toThrow(
      'no',
    );
  });

  it('subscribes to the Observable that a promise resolves with, until unsubscription', async () => {
    const again = new Subject<string>();
    const store = (): Promise<Observable<string>> => Promise.resolve(again);
    const values: string[] = [];
    const run = (): Subscription =>
      concat(of('a'), NEVER)
        .pipe(storeInOrder(store, second, wide))
        .subscribe((value) => values.push(value));

    const [kept, left, leftAtOnce] = [run(), run(), run()];
    leftAtOnce.unsubscribe();
    await Promise.resolve();
    left.unsubscribe();
    again.next('stored');
    expect(values).toEqual(['stored']);
    kept.unsubscribe();
    expect(again.observed).toBe(false);
  });

  it('unsubscribes from everything on unsubscription', () => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('a-b');
      const inner = cold('-----x');
      const unsub = '     --!';

      expectObservable(source.pipe(storeInOrder(() => inner, second, wide)), unsub).toBe('');
      expectSubscriptions(source.subscriptions).toBe('^-!');
      expectSubscriptions(inner.subscriptions).toBe('^-!');
    });
  });
});
