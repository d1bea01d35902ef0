import fc from 'fast-check';
import { MastodonIllegalArgumentError } from 'mastodon-rx';
import { shard, type Assignment } from 'mastodon-rx/jetstream';
import { describe, expect, it } from 'vitest';

const assignmentOf = (n: number): Assignment => ({
  instance: `https://m${n % 7}.example`,
  timeline: ['hashtag', `t${n}`],
  credential: 'archive',
});

const THOUSAND = Array.from({ length: 1_000 }, (_, n) => assignmentOf(n));

/** The number of the process that has an assignment; fails unless exactly one has it. */
function ownerOf(assignment: Assignment, count: number): number {
  const owners = Array.from({ length: count }, (_, index) => index).filter((index) =>
    shard({ index, count })(assignment),
  );
  expect(owners).toHaveLength(1);
  return owners[0]!;
}

const assignments = fc.record<Assignment>({
  instance: fc.webAuthority().map((host) => `https://${host}`),
  timeline: fc.oneof(
    fc.constantFrom(['user'], ['public:local']),
    fc.string({ minLength: 1, unit: 'grapheme' }).map((tag) => ['hashtag', tag]),
  ),
  credential: fc.string({ minLength: 1, unit: 'grapheme' }),
});

describe('shard', () => {
  it('gives every assignment to one process', () => {
    fc.assert(
      fc.property(assignments, fc.integer({ min: 1, max: 40 }), (assignment, count) => {
        ownerOf(assignment, count);
      }),
    );
  });

  it('moves no assignment between the existing processes when one is added', () => {
    fc.assert(
      fc.property(assignments, fc.integer({ min: 1, max: 40 }), (assignment, count) => {
        const [before, after] = [ownerOf(assignment, count), ownerOf(assignment, count + 1)];
        expect([before, count]).toContain(after);
      }),
    );
  });

  it.each([2, 3, 10])('gives %i processes even shares', (count) => {
    const sizes = Array.from(
      { length: count },
      (_, index) => THOUSAND.filter(shard({ index, count })).length,
    );
    // The hash is fixed, and so are these: within four standard deviations of the mean.
    const mean = THOUSAND.length / count;
    for (const size of sizes) expect(Math.abs(size - mean)).toBeLessThan(4 * Math.sqrt(mean));
  });

  it('moves a tenth to the tenth process', () => {
    const moved = THOUSAND.filter((each) => ownerOf(each, 9) !== ownerOf(each, 10));
    expect(Math.abs(moved.length - 100)).toBeLessThan(40);
    expect(moved.every(shard({ index: 9, count: 10 }))).toBe(true);
  });

  it('assigns the same shares in all releases', () => {
    const owners = THOUSAND.slice(0, 12).map((each) => ownerOf(each, 5));
    expect(owners).toEqual([3, 4, 2, 3, 1, 3, 4, 0, 1, 1, 2, 3]);
  });

  it('depends on the instance, the timeline and the credential, in any spelling', () => {
    const assignment = assignmentOf(5);
    const same: Assignment = { ...assignment, instance: 'https://M5.example/' };
    const other: Assignment[] = Array.from({ length: 20 }, (_, n) => ({
      ...assignment,
      credential: `archive${n}`,
    }));
    const channel: Assignment = {
      ...assignment,
      timeline: { name: 'hashtag', path: 'hashtag', params: { tag: 't5' } },
    };

    expect(ownerOf(same, 97)).toBe(ownerOf(assignment, 97));
    expect(ownerOf(channel, 97)).toBe(ownerOf(assignment, 97));
    expect(new Set(other.map((each) => ownerOf(each, 97))).size).toBeGreaterThan(10);
  });

  it.each([
    ['no processes', { index: 0, count: 0 }],
    ['half a process', { index: 0, count: 1.5 }],
    ['an index below 0', { index: -1, count: 2 }],
    ['an index that is no number', { index: Number(undefined), count: 2 }],
    ['an index as high as count', { index: 2, count: 2 }],
    ['a misspelt option', { index: 0, count: 1, counts: 2 }],
  ])('throws at the call with %s', (_what, config) => {
    expect(() => shard(config)).toThrow(MastodonIllegalArgumentError);
  });
});
