import { describe, it } from 'vitest';
import { mergeBriefly } from '../../src/internal/mergeBriefly.ts';
import { marbles } from '../helpers/marbles.ts';

describe('mergeBriefly', () => {
  it('emits the values of both, and completes with the source', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const beside = cold('-x-y|');
      const source = cold('a-b---c|');
      expectObservable(source.pipe(mergeBriefly(beside))).toBe('axby--c|');
      expectSubscriptions(beside.subscriptions).toBe('^---!');
    });
  });

  it('unsubscribes from the other with the source, and with its subscriber', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const beside = cold('----');
      expectObservable(cold('a-#').pipe(mergeBriefly(beside))).toBe('a-#');
      const other = cold('----');
      expectObservable(cold('a---').pipe(mergeBriefly(other)), '^!').toBe('a---');
      expectSubscriptions(beside.subscriptions).toBe('^-!');
      expectSubscriptions(other.subscriptions).toBe('^!');
    });
  });

  it('errors with the other', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('a---');
      expectObservable(source.pipe(mergeBriefly(cold('--#')))).toBe('a-#');
      expectSubscriptions(source.subscriptions).toBe('^-!');
    });
  });
});
