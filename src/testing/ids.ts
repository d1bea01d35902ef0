/** Makes the ids of entities, and orders them. */
import { asyncScheduler } from 'rxjs';

/** Counts up the ids of one server, or of one process. */
export class Ids {
  readonly #first: bigint;
  readonly #random80: () => bigint;
  #last = 0n;
  #lastUlid = 0n;

  /**
   * @param random80 - returns 80 random bits, for ULIDs.
   * @param first - the lowest 16 bits of the first id of each millisecond, below 65,536.
   */
  constructor(random80: () => bigint, first = 0) {
    this.#random80 = random80;
    this.#first = BigInt(first);
  }

  /** Returns the time by the scheduler's clock, as servers write it. */
  now(): string {
    return new Date(asyncScheduler.now()).toISOString();
  }

  /** Returns a new id in Mastodon's format, made from the clock, greater than the one before. */
  nextId(): string {
    const fromClock = (BigInt(asyncScheduler.now()) << 16n) | this.#first;
    this.#last = fromClock > this.#last ? fromClock : this.#last + 1n;
    return this.#last.toString();
  }

  /**
   * Returns a new ULID in GoToSocial's format: the clock in ms and 80 random bits, greater than the one before.
   */
  nextUlid(): string {
    const ulid = (BigInt(asyncScheduler.now()) << 80n) | this.#random80();
    this.#lastUlid = ulid > this.#lastUlid ? ulid : this.#lastUlid + 1n;
    let text = '';
    for (let left = this.#lastUlid; text.length < 26; left >>= 5n)
      text = CROCKFORD.charAt(Number(left & 31n)) + text;
    return text;
  }
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function random80(): bigint {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(10));
  return bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

/** The ids of everything that is made outside a server in memory, in one order for the process. */
export const processIds = new Ids(random80);

/** Compares ids as whole numbers of any length, without JavaScript numbers. */
export function compareIds(a: string, b: string): number {
  const [left, right] = [digitsOf(a), digitsOf(b)];
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

const digitsOf = (id: string): string => id.replace(/^0+(?=.)/, '');
