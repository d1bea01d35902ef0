/**
 * Checks values against the entities' shapes, which are data, and lists where a value differs.
 *
 * The shapes are generated from the codecs in src/model/entities. They are data, because io-ts is as large as
 * everything else that a page loads, and a page's Content-Security-Policy may forbid generating code from them.
 */
import { isRecord } from '../../config/check.ts';
import { isUnwieldy, describeProblems, type Problem } from './problems.ts';
import { SHAPES } from './shapes.generated.ts';

/** Tells whether a value, from JSON, is of a type. */
export type Guard = (value: unknown) => boolean;

/** The name of an entity: `Status`. */
export type ShapeName = keyof typeof SHAPES;

/** Returns a guard that tells whether a value has the shape `name`. */
export const guardOf =
  (name: ShapeName): Guard =>
  (value) =>
    checkerOf(name).fits(value);

/**
 * Lists where `value` does not have the shape `name`, as paths through the codecs' names, e.g. `Status/account:
 * Account/acct: string`; at most 10. For a value that is far larger or deeper than any entity, only the name is
 * listed.
 *
 * A path holds names of fields and positions in arrays, never a part of the value: that may be somebody's
 * private post.
 */
export function validationProblems(name: ShapeName, value: unknown): string[] {
  return describeProblems(
    isUnwieldy(value) ? [{ path: name, level: 0 }] : checkerOf(name).problems(value, '', 0),
  );
}

/**
 * Wraps a function of a value, so that it returns `otherwise` for a value that is nested too deeply for the stack.
 */
export function guardStackOverflow<R>(
  ask: (value: unknown) => R,
  otherwise: R,
): (value: unknown) => R {
  return (value) => {
    try {
      return ask(value);
    } catch (error) {
      if (error instanceof RangeError) return otherwise;
      throw error;
    }
  };
}

/** The type that a field, or an element of an array, must have. */
export interface TypeChecker {
  readonly name: string;
  /** The type of an array's elements. */
  readonly element?: TypeChecker;
  /** The members of a union. */
  readonly members?: readonly TypeChecker[];
  readonly nullable?: boolean;
  /** The fields of an object. */
  readonly fields?: () => readonly Field[];
  /** Returns a neutral value: an empty text, 0, false or an empty list. */
  readonly neutral?: () => unknown;
  readonly fits: Guard;
  /** Lists where a value at the path `prefix`, at depth `level`, does not fit. */
  readonly problems: (value: unknown, prefix: string, level: number) => readonly Problem[];
}

const checkers = new Map<string, TypeChecker>();

/** Returns the checker for the expression that shapes.generated.ts has for it. */
export function checkerOf(expression: string): TypeChecker {
  let checker = checkers.get(expression);
  if (!checker) checkers.set(expression, (checker = make(expression)));
  return checker;
}

function make(expression: string): TypeChecker {
  if (/[|~]/.test(expression)) return union(expression);
  if (expression.startsWith('[')) return array(checkerOf(expression.slice(1, -1)));
  const primitive = PRIMITIVES[expression];
  if (primitive !== undefined) {
    return {
      ...checker(primitive, (value) => typeof value === primitive),
      neutral: () => NEUTRAL[primitive],
    };
  }
  return object(expression as ShapeName);
}

const PRIMITIVES: Readonly<Record<string, string>> = { s: 'string', n: 'number', b: 'boolean' };

const NEUTRAL: Readonly<Record<string, unknown>> = { string: '', number: 0, boolean: false };

function checker(
  name: string,
  fits: Guard,
  inside: TypeChecker['problems'] = () => [],
  isOpen: Guard = () => false,
): TypeChecker {
  return {
    name,
    fits,
    problems: (value, prefix, level) => {
      if (isOpen(value)) return inside(value, `${prefix}${name}/`, level + 1);
      return fits(value) ? [] : [{ path: prefix + name, level }];
    },
  };
}

/** Checks an array, like `[s]`. */
function array(element: TypeChecker): TypeChecker {
  return Object.assign(
    checker(
      `Array<${element.name}>`,
      (value) => {
        if (!Array.isArray(value)) return false;
        for (const each of value) if (!element.fits(each)) return false;
        return true;
      },
      (value, prefix, level) =>
        (value as unknown[]).flatMap((each, i) => element.problems(each, `${prefix}${i}: `, level)),
      Array.isArray,
    ),
    { element, neutral: () => [] },
  );
}

/** Checks a union, like `s~` (a string or null) or `Quote|Status~`. */
function union(expression: string): TypeChecker {
  const nullable = expression.endsWith('~');
  const members = expression.replace('~', '').split('|').map(checkerOf);
  const names = members.map(({ name }) => name);
  const name = (nullable ? [...names, 'null'] : names).join(' | ');
  const fits: Guard = (value) => {
    if (value === null) return nullable;
    for (const member of members) if (member.fits(value)) return true;
    return false;
  };
  return {
    ...{ name, fits, members, nullable },
    // The member that was most likely meant: it fails inside, with the fewest problems.
    problems: (value, prefix, level) => {
      if (fits(value)) return [];
      const inside = members
        .map((member) => member.problems(value, prefix, level))
        .filter((found) => found.every((problem) => problem.level > level))
        .sort((a, b) => a.length - b.length);
      return inside[0] ?? [{ path: prefix + name, level }];
    },
  };
}

export interface Field {
  readonly key: string;
  /** The `typeof` of a value that fits; empty if the `typeof` is not enough. */
  readonly type: string;
  readonly isOptional: boolean;
  readonly checker: TypeChecker;
}

/** Parses the fields of a shape, like `id:s url:s~ moved?Account`. */
const fieldsOf = (name: ShapeName): Field[] =>
  SHAPES[name].split(' ').map((field) => {
    const [key = '', name = ''] = field.split(/[?:]/);
    const isOptional = field.includes('?');
    const expression = isOptional ? `${name}~` : name;
    return {
      key,
      type: PRIMITIVES[expression.replace('~', '')] ?? '',
      isOptional,
      checker: checkerOf(expression),
    };
  });

function object(name: ShapeName): TypeChecker {
  // Parsed on first use, since posts contain posts.
  let cached: Field[] | undefined;
  const fields = (): Field[] => (cached ??= fieldsOf(name));
  return Object.assign(
    checker(
      name,
      (value) => {
        if (!isRecord(value)) return false;
        for (const { key, type, isOptional, checker } of fields()) {
          const found = value[key];
          if (typeof found === type || (found === undefined && isOptional)) continue;
          if (!checker.fits(found)) return false;
        }
        return true;
      },
      (value, prefix, level) =>
        fields().flatMap(({ key, isOptional, checker }) => {
          const found = (value as Readonly<Record<string, unknown>>)[key];
          return found === undefined && isOptional
            ? []
            : checker.problems(found, `${prefix}${key}: `, level);
        }),
      isRecord,
    ),
    { fields },
  );
}
