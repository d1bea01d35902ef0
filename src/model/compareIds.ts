/** Compares ids by age. */

/**
 * Compares two ids of one kind on one server: below 0 if `a` is the older one, above 0 if it is
 * the newer one, 0 only for the same text.
 *
 * Mastodon's ids are numbers that no float can hold (`117420000000000001`), and longer ones are larger: as strings,
 * `'9'` would come after `'10'`. So leading zeros do not count, then the longer id is the larger one, then the
 * first character that differs decides. That is the order of whole numbers of any length, and also the order in
 * time of ids that are not numbers: Pleroma's and Akkoma's flakes (base 62, `0-9A-Za-z`), GoToSocial's ULIDs, the
 * `aid`s of Misskey's forks. The plain numbers of an old Pleroma come before its flakes, which is their order in
 * time. Random ids (UUIDs) have no order in time; their order here is arbitrary, but always the same.
 *
 * ```ts
 * ids.sort(compareIds); // the oldest first
 * ```
 */
export function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  const from = zerosOf(a);
  const since = zerosOf(b);
  const longer = a.length - from - (b.length - since);
  if (longer !== 0) return longer;
  for (let i = from, j = since; i < a.length; i++, j++) {
    const difference = a.charCodeAt(i) - b.charCodeAt(j);
    if (difference !== 0) return difference;
  }
  // '7' and '07' are the same number, but two different ids.
  return a.length - b.length;
}

const ZERO = 0x30;

function zerosOf(id: string): number {
  let zeros = 0;
  while (id.charCodeAt(zeros) === ZERO) zeros++;
  return zeros;
}
