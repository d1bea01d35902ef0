import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BoundedQueue,
  checkOverflowConfig,
  MastodonQueueOverflowError,
} from '../../src/operators/boundedQueue.ts';
import { MastodonError, MastodonIllegalArgumentError } from '../../src/model/errors.ts';

function drain<T>(queue: BoundedQueue<T>): T[] {
  const values: T[] = [];
  while (queue.size > 0) values.push(queue.shift());
  return values;
}

// Node 24 collects garbage only after a gigabyte; without the flag there is no `gc`.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('BoundedQueue', () => {
  it.each([
    ['drop-oldest', ['c', 'd'], ['a', 'b']],
    ['drop-newest', ['a', 'b'], ['c', 'd']],
  ] as const)(
    'with %s keeps %j, and calls onDrop with each dropped value and the count',
    (overflow, kept, lost) => {
      const drops: unknown[] = [];
      const queue = new BoundedQueue<string>({
        capacity: 2,
        overflow,
        onDrop: (...drop) => drops.push(drop),
      });
      for (const value of 'abcd') queue.push(value);
      expect(drops).toEqual([
        [lost[0], 1],
        [lost[1], 2],
      ]);
      expect(drain(queue)).toEqual(kept);
    },
  );

  it('throws with error, and keeps the queued values', () => {
    const queue = new BoundedQueue<string>({ capacity: 1 });
    queue.push('a');
    expect(() => queue.push('a secret')).toThrow(MastodonQueueOverflowError);
    expect(drain(queue)).toEqual(['a']);
  });

  it('holds 1,000 values by default, and none with a capacity of 0', () => {
    const queue = new BoundedQueue<number>({});
    for (let i = 0; i < 1_000; i++) queue.push(i);
    expect(() => queue.push(1_000)).toThrow(MastodonQueueOverflowError);

    const drops: number[] = [];
    for (const overflow of ['drop-oldest', 'drop-newest'] as const) {
      const none = new BoundedQueue<number>({
        capacity: 0,
        overflow,
        onDrop: (v) => drops.push(v),
      });
      none.push(7);
      expect(none.size).toBe(0);
    }
    expect(drops).toEqual([7, 7]);
  });

  it('behaves like an array that is cut at its capacity', () => {
    const step = fc.constantFrom('push', 'push', 'shift', 'clear');
    const policy = fc.constantFrom('drop-oldest', 'drop-newest', 'error');
    fc.assert(
      fc.property(
        fc.nat(5),
        policy,
        fc.array(step, { maxLength: 80 }),
        (capacity, overflow, steps) => {
          const drops: number[] = [];
          let array: number[] = [];
          let lost: number[] = [];
          const queue = new BoundedQueue<number>({
            capacity,
            overflow,
            onDrop: (v) => drops.push(v),
          });
          steps.forEach((one, i) => {
            if (one === 'clear') {
              queue.clear();
              array = [];
            } else if (one === 'shift') {
              if (queue.size > 0) expect(queue.shift()).toBe(array.shift());
            } else if (overflow === 'error' && array.length === capacity) {
              expect(() => queue.push(i)).toThrow(MastodonQueueOverflowError);
            } else {
              queue.push(i);
              array.push(i);
              if (array.length > capacity) {
                lost = lost.concat(array.splice(overflow === 'drop-oldest' ? 0 : capacity, 1));
              }
            }
            expect(queue.size).toBe(array.length);
            expect(drops).toEqual(lost);
          });
          expect(drain(queue)).toEqual(array);
        },
      ),
    );
  });

  it('releases the values that have left it', () => {
    // 1 GB, if the values were retained.
    const queue = new BoundedQueue<Uint8Array>({ capacity: 10, overflow: 'drop-oldest' });
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 1_000; i++) queue.push(new Uint8Array(1_048_576));
    collectGarbage();
    expect(queue.size).toBe(10);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(600 * 1_048_576);
  });

  it('stays small in memory after 10,000,000 values have passed through it', () => {
    const queue = new BoundedQueue<number>({ capacity: 10, overflow: 'drop-oldest' });
    const before = process.memoryUsage().heapUsed;
    // 80 MB, if the empty slots were kept.
    for (let i = 0; i < 10_000_000; i++) queue.push(i);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(40 * 1_048_576);
  });
});

describe('MastodonQueueOverflowError', () => {
  it('is an error of this library, and says what to do', () => {
    const error = new MastodonQueueOverflowError(5);
    expect(error).toBeInstanceOf(MastodonError);
    expect(error).toMatchObject({
      name: 'MastodonQueueOverflowError',
      capacity: 5,
      retryable: false,
    });
    expect(error.message).toBe(
      'The consumer is too slow: more than 5 values wait for it. ' +
        "Take a larger capacity, or choose with overflow ('drop-oldest', 'drop-newest') what to lose",
    );
  });
});

describe('checkOverflowConfig', () => {
  it.each([
    [{ capacity: -1 }, /capacity must be a whole number of values, 0 or more/],
    [{ capacity: Infinity }, /no queue is without a bound/],
    [{ overflow: 'drop' as never }, /overflow must be "drop-oldest" or "drop-newest" or "error"/],
    [{ onDrop: 1 as never }, /onDrop must be a function/],
    [{ size: 1 } as never, /Unknown option of boundedMergeMap "size"/],
  ])('refuses %o', (config, message) => {
    const check = () => checkOverflowConfig('boundedMergeMap', config, ['concurrency']);
    expect(check).toThrow(MastodonIllegalArgumentError);
    expect(check).toThrow(message);
  });

  it('accepts absent options and undefined', () => {
    checkOverflowConfig('boundedMergeMap', {});
    checkOverflowConfig('boundedMergeMap', {
      capacity: undefined,
      overflow: undefined,
      onDrop: undefined,
    });
  });
});
