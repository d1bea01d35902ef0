import { retry, type Observable } from 'rxjs';
import { describe, it } from 'vitest';
import { monitorBytes } from '../../../src/transport/sse/monitorBytes.ts';
import { warnIfBuffered, warnIfNoResponse } from '../../../src/transport/sse/bufferingWarning.ts';
import { sse } from '../../../src/transport/sse/parseEventStream.ts';
import { marbles } from '../../helpers/marbles.ts';

const w = {
  type: 'warning',
  payload: {
    code: 'response-buffered',
    message: 'No data within 5 s: a proxy buffers the stream (in nginx: proxy_buffering off)',
  },
  stream: ['user'],
};

const bytes = { a: Uint8Array.of(58), b: Uint8Array.of(41) };

/** Part of a connection's pipeline: `monitorBytes` counts the bytes, and `warnIfBuffered` mirrors the items. */
const connection = (body$: Observable<Uint8Array>) => {
  const firstByte = { warning: undefined };
  return body$.pipe(monitorBytes(Infinity, firstByte), warnIfBuffered(['user'], firstByte));
};

describe('warnIfBuffered', () => {
  it('warns after 5 s without a byte, and then mirrors the items', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('7s a-b', bytes);
      const expected = '   5s w 1999ms a-b';
      expectObservable(connection(source)).toBe(expected, { ...bytes, w });
    });
  });

  it('emits no warning if a byte arrives in time, however silent the stream is after it', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('4999ms a 60m b', bytes);
      const expected = '   4999ms a 60m b';
      expectObservable(connection(source), '120m !').toBe(expected, bytes);
    });
  });

  it('counts bytes: half a line, without an item, prevents the warning', () => {
    marbles(({ cold, expectObservable }) => {
      const firstByte = { warning: undefined };
      const source = cold('-a', bytes);
      const result = source.pipe(
        monitorBytes(Infinity, firstByte),
        sse(),
        warnIfBuffered(['user'], firstByte),
      );
      expectObservable(result, '1m !').toBe('-');
    });
  });

  it('leaves no timer behind when the source ends or the subscriber unsubscribes', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      expectObservable(connection(cold('-#'))).toBe('-#');
      const source = cold<Uint8Array>('--------');
      expectObservable(connection(source), '^-!').toBe('---');
      expectSubscriptions(source.subscriptions).toBe('^-!');
    });
  });

  it('errors with the source, also before the first byte', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(connection(cold('6s #'))).toBe('5s w 999ms #', { w });
    });
  });

  it('starts its 5 s again on each connection', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('a 5s #', bytes);
      const retried = connection(source).pipe(retry(1));
      expectObservable(retried).toBe('a 5s a 5s #', bytes);
    });
  });
});

describe('warnIfNoResponse', () => {
  it('warns after 5 s, and leaves no timer behind if it is unsubscribed from earlier', () => {
    marbles(({ expectObservable }) => {
      const late = {
        ...w,
        payload: {
          code: 'response-buffered',
          message:
            'No response within 5 s: the server is slow, or a proxy buffers the stream (in nginx: proxy_buffering off)',
        },
      };
      expectObservable(warnIfNoResponse(['user'])).toBe('5s (w|)', { w: late });
      expectObservable(warnIfNoResponse(['user']), '4s !').toBe('-');
    });
  });
});
