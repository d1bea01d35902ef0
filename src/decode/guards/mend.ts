/** Makes a payload fit its codec by leaving out the parts that do not fit, unless they are essential. */
import { isRecord } from '../../config/check.ts';
import { isUnwieldy } from './problems.ts';
import { checkerOf, type TypeChecker, type ShapeName } from './shape.ts';

/** Returned for a value that cannot be mended. */
const UNFIT = Symbol();

/**
 * The text fields that an entity can be used without. All other required texts are essential: ids, dates, names,
 * the content, the visibility.
 */
const DISPENSABLE_TEXTS: ReadonlySet<string> = new Set([
  ...['spoiler_text', 'display_name', 'note'],
  ...['avatar', 'avatar_static', 'header', 'header_static'],
]);

/** The fields that may be null, but change the meaning of their entity if they are. */
const ESSENTIAL: ReadonlySet<string> = new Set(['reblog', 'last_status']);

/**
 * Returns a copy of a value that has the shape `name`, or undefined if that is impossible. A field that does not
 * fit is left out if it may be absent, and null if it may be null; elements of a list that do not fit are left out;
 * a missing list is empty, a missing count is 0, a missing flag false. Ids, dates, authors, the content, the
 * visibility and the boosted post cannot be mended.
 */
export function mend(name: ShapeName, value: unknown): unknown {
  if (isUnwieldy(value)) return undefined;
  const result = mended(checkerOf(name), value);
  return result === UNFIT ? undefined : result;
}

function mended(checker: TypeChecker, value: unknown): unknown {
  if (checker.fits(value)) return value;
  if (checker.element !== undefined && Array.isArray(value))
    return mendedList(checker.element, value);
  for (const member of checker.members ?? []) {
    const result = mended(member, value);
    if (result !== UNFIT) return result;
  }
  if (checker.nullable) return null;
  return checker.fields !== undefined && isRecord(value) ? mendedObject(checker, value) : UNFIT;
}

const mendedList = (element: TypeChecker, list: readonly unknown[]): unknown[] =>
  list.map((item) => mended(element, item)).filter((item) => item !== UNFIT);

function mendedObject(checker: TypeChecker, original: Record<string, unknown>): unknown {
  const value = { ...original };
  for (const { key, isOptional, checker: expected } of checker.fields?.() ?? []) {
    const found = value[key];
    if (expected.fits(found) || (isOptional && found === undefined)) continue;
    let result = mended(expected, found);
    if (ESSENTIAL.has(key) && result === null) return UNFIT;
    if (result === UNFIT && isOptional) result = undefined;
    if (result === UNFIT && !(expected.name === 'string' && !DISPENSABLE_TEXTS.has(key))) {
      result = expected.neutral?.() ?? UNFIT;
    }
    if (result === UNFIT) return UNFIT;
    value[key] = result;
  }
  return value;
}
