/** Finds the places at which posts are missing. */
import type { Gap } from 'mastodon-rx';

/** Returns the gap directly above an item, by the key of that item; the keys come newest first. */
export const gapsAbove = (
  keys: readonly string[],
  gaps: readonly Gap[],
): ReadonlyMap<string, Gap> =>
  new Map(
    gaps.flatMap((gap) => {
      const below = keys.find((key) => !isNewer(key, gap.after));
      return below === undefined ? [] : [[below, gap] as const];
    }),
  );

/** Compares ids, which are numbers without leading zeros, or ULIDs: a longer one is greater. */
const isNewer = (id: string, other: string): boolean =>
  id.length === other.length ? id > other : id.length > other.length;
