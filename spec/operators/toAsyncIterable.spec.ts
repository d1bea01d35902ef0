import fc from 'fast-check';
import { concat, NEVER, Observable, of, range, Subject, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { MastodonQueueOverflowError } from '../../src/operators/boundedQueue.ts';
import { MastodonIllegalArgumentError } from '../../src/model/errors.ts';
import { toAsyncIterable } from '../../src/operators/toAsyncIterable.ts';

/** A source that shows whether it is subscribed to. */
function watched<T>(): { source: Subject<T>; source$: Observable<T>; log: string[] } {
  const source = new Subject<T>();
  const log: string[] = [];
  const source$ = new Observable<T>((subscriber) => {
    log.push('open');
    subscriber.add(() => log.push('closed'));
    return source.subscribe(subscriber);
  });
  return { source, source$, log };
}

/** The record of a loop: its values, then the error that is thrown into it, or `done`. */
async function loop<T>(values: AsyncIterable<T>): Promise<unknown[]> {
  const seen: unknown[] = [];
  try {
    for await (const value of values) seen.push(value);
    return [...seen, 'done'];
  } catch (error) {
    return [...seen, error];
  }
}

const iteratorOf = <T>(values: AsyncIterable<T>) => values[Symbol.asyncIterator]();

describe('toAsyncIterable', () => {
  const lost = new Error('lost');

  it.each([
    ['empty', of(), ['done']],
    ['one', of('a'), ['a', 'done']],
    ['many', of('a', 'b', 'c'), ['a', 'b', 'c', 'done']],
    ['an error', throwError(() => lost), [lost]],
    [
      'an error after values',
      concat(
        of('a', 'b'),
        throwError(() => lost),
      ),
      ['a', 'b', lost],
    ],
  ])('can be iterated: %s', async (_what, source, expected) => {
    expect(await loop(toAsyncIterable(source))).toEqual(expected);
  });

  it('subscribes at the first next(), once for each loop', async () => {
    const { source, source$, log } = watched<string>();
    const values = toAsyncIterable(source$);
    const [one, two] = [iteratorOf(values), iteratorOf(values)];
    expect(log).toEqual([]);

    const first = one.next();
    expect(log).toEqual(['open']);
    source.next('a');
    const second = two.next();
    expect(log).toEqual(['open', 'open']);
    source.next('b');
    expect(await first).toEqual({ done: false, value: 'a' });
    expect(await second).toEqual({ done: false, value: 'b' });
    expect(await one.next()).toEqual({ done: false, value: 'b' });
  });

  it.each([
    [
      'break',
      async (values: AsyncIterable<string>) => {
        for await (const value of values) if (value === 'b') break;
      },
    ],
    [
      'an exception in the body',
      async (values: AsyncIterable<string>) => {
        try {
          for await (const value of values) if (value === 'b') throw new Error('in the body');
        } catch {
          // The loop ends with an exception.
        }
      },
    ],
  ])('unsubscribes on %s', async (_what, leave) => {
    const { source, source$, log } = watched<string>();
    const left = leave(toAsyncIterable(source$));
    for (const value of 'abc') source.next(value);
    await left;
    expect(log).toEqual(['open', 'closed']);
  });

  it('unsubscribes in return() itself, and resolves the pending calls', async () => {
    const { source, source$, log } = watched<string>();
    const iterator = iteratorOf(toAsyncIterable(source$));
    const waiting = [iterator.next(), iterator.next()];
    const returned = iterator.return!();
    expect(log).toEqual(['open', 'closed']);
    source.next('late');
    expect(await Promise.all([...waiting, returned, iterator.next()])).toEqual(
      Array(4).fill({ done: true, value: undefined }),
    );
  });

  it('never subscribes if it ends before the first value is requested', async () => {
    const { source$, log } = watched<string>();
    const iterator = iteratorOf(toAsyncIterable(source$));
    await iterator.return!();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(log).toEqual([]);
  });

  it('drops the waiting values when the loop ends', async () => {
    const { source, source$ } = watched<string>();
    const iterator = iteratorOf(toAsyncIterable(source$));
    const first = iterator.next();
    for (const value of 'abc') source.next(value);
    await first;
    await iterator.return!();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it('resolves pending calls in their order', async () => {
    const { source, source$ } = watched<string>();
    const iterator = iteratorOf(toAsyncIterable(source$));
    const calls = [iterator.next(), iterator.next(), iterator.next(), iterator.next()];
    source.next('a');
    source.next('b');
    source.error(lost);
    const [a, b, c, d] = await Promise.allSettled(calls);
    expect([a, b]).toMatchObject([{ value: { value: 'a' } }, { value: { value: 'b' } }]);
    // Like a generator, it throws once and then is done.
    expect(c).toEqual({ status: 'rejected', reason: lost });
    expect(d).toEqual({ status: 'fulfilled', value: { done: true, value: undefined } });
  });

  it('throws an error into the loop once, after the waiting values', async () => {
    const { source, source$, log } = watched<string>();
    const iterator = iteratorOf(toAsyncIterable(source$));
    const first = iterator.next();
    for (const value of 'abc') source.next(value);
    source.error(lost);
    expect(log).toEqual(['open', 'closed']);
    expect(await first).toMatchObject({ value: 'a' });
    expect(await iterator.next()).toMatchObject({ value: 'b' });
    expect(await iterator.next()).toMatchObject({ value: 'c' });
    await expect(iterator.next()).rejects.toBe(lost);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it('yields undefined as a value', async () => {
    expect(await loop(toAsyncIterable(of(undefined, undefined)))).toEqual([
      undefined,
      undefined,
      'done',
    ]);
  });

  it.each([
    ['drop-oldest', [0, 8, 9, 'done'], [1, 2, 3, 4, 5, 6, 7]],
    ['drop-newest', [0, 1, 2, 'done'], [3, 4, 5, 6, 7, 8, 9]],
  ] as const)(
    'with %s drops the value that the name says, and calls onDrop',
    async (overflow, seen, lostOnes) => {
      const drops: unknown[] = [];
      const values = toAsyncIterable(range(0, 10), {
        capacity: 2,
        overflow,
        onDrop: (...drop) => drops.push(drop),
      });
      expect(await loop(values)).toEqual(seen);
      expect(drops).toEqual(lostOnes.map((value, i) => [value, i + 1]));
    },
  );

  it('errors by default when too many wait: unsubscribes at once, and throws into the loop after the waiting values', async () => {
    const { source, source$, log } = watched<number>();
    const result = loop(toAsyncIterable(source$, { capacity: 2 }));
    for (let i = 0; i < 4; i++) source.next(i);
    expect(log).toEqual(['open', 'closed']);
    expect(await result).toEqual([0, 1, 2, new MastodonQueueOverflowError(2)]);
  });

  it('unsubscribes from a source that emits synchronously when too many values wait', async () => {
    const pulled: number[] = [];
    function* numbers() {
      for (let i = 0; ; i++) {
        pulled.push(i);
        yield i;
      }
    }
    const values = toAsyncIterable(concat(numbers()), { capacity: 2 });
    expect(await loop(values)).toEqual([0, 1, 2, new MastodonQueueOverflowError(2)]);
    expect(pulled).toEqual([0, 1, 2, 3]);
  });

  it('throws the error of onDrop into the loop', async () => {
    const onDrop = () => {
      throw new Error('a bug');
    };
    const values = toAsyncIterable(range(0, 9), { capacity: 1, overflow: 'drop-newest', onDrop });
    expect(await loop(values)).toEqual([0, 1, new Error('a bug')]);
  });

  it('counts the drops of each loop separately', async () => {
    const totals: number[] = [];
    const values = toAsyncIterable(range(0, 3), {
      capacity: 1,
      overflow: 'drop-newest',
      onDrop: (_v, n) => totals.push(n),
    });
    await loop(values);
    await loop(values);
    expect(totals).toEqual([1, 1]);
  });

  it('stays within its bound with 100,000 events and a consumer that takes every hundredth', async () => {
    for (const overflow of ['drop-oldest', 'drop-newest'] as const) {
      const dropped: number[] = [];
      const { source, source$ } = watched<number>();
      const iterator = iteratorOf(
        toAsyncIterable(source$, { overflow, onDrop: (value) => dropped.push(value) }),
      );
      // The model: an array of at most 1,000.
      const waiting: number[] = [];
      const lostOnes: number[] = [];
      const first = iterator.next();
      for (let i = 0; i < 100_000; i++) {
        source.next(i);
        if (i === 0) expect(await first).toEqual({ done: false, value: 0 });
        else waiting.push(i);
        if (waiting.length > 1_000) {
          lostOnes.push((overflow === 'drop-oldest' ? waiting.shift() : waiting.pop())!);
        }
        if (i % 100 === 99) expect((await iterator.next()).value).toBe(waiting.shift());
      }
      expect(dropped).toEqual(lostOnes);
      expect(dropped).toHaveLength(100_000 - 1 - 1_000 - waiting.length);
      source.complete();
      for (const value of waiting) expect((await iterator.next()).value).toBe(value);
      expect(await iterator.next()).toEqual({ done: true, value: undefined });
    }
  });

  it('loses and reorders nothing, in whatever order values and calls come', async () => {
    const steps = fc.array(fc.constantFrom('value', 'call'), { maxLength: 40 });
    const ending = fc.constantFrom('complete', 'error');
    await fc.assert(
      fc.asyncProperty(steps, ending, async (order, end) => {
        const { source, source$ } = watched<number>();
        const iterator = iteratorOf(toAsyncIterable(source$));
        const calls = [iterator.next()];
        let sent = 0;
        for (const step of order) {
          if (step === 'value') source.next(sent++);
          else calls.push(iterator.next());
        }
        if (end === 'complete') source.complete();
        else source.error(lost);
        while (calls.length <= sent + 1) calls.push(iterator.next());

        const results = await Promise.allSettled(calls);
        const isFailed = ({ status }: { status: string }) => status === 'rejected';
        expect(results.slice(0, sent)).toEqual(
          Array.from({ length: sent }, (_, value) => ({
            status: 'fulfilled',
            value: { done: false, value },
          })),
        );
        expect(results.slice(sent).filter(isFailed)).toHaveLength(end === 'error' ? 1 : 0);
        expect(isFailed(results[sent]!)).toBe(end === 'error');
      }),
    );
  });

  it('causes no unhandled rejection if an error comes while no call is pending', async () => {
    const { source, source$ } = watched<string>();
    const iterator = iteratorOf(toAsyncIterable(source$));
    const first = iterator.next();
    source.next('a');
    source.error(lost);
    await first;
    // An unhandled rejection would end the process here.
    await new Promise((resolve) => setTimeout(resolve));
    await expect(iterator.next()).rejects.toBe(lost);
  });

  it.each([
    [{ capacity: 1.5 }, /capacity must be a whole number/],
    [{ limit: 1 } as never, /Unknown option of toAsyncIterable "limit"/],
  ])('refuses %o', (config, message) => {
    expect(() => toAsyncIterable(NEVER, config)).toThrow(MastodonIllegalArgumentError);
    expect(() => toAsyncIterable(NEVER, config)).toThrow(message);
  });
});
