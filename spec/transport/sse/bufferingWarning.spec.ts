import { retry, type Observable } from 'rxjs';
import { describe, it } from 'vitest';
import { endless } from '../../../src/transport/sse/monitorBytes.ts';
import { expectPreamble, noAnswer } from '../../../src/transport/sse/bufferingWarning.ts';
import { sse } from '../../../src/transport/sse/parseEventStream.ts';
import { marbles } from '../../helpers/marbles.ts';

const w = {
  type: 'warning',
  payload: {
    code: 'no-preamble',
    message:
      'The stream was accepted, and nothing has come for 5 s: a proxy on the way seems to buffer it (in nginx: proxy_buffering off)',
  },
  stream: ['user'],
};

const bytes = { a: Uint8Array.of(58), b: Uint8Array.of(41) };

/** As a connection has it: below, bytes are counted; above, items are mirrored. */
const connection = (body$: Observable<Uint8Array>) => {
  const meter = { bytes: 0, patience: undefined };
  return body$.pipe(endless(Infinity, meter), expectPreamble(['user'], meter));
};

describe('expectPreamble', () => {
  it('warns when nothing has come for 5 s, and then mirrors what comes', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('7s a-b', bytes);
      const expected = '   5s w 1999ms a-b';
      expectObservable(connection(source)).toBe(expected, { ...bytes, w });
    });
  });

  it('says nothing where a byte comes in time, however silent the stream is after it', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('4999ms a 60m b', bytes);
      const expected = '   4999ms a 60m b';
      expectObservable(connection(source), '120m !').toBe(expected, bytes);
    });
  });

  it('looks at bytes: half a line that is no item yet is a sign of life', () => {
    marbles(({ cold, expectObservable }) => {
      const meter = { bytes: 0, patience: undefined };
      const source = cold('-a', bytes);
      const result = source.pipe(endless(Infinity, meter), sse(), expectPreamble(['user'], meter));
      expectObservable(result, '1m !').toBe('-');
    });
  });

  it('leaves no timer behind when the source ends or the subscriber leaves', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      expectObservable(connection(cold('-#'))).toBe('-#');
      const source = cold<Uint8Array>('--------');
      expectObservable(connection(source), '^-!').toBe('---');
      expectSubscriptions(source.subscriptions).toBe('^-!');
    });
  });

  it('errors with the source, also before anything came', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(connection(cold('6s #'))).toBe('5s w 999ms #', { w });
    });
  });

  it('waits anew on each connection', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('a 5s #', bytes);
      const retried = connection(source).pipe(retry(1));
      expectObservable(retried).toBe('a 5s a 5s #', bytes);
    });
  });
});

describe('noAnswer', () => {
  it('warns after 5 s, and leaves no timer behind when it is left before', () => {
    marbles(({ expectObservable }) => {
      const late = {
        ...w,
        payload: {
          code: 'no-preamble',
          message:
            'The stream was asked for, and not even headers have come for 5 s: the server is slow, or a proxy on the way buffers (in nginx: proxy_buffering off)',
        },
      };
      expectObservable(noAnswer(['user'])).toBe('5s (w|)', { w: late });
      expectObservable(noAnswer(['user']), '4s !').toBe('-');
    });
  });
});
