/** Makes a payload fit its codec by leaving out what does not, if that is not essential. */
import { isRecord } from '../../config/check.ts';
import { isUnwieldy } from './problems.ts';
import { checkerOf, type TypeChecker, type ShapeName } from './shape.ts';

/** Returned for a value that cannot be mended. */
const UNFIT = Symbol();

/**
 * The text fields without which an entity is still one. Every other text that is promised is essential: ids,
 * dates, names, the content, the visibility.
 */
const DISPENSABLE_TEXTS: ReadonlySet<string> = new Set([
  ...['spoiler_text', 'display_name', 'note'],
  ...['avatar', 'avatar_static', 'header', 'header_static'],
]);

/** The fields that may be null, but whose entity is another one without them. */
const ESSENTIAL: ReadonlySet<string> = new Set(['reblog', 'last_status']);

/**
 * Returns a copy of a value that has the shape `name`, or undefined if there is none: a field that may be
 * absent is left out, or null if it must be there; of a list, the elements that do not fit are left out; a
 * missing list is empty, a count 0, a flag false. Ids, dates, authors, the content and the visibility cannot
 * be mended, nor the post that is boosted.
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
