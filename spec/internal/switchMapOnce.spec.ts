import { EMPTY, NEVER, of, take } from 'rxjs';
import { describe, it } from 'vitest';
import { prependValues, switchMapOnce } from '../../src/internal/switchMapOnce.ts';
import { marbles } from '../helpers/marbles.ts';

describe('switchMapOnce', () => {
  it('mirrors what the first value leads to, from its turn on, and ends with that', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const way = cold(' --a|');
      const stream = cold(' -x-y-|');
      const expected = '   ---x-y-|';
      expectObservable(way.pipe(switchMapOnce(() => stream))).toBe(expected);
      expectSubscriptions(way.subscriptions).toBe('   ^--!');
      expectSubscriptions(stream.subscriptions).toBe('--^----!');
    });
  });

  it('passes an error on, of the way as of the stream, also of a way that goes on', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('--#').pipe(switchMapOnce(() => NEVER))).toBe('--#');
      expectObservable(cold('--a|').pipe(switchMapOnce(() => cold('-x#')))).toBe('---x#');
      expectObservable(cold('--a--#').pipe(switchMapOnce(() => cold('-x-----')))).toBe('---x-#');
    });
  });

  it('leaves both with its subscriber', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const way = cold('   --a----');
      const stream = cold('  -x-x-x');
      expectObservable(way.pipe(switchMapOnce(() => stream)), '^---!').toBe('---x-');
      expectSubscriptions(way.subscriptions).toBe('   ^---!');
      expectSubscriptions(stream.subscriptions).toBe('--^-!');
    });
  });

  it('says meanwhile what there is to say, and leaves that as it goes over', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const meanwhile = cold('-m-m-m-m');
      const way = cold('      ----a|');
      const expected = '      -m-mx--y|';
      expectObservable(way.pipe(switchMapOnce(() => cold('x--y|'), meanwhile))).toBe(expected);
      expectSubscriptions(meanwhile.subscriptions).toBe('^---!');
    });
  });

  it('goes over once', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-a-b|').pipe(switchMapOnce(() => cold('x---x-|')))).toBe('-x---x-|');
    });
  });

  it('completes where there is no way, and errors where the function throws', () => {
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
  it('emits these values at once, then mirrors the source', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-----c-|');
      const expected = '   (ab)-c-|';
      expectObservable(source.pipe(prependValues(['a', 'b']))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe('^------!');
    });
  });

  it('leaves the source where nobody wants it any more by then', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-c-|');
      expectObservable(source.pipe(prependValues(['a', 'b']), take(2))).toBe('(ab|)');
      expectSubscriptions(source.subscriptions).toBe('(^!)');
    });
  });
});
