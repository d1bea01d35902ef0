import { concat, EMPTY, NEVER, of, Subject, throwError, timer, type Observable } from 'rxjs';
import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { storeInOrder, type StoreInOrderConfig } from '../../src/jetstream/storeInOrder.ts';
import { marbles } from '../helpers/marbles.ts';

const overflow = (): string => 'too much';
const wide: StoreInOrderConfig = { concurrency: 8, capacity: 8, overflow };

/** Takes as many ms as the value says. */
const stored = (value: string): Observable<string> => timer(Number(value)).pipe(map(() => value));

describe('storeInOrder', () => {
  it('emits a value once all before it are stored', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('-412|');
      const expected = '  -----(412|)';

      expectObservable(source.pipe(storeInOrder(stored, wide))).toBe(expected);
    });
  });

  it('stores no more than concurrency at once', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('(3333)');
      const expected = '  ---3--3--3--3';

      expectObservable(source.pipe(storeInOrder(stored, { ...wide, concurrency: 1 }))).toBe(
        expected,
      );
    });
  });

  it('fails where more than capacity would have to wait', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('9-9-9-9');
      const subs = '      ^-----!';
      const expected = '  ------#';

      const bounds = { concurrency: 1, capacity: 2, overflow };
      const result = source.pipe(storeInOrder(stored, bounds));
      expectObservable(result).toBe(expected, {}, 'too much');
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('lets what came before go first when the source fails', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot('-3#');
      const expected = '  ----(3#)';

      expectObservable(source.pipe(storeInOrder(stored, wide))).toBe(expected);
    });
  });

  it('passes on what storing fails with, and leaves the source and what else is being stored', () => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('ab');
      const subs = '      ^--!';
      const a = cold('    -----x');
      const b = cold('     --#');
      const expected = '  ---#';

      const inner: Record<string, Observable<string>> = { a, b };
      expectObservable(source.pipe(storeInOrder((value) => inner[value]!, wide))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
      expectSubscriptions(a.subscriptions).toBe('^--!');
    });
  });

  it('passes on what the function throws', () => {
    marbles(({ expectObservable }) => {
      const fails = (): Observable<string> => {
        throw new Error('no');
      };
      expectObservable(of('1').pipe(storeInOrder(fails, wide))).toBe('#', {}, new Error('no'));
    });
  });

  it.each([
    ['nothing', NEVER, ''],
    ['an empty source', EMPTY, '|'],
    ['an error', throwError(() => new Error('no')), '#'],
  ])('makes of %s the same', (_what, source, expected) => {
    marbles(({ expectObservable }) => {
      const error = new Error('no');
      expectObservable(source.pipe(storeInOrder(stored, wide))).toBe(expected, {}, error);
    });
  });

  it('takes ten thousand that are stored at once without going ever deeper', () => {
    const values: number[] = [];
    const gate = new Subject<number>();
    const source = concat(of(-1), of(...Array.from({ length: 10_000 }, (_, n) => n)));
    const bounds = { concurrency: 2, capacity: 20_000, overflow };
    source
      .pipe(storeInOrder((n) => (n < 0 ? gate : of(n)), bounds))
      .subscribe((value) => values.push(value));

    expect(values).toEqual([]);
    gate.next(-1);
    expect(values).toHaveLength(10_001);
  });

  it('leaves everything when it is left', () => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const source = hot('a-b');
      const inner = cold('-----x');
      const unsub = '     --!';

      expectObservable(source.pipe(storeInOrder(() => inner, wide)), unsub).toBe('');
      expectSubscriptions(source.subscriptions).toBe('^-!');
      expectSubscriptions(inner.subscriptions).toBe('^-!');
    });
  });
});
