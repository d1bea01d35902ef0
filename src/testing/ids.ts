let last = 0n;

/** A new id as Mastodon makes them, from the clock: each is greater than the one before. */
export function nextId(): string {
  const fromClock = BigInt(Date.now()) << 16n;
  last = fromClock > last ? fromClock : last + 1n;
  return last.toString();
}

/** Orders ids as the numbers they are, of any length, never as JavaScript numbers. */
export function compareIds(a: string, b: string): number {
  const [left, right] = [digitsOf(a), digitsOf(b)];
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

const digitsOf = (id: string): string => id.replace(/^0+(?=.)/, '');
