import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareIds } from '../../../src/model/compareIds.ts';
import { RecentIds } from '../../../src/policies/catchUp/recentIds.ts';

const filled = (count: number): RecentIds => {
  const recent = new RecentIds();
  for (let id = 1; id <= count; id++) recent.add(String(id));
  return recent;
};

describe('RecentIds', () => {
  it('adds each id once', () => {
    const recent = new RecentIds();
    expect(['2', '1', '2', '1'].map((id) => recent.add(id))).toEqual([true, true, false, false]);
  });

  it('returns the highest id as the newest, in whatever order the ids were added', () => {
    const recent = new RecentIds();
    for (const id of ['9', '10', '8']) recent.add(id);
    expect(recent.newest).toBe('10');
  });

  it('counts back from the newest id, and stops at the oldest', () => {
    expect(filled(30).before(20)).toBe('10');
    expect(filled(5).before(20)).toBe('1');
    expect(new RecentIds().before(20)).toBeUndefined();
  });

  it('keeps at least 400 ids, and drops the oldest of more', () => {
    const recent = filled(12_000);
    for (let id = 11_601; id <= 12_000; id++) expect(recent.has(String(id))).toBe(true);
    expect(recent.has('11000')).toBe(false);
  });

  it('finds duplicates and the newest id of random lists', () => {
    const id = fc.integer({ min: 1, max: 200 }).map(String);
    fc.assert(
      fc.property(fc.array(id), (ids) => {
        const recent = new RecentIds();
        const isNew = ids.map((each) => recent.add(each));
        expect(isNew).toEqual(ids.map((each, at) => ids.indexOf(each) === at));
        expect(recent.newest).toBe([...ids].sort(compareIds).at(-1));
      }),
    );
  });
});
