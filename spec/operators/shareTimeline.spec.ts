import { catchError, EMPTY, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { MastodonIllegalArgumentError, MastodonNetworkError } from '../../src/model/errors.ts';
import type { BaseEvent } from '../../src/model/events.ts';
import { shareTimeline } from '../../src/operators/shareTimeline.ts';
import { marbles } from '../helpers/marbles.ts';

const lost = new MastodonNetworkError('lost');
const event = (type: string, payload: unknown = {}): BaseEvent<string, unknown> => ({
  type,
  payload,
  stream: ['user'],
});
const waiting = (retryIn: number) => event('disconnected', { error: lost, retryIn });
const events = {
  c: event('connected', { attempt: 0 }),
  d: waiting(100),
  u: event('update'),
  v: event('update', { other: true }),
};

describe('shareTimeline', () => {
  it.each([
    ['never', '-'],
    ['empty', '|'],
    ['one', '-c|'],
    ['many', 'cu-du-|'],
    ['error', '-cu-#'],
  ])('emits to its first subscriber like its source: %s', (_what, marble) => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold(marble, events);
      expectObservable(source.pipe(shareTimeline())).toBe(marble, events);
      if (marble === '-') expectSubscriptions(source.subscriptions).toBe('^');
    });
  });

  it('subscribes once, and repeats to a late subscriber only that it is connected', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-cu-v-', events);
      const shared$ = source.pipe(shareTimeline());
      expectObservable(shared$, '          ^-----!').toBe('-cu-v-', events);
      expectObservable(shared$, '          ^-----!').toBe('-cu-v-', events);
      expectObservable(shared$, '          ---^--!').toBe('---cv-', events);
      expectSubscriptions(source.subscriptions).toBe('^ 1005ms !');
    });
  });

  it('emits to a late subscriber how much of a wait is left', () => {
    marbles(({ cold, expectObservable }) => {
      const shared$ = cold('cd', events).pipe(shareTimeline());
      expectObservable(shared$, '^ 250ms !').toBe('cd', events);
      expectObservable(shared$, '31ms ^').toBe('31ms a', { a: waiting(70) });
      expectObservable(shared$, '201ms ^').toBe('201ms a', { a: waiting(0) });
    });
  });

  it('stays open for closeDelay after the last subscriber', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('cu-u-v-u', events);
      const shared$ = source.pipe(shareTimeline({ closeDelay: 3 }));
      expectObservable(shared$, '^-!').toBe('   cu-', events);
      expectObservable(shared$, '----^-!').toBe('----cv', events);
      expectSubscriptions(source.subscriptions).toBe('^--------!');
    });
  });

  it.each([
    [0, '^-!'],
    [1, '^--!'],
  ])(
    'with a closeDelay of %i ms is closed after it, and then starts again',
    (closeDelay, first) => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('cu', events);
        const shared$ = source.pipe(shareTimeline({ closeDelay }));
        expectObservable(shared$, '^-!').toBe('cu', events);
        expectObservable(shared$, '-----^-!').toBe('-----cu', events);
        expectSubscriptions(source.subscriptions).toBe([
          first,
          first.replace('^', '-----^').padEnd(5),
        ]);
      });
    },
  );

  it.each([
    ['an error', '-cu#', '#'],
    ['completion', '-cu|', '|'],
  ])(
    '%s reaches every subscriber, and a later one starts again, without an old state',
    (_what, marble) => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold(marble, events);
        const shared$ = source.pipe(shareTimeline());
        expectObservable(shared$).toBe(marble, events);
        expectObservable(shared$).toBe(marble, events);
        expectObservable(shared$, '-----^').toBe(`-----${marble}`, events);
        expectSubscriptions(source.subscriptions).toBe(['^--!', '-----^--!']);
      });
    },
  );

  it('starts again for a subscriber that resubscribes synchronously on the error', () => {
    marbles(({ cold, expectObservable }) => {
      const shared$ = cold('-cu#', events).pipe(shareTimeline());
      const again$ = shared$.pipe(
        catchError(() => shared$),
        catchError(() => EMPTY),
      );
      expectObservable(again$).toBe('-cu-cu|', events);
    });
  });

  it('keeps the state of each shared stream separately', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('cu---', events);
      const one$ = source.pipe(shareTimeline());
      const other$ = source.pipe(shareTimeline());
      expectObservable(one$, '^----!').toBe('cu---', events);
      expectObservable(other$, '--^---!').toBe('--cu', events);
    });
  });

  it('can be unsubscribed from in the repeated value', () => {
    marbles(({ cold, expectObservable }) => {
      const shared$ = cold('cu---', events).pipe(shareTimeline());
      expectObservable(shared$, '^----!').toBe('cu---', events);
      expectObservable(shared$.pipe(take(1)), '--^').toBe('--(c|)', events);
    });
  });

  it.each([
    [{ closeDelay: -1 }, /closeDelay must be a number of ms above 0, up to \d+, or 0/],
    [{ closeDelay: Infinity }, /closeDelay must be a number of ms above 0, up to \d+, or 0/],
    [{ graze: 1 } as never, /Unknown option of shareTimeline "graze"/],
  ])('refuses %o', (config, message) => {
    expect(() => shareTimeline(config)).toThrow(MastodonIllegalArgumentError);
    expect(() => shareTimeline(config)).toThrow(message);
  });
});
