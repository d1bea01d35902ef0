import { streamStats, type BaseEvent, type StreamStats } from 'mastodon-rx';
import { lastValueFrom, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { marbles } from '../helpers/marbles.ts';

const stream = ['public'];

const at = (ms: number): string => new Date(ms).toISOString();

const update = (created: number, more: object = {}): BaseEvent<string, unknown> => ({
  ...{ type: 'update', payload: { created_at: at(created) }, stream },
  ...more,
});

const connected = (attempt: number): BaseEvent<string, unknown> => ({
  ...{ type: 'connected', payload: { attempt }, stream },
});

const NOTHING: StreamStats = {
  events: {},
  lag: { last: undefined, max: undefined, sum: 0, count: 0 },
  reconnects: 0,
  drops: 0,
};

describe('streamStats', () => {
  it('emits every `interval` ms, also for a silent stream, and at the end', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold<BaseEvent<string, unknown>>('25ms |');
      const expected = ' 10ms n 9ms n 4ms (n|)';
      expectObservable(source.pipe(streamStats({ interval: 10 }))).toBe(expected, { n: NOTHING });
    });
  });

  it('counts events by type, reconnects, and the lag of posts and notifications', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('a 1ms b 1ms c 9ms d 4ms |', {
        a: connected(0),
        b: update(-8),
        c: { type: 'notification', payload: { created_at: at(1) }, stream },
        d: connected(1),
      });
      const first = {
        ...NOTHING,
        events: { connected: 1, update: 1, notification: 1 },
        lag: { last: 3, max: 10, sum: 13, count: 2 },
      };
      const last = {
        ...first,
        events: { connected: 2, update: 1, notification: 1 },
        lag: { ...first.lag, max: undefined },
        reconnects: 1,
      };
      expectObservable(source.pipe(streamStats({ interval: 10 }))).toBe('10ms f 8ms (l|)', {
        f: first,
        l: last,
      });
    });
  });

  it('leaves out the lag of recovered posts, and of posts without a date', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('(abc|)', {
        a: update(-100, { recovered: true }),
        b: { type: 'update', payload: { created_at: 'then' }, stream },
        c: { type: 'delete', payload: '1', stream },
      });
      const stats = { ...NOTHING, events: { update: 2, delete: 1 } };
      expectObservable(source.pipe(streamStats())).toBe('(s|)', { s: stats });
    });
  });

  it('passes an error on, after the last numbers', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('-a#', { a: connected(0) });
      const stats = { ...NOTHING, events: { connected: 1 } };
      expectObservable(source.pipe(streamStats())).toBe('--(s#)', { s: stats });
    });
  });

  it('counts the values of `drops$`, and unsubscribes from it with its source', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold<BaseEvent<string, unknown>>('-----|');
      const drops$ = cold('-d-d-');
      expectObservable(source.pipe(streamStats({ drops$ }))).toBe('-----(s|)', {
        s: { ...NOTHING, drops: 2 },
      });
      expectSubscriptions(drops$.subscriptions).toBe('^----!');
    });
  });

  it('unsubscribes from its source, and stops its timer, with its subscriber', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold<BaseEvent<string, unknown>>('------');
      expectObservable(source.pipe(streamStats({ interval: 2 })), '^--!').toBe('--n', {
        n: NOTHING,
      });
      expectSubscriptions(source.subscriptions).toBe('^--!');
    });
  });

  it('starts from zero at each subscription', async () => {
    const stats$ = of(connected(0), connected(1)).pipe(streamStats());
    const first = await lastValueFrom(stats$);
    expect(await lastValueFrom(stats$)).toEqual(first);
    expect(first.reconnects).toBe(1);
  });

  it('counts events of any name', async () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const events = names.map((type) => ({ type, payload: 1, stream }));
    const stats = await lastValueFrom(of(...events).pipe(streamStats()));
    expect(Object.entries(stats.events)).toEqual(names.map((name) => [name, 1]));
    expect(Object.getPrototypeOf(stats.events)).toBe(Object.prototype);
  });

  it.each([[0], [-1], [NaN], [Infinity], ['1' as unknown as number]])(
    'throws at the call if interval is %o',
    (interval) => {
      expect(() => streamStats({ interval })).toThrow(
        expect.objectContaining({ name: 'MastodonIllegalArgumentError' }),
      );
    },
  );

  it('emits the numbers of a source that errors synchronously', () => {
    const failure = new Error('at once');
    marbles(({ expectObservable }) => {
      expectObservable(throwError(() => failure).pipe(streamStats())).toBe(
        '(n#)',
        { n: NOTHING },
        failure,
      );
    });
  });
});
