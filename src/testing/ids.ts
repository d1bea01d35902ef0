import { randomBytes } from 'node:crypto';

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

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

let lastUlid = 0n;

/** A new ULID, as GoToSocial makes them: the clock in ms and 80 random bits, each greater than the one before. */
export function nextUlid(): string {
  const random = BigInt(`0x${randomBytes(10).toString('hex')}`);
  const ulid = (BigInt(Date.now()) << 80n) | random;
  lastUlid = ulid > lastUlid ? ulid : lastUlid + 1n;
  let text = '';
  for (let left = lastUlid; text.length < 26; left >>= 5n)
    text = CROCKFORD.charAt(Number(left & 31n)) + text;
  return text;
}
