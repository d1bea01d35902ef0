/** Describes where a value does not fit its codec, without showing any part of the value. */
import type * as t from 'io-ts';

/** A part of a value that does not fit. */
export interface Problem {
  /** The path to the part, and the expected type: `Status/account: Account/acct: string`. */
  readonly path: string;
  /** The depth of the part: 0 is the value itself. */
  readonly level: number;
}

/** Lists these problems as text: each once, at most 10, each up to 200 characters. */
export const describeProblems = (problems: readonly Problem[]): string[] =>
  [...new Set(problems.map(({ path }) => cut(path)))].slice(0, 10);

const cut = (path: string): string => (path.length > 200 ? `${path.slice(0, 199)}…` : path);

/** Tells whether a value is larger or deeper than any entity; a long post has about 400 parts in 7 levels. */
export function isUnwieldy(value: unknown): boolean {
  let parts = 0;
  const walk = (part: unknown, level: number): boolean => {
    if (++parts > 50_000 || level > 50) return true;
    if (typeof part !== 'object' || part === null) return false;
    return Object.values(part).some((inner) => walk(inner, level + 1));
  };
  return walk(value, 0);
}

/**
 * Lists where `value` does not fit `codec`, as paths through the codecs' names, e.g. `EmojiReaction/account:
 * Account/acct: string`; at most 10, and none if `codec.decode` succeeds. For a value that is far larger or deeper
 * than any entity, only the codec's name is listed.
 *
 * A path holds names from the codecs and positions in arrays, never a part of the value: that may be
 * somebody's private post.
 */
export function problemsOf(codec: t.Mixed, value: unknown): string[] {
  const { name } = codec;
  // io-ts keeps a context for each error, whose length is the error's depth: memory could run out.
  if (isUnwieldy(value)) return describeProblems([{ path: name, level: 0 }]);
  const result = codec.decode(value);
  return result._tag === 'Left'
    ? describeProblems(explain(result.left, 0, { prefix: '', name, level: 0 }))
    : [];
}

/** A codec on the path to a part that does not fit. */
interface PathStep {
  /** The path to the value that it checks. */
  readonly prefix: string;
  readonly name: string;
  readonly level: number;
}

/** Groups errors whose contexts are equal up to `depth`, which is the codec at `step`. */
function explain(errors: t.Errors, depth: number, step: PathStep): readonly Problem[] {
  const here: Problem = { path: step.prefix + step.name, level: step.level };
  const problems: Problem[] = [];
  const deeper = new Map<string, t.ValidationError[]>();
  for (const error of errors) {
    const next = error.context[depth + 1];
    if (!next) problems.push(here);
    else if (deeper.has(next.key)) deeper.get(next.key)?.push(error);
    else deeper.set(next.key, [error]);
  }
  const parent = unwrapped(errors[0]?.context[depth]?.type);
  const branches = [...deeper].map(([key, group]) => {
    const name = group[0]?.context[depth + 1]?.type.name ?? '';
    return explain(group, depth + 1, stepBelow(step, parent, key, name));
  });
  return problems.concat(tagOf(parent) === 'UnionType' ? closest(branches, here) : branches.flat());
}

/**
 * Returns the next step of a path. io-ts has a step for each member of a union or an intersection, which is not a
 * step in the value.
 */
function stepBelow(step: PathStep, parent: object, key: string, name: string): PathStep {
  if (tagOf(parent) === 'IntersectionType') return step;
  if (tagOf(parent) === 'UnionType') return { ...step, name };
  const { prefix, level } = step;
  return { prefix: `${prefix}${step.name}/${labelOf(parent, key)}: `, name, level: level + 1 };
}

/**
 * Returns a key as it may be shown. A record's keys are data, e.g. the names of people; a codec's fields and
 * positions are not.
 */
function labelOf(parent: object, key: string): string {
  const isField = 'props' in parent && Object.hasOwn(parent.props as t.Props, key);
  const isPosition = ARRAYS.has(tagOf(parent)) && /^\d+$/.test(key);
  return isField || isPosition ? key : '[*]';
}

const ARRAYS: ReadonlySet<unknown> = new Set(['ArrayType', 'ReadonlyArrayType', 'TupleType']);

/**
 * Returns the problems of the union's member that was most likely meant: the one that fails inside, with
 * the fewest problems.
 */
function closest(branches: readonly (readonly Problem[])[], problem: Problem): readonly Problem[] {
  const inside = branches.filter((problems) =>
    problems.every(({ level }) => level > problem.level),
  );
  const [first, ...others] = inside;
  if (!first) return [problem];
  // For a value that is not an object, an intersection names the same problem once per member.
  const count = (problems: readonly Problem[]): number =>
    new Set(problems.map(({ path }) => path)).size;
  return others.reduce(
    (best, problems) => (count(problems) < count(best) ? problems : best),
    first,
  );
}

/** Returns a codec without the wrappers that share its step of the path. */
function unwrapped(codec: object | undefined): object {
  let inner = codec ?? {};
  while (WRAPPERS.has(tagOf(inner)) && 'type' in inner) inner = inner.type as object;
  return inner;
}

const WRAPPERS: ReadonlySet<unknown> = new Set([
  'RecursiveType',
  'RefinementType',
  'ReadonlyType',
  'ExactType',
]);

const tagOf = (codec: object): unknown => ('_tag' in codec ? codec._tag : undefined);
