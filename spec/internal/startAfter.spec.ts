import { describe, it } from 'vitest';
import { startAfter } from '../../src/internal/startAfter.ts';
import { marbles } from '../helpers/marbles.ts';

describe('startAfter', () => {
  it('mirrors the first Observable, and subscribes to the source when it completes', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const first = cold(' -a-b|');
      const source = cold('     x-y-|');
      const expected = '   -a-bx-y-|';
      expectObservable(source.pipe(startAfter(first))).toBe(expected);
      expectSubscriptions(first.subscriptions).toBe(' ^---!');
      expectSubscriptions(source.subscriptions).toBe('----^---!');
    });
  });

  it('errors with either, and does not subscribe to the source if the first errors', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('x-#');
      expectObservable(source.pipe(startAfter(cold('-#')))).toBe('-#');
      expectSubscriptions(source.subscriptions).toBe([]);
      expectObservable(cold('x-#').pipe(startAfter(cold('-|')))).toBe('-x-#');
    });
  });

  it('unsubscribes from the current one with its subscriber', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const first = cold('a---|');
      expectObservable(cold('x').pipe(startAfter(first)), '^-!').toBe('a--');
      expectSubscriptions(first.subscriptions).toBe('^-!');
      const source = cold('x---');
      expectObservable(source.pipe(startAfter(cold('-|'))), '^--!').toBe('-x-');
      expectSubscriptions(source.subscriptions).toBe('-^-!');
    });
  });
});
