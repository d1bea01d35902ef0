import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FifoMap, FifoSet } from '../../src/internal/fifoMap.ts';

describe('FifoSet', () => {
  it('distinguishes new ids from stored ones', () => {
    const seen = new FifoSet(2);
    expect([seen.add('a'), seen.add('a'), seen.has('a'), seen.has('b')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('drops the oldest, even if it was added again', () => {
    const seen = new FifoSet(2);
    for (const id of ['a', 'b', 'a', 'c']) seen.add(id);
    expect([seen.has('a'), seen.has('b'), seen.has('c'), seen.size]).toEqual([
      false,
      true,
      true,
      2,
    ]);
  });

  it('stores nothing with a capacity of 0', () => {
    const seen = new FifoSet(0);
    expect([seen.add('a'), seen.add('a'), seen.size]).toEqual([true, true, 0]);
  });
});

const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

describe('FifoMap', () => {
  it('keeps the newest like a plain list', () => {
    const step = fc.record({ id: fc.constantFrom(...IDS), isDelete: fc.boolean() });
    fc.assert(
      fc.property(fc.nat(4), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const recent = new FifoMap<number>(capacity);
        let list: [string, number][] = [];
        steps.forEach(({ id, isDelete }, i) => {
          if (isDelete) {
            recent.delete(id);
            list = list.filter(([key]) => key !== id);
          } else {
            recent.set(id, i);
            const known = list.find(([key]) => key === id);
            if (known) known[1] = i;
            else list = [...list, [id, i] satisfies [string, number]].slice(-capacity || 1e9);
            if (capacity === 0) list = [];
          }
          expect(recent.size).toBe(list.length);
          for (const key of IDS) {
            const value = list.find(([name]) => name === key)?.[1];
            expect(recent.get(key)).toBe(value);
            expect(recent.has(key)).toBe(value !== undefined);
          }
        });
      }),
    );
  });

  it('adds the millionth as fast as the thousandth', () => {
    const recent = new FifoMap<number>(10_000);
    for (let i = 0; i < 1_000_000; i++) recent.set(`${i}`, i);
    // With a new iterator for each id it takes half a minute, and the test times out.
    expect([recent.size, recent.has('989999'), recent.has('990000')]).toEqual([
      10_000,
      false,
      true,
    ]);
  });
});
