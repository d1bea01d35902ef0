import { describe, it } from 'vitest';
import { monitorBytes } from '../../../src/transport/sse/monitorBytes.ts';
import { MastodonReadTimeoutError, MastodonStreamEndedError } from '../../../src/model/errors.ts';
import { marbles } from '../../helpers/marbles.ts';

const lost = new Error('lost');
const bytes = { a: new Uint8Array(3), b: new Uint8Array(4) };
const noWarning = { warning: undefined };

describe('monitorBytes', () => {
  it('mirrors the bytes', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-a-b', bytes).pipe(monitorBytes(Infinity, noWarning))).toBe(
        '-a-b',
        bytes,
      );
    });
  });

  it('errors if the source completes, since a stream of Mastodon has no end', () => {
    marbles(({ cold, expectObservable }) => {
      const ended = new MastodonStreamEndedError();
      expectObservable(cold('-a|', bytes).pipe(monitorBytes(5, noWarning))).toBe(
        '-a#',
        bytes,
        ended,
      );
    });
  });

  it('errors after a silence, counted from the last byte', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b--------', bytes);
      const subs = '       ^------!';
      const expected = '   -a-b---#';
      const result = source.pipe(monitorBytes(4, noWarning));
      expectObservable(result).toBe(expected, bytes, new MastodonReadTimeoutError(4));
      expectSubscriptions(source.subscriptions).toBe(subs);
    });
  });

  it('passes errors on, and unsubscribes from the source and its timer with the subscriber', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const broken = cold('-a#', bytes, lost);
      expectObservable(broken.pipe(monitorBytes(5, noWarning))).toBe('-a#', bytes, lost);
      const source = cold('-a----', bytes);
      expectObservable(source.pipe(monitorBytes(5, noWarning)), '^--!').toBe('-a--', bytes);
      expectSubscriptions(source.subscriptions).toBe('^--!');
    });
  });
});
