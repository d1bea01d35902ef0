/** Checks arguments, and says what to do about one that is wrong. */
import { MastodonIllegalArgumentError } from '../model/errors.ts';

/** The longest wait that a timer supports, in ms (about 25 days). A longer one would end at once. */
export const MAX_WAIT = 2_147_483_647;

/** Throws `MastodonIllegalArgumentError` with `message` unless `ok`. */
export function check(ok: boolean, message: string): asserts ok {
  if (!ok) throw new MastodonIllegalArgumentError(message);
}

/**
 * Rejects a key that is not among `allowed`: a misspelt option would silently have no effect.
 *
 * @param what - what a key is called in the message, for example `option of reconnect`.
 */
export function checkKeys(what: string, config: object, allowed: readonly string[]): void {
  for (const key of Object.keys(config)) {
    if (allowed.includes(key)) continue;
    const near = allowed.find((name) => isTypo(key.toLowerCase(), name.toLowerCase()));
    check(
      false,
      `Unknown ${what} ${JSON.stringify(key)}. ` +
        (near === undefined
          ? `Known are ${allowed.join(', ')}`
          : `Did you mean ${JSON.stringify(near)}?`),
    );
  }
}

/** Tells whether two words differ in no more than two neighbouring letters. */
export function isTypo(a: string, b: string): boolean {
  const longest = Math.max(a.length, b.length);
  let same = 0;
  while (same < longest && a[same] === b[same]) same++;
  let tail = 1;
  while (same + tail <= longest && a.at(-tail) === b.at(-tail)) tail++;
  return same + tail > longest - 2;
}

/** Rejects a value that is not one of `allowed`. */
export function checkOneOf(name: string, value: unknown, allowed: readonly unknown[]): void {
  const list = allowed.map((one) => JSON.stringify(one)).join(' or ');
  check(allowed.includes(value), `${name} must be ${list}`);
}

/** Rejects a value that is neither a time in ms that a timer supports nor `also`. */
export function checkWait(name: string, value: unknown, also?: number): void {
  check(
    isWait(value) || (value !== undefined && value === also),
    `${name} must be a number of ms above 0, up to ${MAX_WAIT}` +
      (also === undefined ? '' : `, or ${also}`),
  );
}

/** Rejects an id that is neither undefined nor written as servers write ids. */
export function checkId(name: string, id: unknown): void {
  check(
    id === undefined || (typeof id === 'string' && /^[\w-]+$/.test(id)),
    `${name} must be a string, as the server wrote it`,
  );
}

/** Tells whether a value is a number of ms that a timer can wait. */
export const isWait = (value: unknown): boolean =>
  typeof value === 'number' && value > 0 && value <= MAX_WAIT;

/** Rejects a number that is not whole, or below `least`. */
export function checkCount(name: string, value: unknown, unit: string, least: 0 | 1): void {
  check(
    Number.isInteger(value) && (value as number) >= least,
    `${name} must be a whole number of ${unit}, ${least} or more`,
  );
}

/** Tells whether a value is an object, and neither an array nor null. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
