import { NEVER, of, take, throwError } from 'rxjs';
import { describe, it } from 'vitest';
import { connectionState, type ConnectionState } from '../../src/operators/connectionState.ts';
import { MastodonNetworkError, MastodonUnauthorizedError } from '../../src/model/errors.ts';
import type { BaseEvent } from '../../src/model/events.ts';
import { reconnect } from '../../src/policies/reconnect.ts';
import { retryNow } from '../../src/policies/retryWait.ts';
import { marbles } from '../helpers/marbles.ts';
import { testPage } from '../helpers/page.ts';

const stream = ['user'];
const lost = new MastodonNetworkError('lost');
const revoked = new MastodonUnauthorizedError('revoked', { status: 401 });

const event = (type: string, payload: unknown): BaseEvent<string, unknown> => ({
  type,
  payload,
  stream,
});
const events = {
  c: event('connected', { attempt: 0 }),
  d: event('disconnected', { error: lost, retryIn: 2_500 }),
  h: event('heartbeat', { comment: 'thump' }),
  u: event('update', {}),
};

const state = (
  status: ConnectionState['status'],
  error?: Error,
  retryIn?: number,
): ConnectionState => ({ status, error, retryIn });
const states = {
  i: state('connecting'),
  l: state('open'),
  3: state('waiting', lost, 2_500),
  2: state('waiting', lost, 1_500),
  1: state('waiting', lost, 500),
  f: state('failed', revoked),
};

describe('connectionState', () => {
  it.each([
    ['never', '    -    ', 'i    '],
    ['empty', '    |    ', '(i|) '],
    ['one', '      -c|  ', 'il|  '],
    ['no news', '  -cuhhu', 'il   '],
    ['error', '    -c-#', ' il-(f|)'],
  ])('emits connecting first, and open after connected: %s', (_what, marble, expected) => {
    marbles(({ cold, expectObservable }) => {
      const source = cold(marble.trim(), events, revoked);
      expectObservable(source.pipe(connectionState())).toBe(expected.trim(), states);
    });
  });

  it('counts a wait down every second, then emits connecting', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('-c-d 3s c', events);
      const expected = '   il-3 999ms 2 999ms 1 499ms i 500ms l';
      expectObservable(source.pipe(connectionState())).toBe(expected, states);
    });
  });

  it('measures the countdown with the clock, and never emits less than 0', () => {
    marbles(({ cold, expectObservable }) => {
      const soon = event('disconnected', { error: lost, retryIn: 0 });
      expectObservable(cold('d', { d: soon }).pipe(connectionState())).toBe('(iai)', {
        i: states.i,
        a: state('waiting', lost, 0),
      });
    });
  });

  it('emits connecting at the moment at which reconnect() resubscribes', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('-c-#', events, lost);
      const wait = { delay: 1_500, count: 1, jitter: false };
      const expected = '   il-3 999ms 2 499ms il-(f|)';
      expectObservable(source.pipe(reconnect(wait), connectionState())).toBe(expected, {
        ...states,
        3: state('waiting', lost, 1_500),
        2: state('waiting', lost, 500),
        f: state('failed', lost),
      });
    });
  });

  it('ends the countdown if a wait ends early', () => {
    marbles(({ cold, hot, expectObservable }) => {
      const page = testPage();
      hot('---O').subscribe(() => page.goOnline());
      expectObservable(cold('-d', events).pipe(connectionState())).toBe('i3-i', states);
    });
    marbles(({ cold, hot, expectObservable }) => {
      hot('---r').subscribe(() => retryNow(lost));
      expectObservable(cold('-d', events).pipe(connectionState())).toBe('i3-i', states);
    });
  });

  it('unsubscribes from its source with its subscriber, also during a countdown', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-d', events);
      const subs = '       ^ 1500ms !';
      expectObservable(source.pipe(connectionState()), subs).toBe('i3 999ms 2', states);
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('can be unsubscribed from in its first value', () => {
    marbles(({ expectObservable }) => {
      expectObservable(NEVER.pipe(connectionState(), take(1))).toBe('(i|)', states);
      expectObservable(of(events.c).pipe(connectionState(), take(2))).toBe('(il|)', states);
    });
  });

  it('wraps a thrown value that is not an Error', () => {
    marbles(({ expectObservable }) => {
      // eslint-disable-next-line rxjs-x/throw-error -- a user's pipe may throw a text
      const source = throwError(() => 'a text');
      expectObservable(source.pipe(connectionState())).toBe('(if|)', {
        ...states,
        f: state('failed', new Error('The stream failed', { cause: 'a text' })),
      });
    });
  });
});
