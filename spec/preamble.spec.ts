import { describe, it } from 'vitest';
import { expectPreamble, noAnswer } from '../src/preamble.ts';
import { marbles } from './helpers/marbles.ts';

const w = {
  type: 'warning',
  payload: {
    code: 'no-preamble',
    message:
      'The stream was accepted, and nothing has come for 5 s: a proxy on the way seems to buffer it (in nginx: proxy_buffering off)',
  },
  stream: ['user'],
};

describe('expectPreamble', () => {
  it('warns when nothing has come for 5 s, and then mirrors what comes', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('7s a-b|');
      const expected = '   5s w 1999ms a-b|';
      expectObservable(source.pipe(expectPreamble(['user']))).toBe(expected, { a: 'a', b: 'b', w });
    });
  });

  it('says nothing where the preamble comes, however silent the stream is after it', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('4999ms a 60m b');
      const expected = '   4999ms a 60m b';
      expectObservable(source.pipe(expectPreamble(['user'])), '120m !').toBe(expected);
    });
  });

  it('leaves no timer behind when the source ends or the subscriber leaves', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      expectObservable(cold('-#').pipe(expectPreamble([]))).toBe('-#');
      const source = cold('--------');
      expectObservable(source.pipe(expectPreamble([])), '^-!').toBe('---');
      expectSubscriptions(source.subscriptions).toBe('^-!');
    });
  });

  it('errors with the source, also before anything came', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('6s #').pipe(expectPreamble(['user']))).toBe('5s w 999ms #', { w });
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
