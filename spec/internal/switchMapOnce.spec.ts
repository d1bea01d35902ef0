import { EMPTY, NEVER, of, take } from 'rxjs';
import { describe, it } from 'vitest';
import { prependValues, switchMapOnce } from '../../src/internal/switchMapOnce.ts';
import { marbles } from '../helpers/marbles.ts';

describe('switchMapOnce', () => {
  it('mirrors the Observable of the first value, synchronously from that value on, and completes with it', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const way = cold(' --a|');
      const stream = cold(' -x-y-|');
      const expected = '   ---x-y-|';
      expectObservable(way.pipe(switchMapOnce(() => stream))).toBe(expected);
      expectSubscriptions(way.subscriptions).toBe('   ^--!');
      expectSubscriptions(stream.subscriptions).toBe('--^----!');
    });
  });

  it('errors with the source or the inner Observable, also after the switch', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('--#').pipe(switchMapOnce(() => NEVER))).toBe('--#');
      expectObservable(cold('--a|').pipe(switchMapOnce(() => cold('-x#')))).toBe('---x#');
      expectObservable(cold('--a--#').pipe(switchMapOnce(() => cold('-x-----')))).toBe('---x-#');
    });
  });

  it('unsubscribes from both with its subscriber', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const way = cold('   --a----');
      const stream = cold('  -x-x-x');
      expectObservable(way.pipe(switchMapOnce(() => stream)), '^---!').toBe('---x-');
      expectSubscriptions(way.subscriptions).toBe('   ^---!');
      expectSubscriptions(stream.subscriptions).toBe('--^-!');
    });
  });

  it('emits the values of `meanwhile` until it switches', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const meanwhile = cold('-m-m-m-m');
      const way = cold('      ----a|');
      const expected = '      -m-mx--y|';
      expectObservable(way.pipe(switchMapOnce(() => cold('x--y|'), meanwhile))).toBe(expected);
      expectSubscriptions(meanwhile.subscriptions).toBe('^---!');
    });
  });

  it('switches once', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-a-b|').pipe(switchMapOnce(() => cold('x---x-|')))).toBe('-x---x-|');
    });
  });

  it('completes with an empty source, and errors with the exception of the function', () => {
    marbles(({ expectObservable }) => {
      expectObservable(EMPTY.pipe(switchMapOnce(() => NEVER))).toBe('|');
      const failure = new Error('mine');
      const broken = switchMapOnce((): typeof NEVER => {
        throw failure;
      });
      expectObservable(of('a').pipe(broken)).toBe('#', undefined, failure);
    });
  });
});

describe('prependValues', () => {
  it('emits the values synchronously, then mirrors the source', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-----c-|');
      const expected = '   (ab)-c-|';
      expectObservable(source.pipe(prependValues(['a', 'b']))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe('^------!');
    });
  });

  it('unsubscribes from the source if the subscriber unsubscribes in a prepended value', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-c-|');
      expectObservable(source.pipe(prependValues(['a', 'b']), take(2))).toBe('(ab|)');
      expectSubscriptions(source.subscriptions).toBe('(^!)');
    });
  });
});
