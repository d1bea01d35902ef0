import { describe, it } from 'vitest';
import { ofType } from '../../src/operators/ofType.ts';
import { marbles } from '../helpers/marbles.ts';

describe('ofType', () => {
  const events = { a: { type: 'update' }, b: { type: 'delete' }, c: { type: 'status.update' } };

  it('lets only events of the given types pass', () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot<{ type: string }>('abcab|', events);
      expectObservable(source.pipe(ofType('update', 'status.update'))).toBe('a-ca-|', events);
      expectObservable(source.pipe(ofType('delete'))).toBe('              -b--b|', events);
      expectObservable(source.pipe(ofType())).toBe('                      -----|');
    });
  });

  it('passes errors on, and unsubscribes with the subscriber', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      expectObservable(cold<{ type: string }>('a#', events).pipe(ofType('x'))).toBe('-#');
      const source = cold<{ type: string }>('a--b', events);
      expectObservable(source.pipe(ofType('update')), '^-!').toBe('a--', events);
      expectSubscriptions(source.subscriptions).toBe('^-!');
    });
  });
});
