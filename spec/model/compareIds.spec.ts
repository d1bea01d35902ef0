import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareIds } from '../../src/model/compareIds.ts';

const digits = fc.stringMatching(/^[0-9]{1,40}$/);
const anyId = fc.oneof(digits, fc.stringMatching(/^[0-9A-Za-z]{1,6}$/), fc.string());

describe('compareIds', () => {
  it('orders ids as whole numbers of any length, unlike text or floats', () => {
    const ids = ['117420000000000002', '10', '117420000000000001', '9', '1174200000000000010'];
    expect(ids.sort(compareIds)).toEqual([
      '9',
      '10',
      '117420000000000001',
      '117420000000000002',
      '1174200000000000010',
    ]);
  });

  it.each([
    ["Pleroma's flakes", ['AXrQNqO7w1PMxC1nzY', 'AXrQNqO7w1PMxC1nza', 'B0000000000000000A']],
    ["an old Pleroma's numbers, before its flakes", ['99999', '9n3Gd1fBYhkRMkrEcS']],
    ["GoToSocial's ULIDs", ['01FBVD42CQ3ZEEVMW180SBX03B', '01G0000000000000000000000A']],
    ["Firefish's aids", ['9abc1d2e0z', '9abc1d2e10']],
    ['leading zeros, which do not count', ['007', '8', '0010']],
    ['the same number twice', ['7', '07', '007']],
    ['an empty id', ['', '0', '1']],
  ])('orders %s', (_what, inOrder) => {
    expect([...inOrder].reverse().sort(compareIds)).toEqual(inOrder);
  });

  it('agrees with BigInt', () => {
    fc.assert(
      fc.property(digits, digits, (a, b) => {
        const [x, y] = [BigInt(a), BigInt(b)];
        if (x !== y) expect(Math.sign(compareIds(a, b))).toBe(x < y ? -1 : 1);
      }),
    );
  });

  it('is a total order for any texts', () => {
    fc.assert(
      fc.property(anyId, anyId, anyId, (a, b, c) => {
        expect(compareIds(a, b) === 0).toBe(a === b);
        expect(Math.sign(compareIds(a, b)) + Math.sign(compareIds(b, a))).toBe(0);
        if (compareIds(a, b) <= 0 && compareIds(b, c) <= 0) {
          expect(compareIds(a, c)).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
