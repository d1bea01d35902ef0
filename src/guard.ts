/**
 * A codec in, a plain function out that tells whether a value fits: what `codec.is` says, at a fraction
 * of its cost.
 *
 * io-ts asks every codec of a tree in turn. Here the tree is walked once and becomes closures, one for
 * each object, over a flat list of fields. No code is generated at run time: many sites'
 * Content-Security-Policy bars it. For the entities of the events it was, when the package was built:
 * guards.generated.ts.
 */
import * as t from 'io-ts';

type Guard = (value: unknown) => boolean;

/**
 * The check of `codec`, compiled when it is first needed and kept for all who ask again.
 *
 * It agrees with `codec.is`, which it calls itself wherever a codec is not of io-ts's own making. A
 * value that is nested too deeply for the stack does not fit, where `codec.is` would throw.
 *
 * ```ts
 * const isStatus = guardOf(Status);
 * if (isStatus(value)) console.log(value.account.acct);
 * ```
 */
export function guardOf<A>(codec: t.Type<A, unknown>): (value: unknown) => value is A {
  let guard = guards.get(codec);
  if (!guard) guards.set(codec, (guard = safely(lazily(() => compiled(codec)))));
  return guard as (value: unknown) => value is A;
}

const guards = new WeakMap<t.Mixed, Guard>();

/**
 * Whether `codec.decode` gives every JSON value that {@link guardOf} accepts back as it is, and fails on
 * every other, so that there is no need to run it. False wherever that is not certain: of codecs that
 * strip, rename or default, and of all that are not of io-ts's own making.
 */
export function isTransparent(codec: t.Mixed): boolean {
  let transparent = transparencies.get(codec);
  if (transparent === undefined) {
    transparencies.set(codec, (transparent = isTransparentBeside(codec, new Set())));
  }
  return transparent;
}

const transparencies = new WeakMap<t.Mixed, boolean>();

/**
 * Where `value` does not fit `codec`, as paths through the codecs' names, e.g.
 * `Status/account: Account/acct: string`; at most 10, and none where `codec.decode` succeeds. Of a value
 * that is far larger or deeper than any entity only the codec's name is given.
 *
 * A path holds names from the codecs and positions in arrays, never a part of the value: that may be
 * somebody's private post.
 */
export function problemsOf(codec: t.Mixed, value: unknown): string[] {
  const root: Place = { prefix: '', name: codec.name, level: 0 };
  // io-ts keeps a context for each error, as long as the error is deep: memory could run out.
  const places = isUnwieldy(value) ? [root] : placesOf(codec.decode(value), root);
  const paths = places.map(({ prefix, name }) => shorten(prefix + name));
  return [...new Set(paths)].slice(0, 10);
}

/** The codecs that are taken apart; any other is asked as a whole. */
type Structure =
  | t.InterfaceType<t.Props>
  | t.PartialType<t.Props>
  | t.IntersectionType<t.Mixed[]>
  | t.UnionType<t.Mixed[]>
  | t.ArrayType<t.Mixed>
  | t.DictionaryType<t.Mixed, t.Mixed>
  | t.LiteralType<string | number | boolean>
  | t.KeyofType<Record<string, unknown>>
  | t.RecursiveType<t.Mixed>
  | t.RefinementType<t.Mixed>;

/** One of each kind that io-ts makes, to know its code by. */
const SAMPLES: readonly t.Mixed[] = [
  t.type({}),
  t.partial({}),
  t.intersection([t.unknown, t.unknown]),
  t.union([t.null, t.unknown]),
  // A union whose members differ in a literal has code of its own.
  t.union([t.type({ a: t.literal(0) }), t.type({ a: t.literal(1) })]),
  t.array(t.unknown),
  t.record(t.string, t.unknown),
  t.literal(0),
  t.keyof({ a: null }),
  t.recursion<object>('', () => t.type({})),
  t.Int,
];

/**
 * The parts of a codec that io-ts made. `_tag` alone does not tell: a copy with another `is` or
 * `validate`, such as io-ts-types' `withFallback` makes, bears the same one.
 */
export function structureOf(codec: t.Mixed, ...methods: Method[]): Structure | undefined {
  const made = SAMPLES.some(
    (sample) =>
      tagOf(sample) === tagOf(codec) &&
      methods.every((method) => String(sample[method]) === String(codec[method])),
  );
  return made ? (codec as Structure) : undefined;
}

type Method = 'is' | 'validate';

const tagOf = (codec: object): unknown => ('_tag' in codec ? codec._tag : undefined);

const PRIMITIVES: ReadonlyMap<t.Mixed, 'string' | 'number' | 'boolean'> = new Map<
  t.Mixed,
  'string' | 'number' | 'boolean'
>([
  [t.string, 'string'],
  [t.number, 'number'],
  [t.boolean, 'boolean'],
]);

const isRecord: Guard = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const LEAVES: ReadonlyMap<t.Mixed, Guard> = new Map<t.Mixed, Guard>([
  [t.string, (value) => typeof value === 'string'],
  [t.number, (value) => typeof value === 'number'],
  [t.boolean, (value) => typeof value === 'boolean'],
  [t.null, (value) => value === null],
  [t.undefined, (value) => value === undefined],
  [t.unknown, () => true],
  [t.UnknownArray, Array.isArray],
  [t.UnknownRecord, isRecord],
]);

const parts = new WeakMap<t.Mixed, Guard>();

function compiled(codec: t.Mixed): Guard {
  const known = LEAVES.get(codec) ?? parts.get(codec);
  if (known) return known;
  const guard = compile(codec);
  parts.set(codec, guard);
  return guard;
}

function compile(codec: t.Mixed): Guard {
  const structure = structureOf(codec, 'is');
  switch (structure?._tag) {
    case 'InterfaceType':
    case 'PartialType':
    case 'IntersectionType':
      return objectGuard(structure);
    case 'UnionType':
      return someOf(structure.types.map(compiled));
    case 'ArrayType':
      return arrayGuard(compiled(structure.type));
    case 'DictionaryType':
      return recordGuard(structure);
    case 'LiteralType': {
      const { value: literal } = structure;
      return (value) => value === literal;
    }
    case 'KeyofType': {
      const { keys } = structure;
      return (value) => typeof value === 'string' && Object.hasOwn(keys, value);
    }
    case 'RecursiveType':
      return lazily(() => compiled(structure.type));
    case 'RefinementType': {
      const { predicate } = structure;
      const guard = compiled(structure.type);
      return (value) => guard(value) && predicate(value);
    }
    case undefined:
      return codec.is;
  }
}

/** A recursive codec is no sooner defined than it is asked, and may hold itself. */
function lazily(make: () => Guard): Guard {
  let guard: Guard | undefined;
  return (value) => (guard ??= make())(value);
}

/** What is nested too deeply for the stack does not fit. */
export function safely(guard: Guard): Guard {
  return (value) => {
    try {
      return guard(value);
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  };
}

/** A field of an object, and all that a look at its value takes. */
interface Field {
  readonly key: string;
  /** What `typeof` says of a value that fits; empty where that is not enough to tell. */
  readonly type: string;
  readonly nullable: boolean;
  readonly optional: boolean;
  /** For whatever is neither of that type nor null. */
  readonly guard: Guard;
}

function fieldOf(key: string, codec: t.Mixed, optional: boolean): Field {
  const structure = structureOf(codec, 'is');
  const types = structure?._tag === 'UnionType' ? structure.types : [codec];
  const others = types.filter((type) => type !== t.null);
  const [first] = others;
  return {
    key,
    type: (first && others.length === 1 ? PRIMITIVES.get(first) : undefined) ?? '',
    nullable: others.length < types.length,
    optional,
    guard: someOf(others.map(compiled)),
  };
}

function objectGuard(codec: Structure): Guard {
  const fields: Field[] = [];
  const guards: Guard[] = [];
  const add = (part: t.Mixed): void => {
    const structure = structureOf(part, 'is');
    switch (structure?._tag) {
      case 'InterfaceType':
      case 'PartialType': {
        const optional = structure._tag === 'PartialType';
        const entries = Object.entries(structure.props);
        fields.push(...entries.map(([key, type]) => fieldOf(key, type, optional)));
        if (entries.length === 0) guards.push(isRecord);
        break;
      }
      case 'IntersectionType':
        structure.types.forEach(add);
        break;
      default:
        guards.push(compiled(part));
    }
  };
  add(codec);
  // What is required tells most: a value of another kind is turned down at its first field.
  fields.sort((a, b) => Number(a.optional) - Number(b.optional));
  if (fields.length > 0) guards.unshift(fieldsGuard(fields));
  const [only] = guards;
  return only && guards.length === 1 ? only : (value) => guards.every((guard) => guard(value));
}

function fieldsGuard(fields: readonly Field[]): Guard {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const record = value as Readonly<Record<string, unknown>>;
    for (const { key, type, nullable, optional, guard } of fields) {
      const found = record[key];
      if (typeof found === type) continue;
      if (found === undefined) {
        // As io-ts has it: a required field may be undefined, but not absent.
        if (optional || (guard(found) && Object.hasOwn(record, key))) continue;
      } else if ((nullable && found === null) || guard(found)) {
        continue;
      }
      return false;
    }
    return true;
  };
}

function arrayGuard(guard: Guard): Guard {
  return (value) => {
    if (!Array.isArray(value)) return false;
    for (let i = 0; i < value.length; i++) {
      // As Array.prototype.every has it, a hole fits anything.
      if (!guard(value[i]) && i in value) return false;
    }
    return true;
  };
}

function recordGuard(structure: t.DictionaryType<t.Mixed, t.Mixed>): Guard {
  // With t.any, io-ts takes arrays for records.
  if (tagOf(structure.codomain) === 'AnyType') return structure.is;
  const isKey = compiled(structure.domain);
  const guard = compiled(structure.codomain);
  return (value) => {
    if (!isRecord(value)) return false;
    const record = value as Readonly<Record<string, unknown>>;
    return Object.keys(record).every((key) => !isKey(key) || guard(record[key]));
  };
}

function someOf(guards: readonly Guard[]): Guard {
  const [only] = guards;
  if (only && guards.length === 1) return only;
  return (value) => {
    for (const guard of guards) if (guard(value)) return true;
    return false;
  };
}

function isTransparentBeside(codec: t.Mixed, seen: Set<t.Mixed>): boolean {
  if (LEAVES.has(codec) || seen.has(codec)) return true;
  seen.add(codec);
  const areTransparent = (codecs: readonly t.Mixed[]): boolean =>
    codecs.every((part) => isTransparentBeside(part, seen));

  const structure = structureOf(codec, 'is', 'validate');
  switch (structure?._tag) {
    case 'InterfaceType': {
      const types = Object.values(structure.props);
      // Decoding adds an absent field whose codec accepts undefined.
      return areTransparent(types) && !types.some((type) => guardOf(type)(undefined));
    }
    case 'PartialType':
      return areTransparent(Object.values(structure.props));
    case 'IntersectionType':
    case 'UnionType':
      return areTransparent(structure.types);
    case 'ArrayType':
    case 'RecursiveType':
    case 'RefinementType':
      return areTransparent([structure.type]);
    case 'DictionaryType':
      // Decoding strips the keys that the domain does not accept.
      return structure.domain === t.string && areTransparent([structure.codomain]);
    case 'LiteralType':
    case 'KeyofType':
      return true;
    case undefined:
      return false;
  }
}

/** Where in a value something does not fit: the way there, and what was expected. */
interface Place {
  readonly prefix: string;
  readonly name: string;
  readonly level: number;
}

const placesOf = (result: t.Validation<unknown>, root: Place): readonly Place[] =>
  result._tag === 'Left' ? explain(result.left, 0, root) : [];

/** Sorts errors whose contexts agree up to `depth`, which is the codec at `place`. */
function explain(errors: t.Errors, depth: number, place: Place): readonly Place[] {
  const places: Place[] = [];
  const deeper = new Map<string, t.ValidationError[]>();
  for (const error of errors) {
    const next = error.context[depth + 1];
    if (!next) places.push(place);
    else if (deeper.has(next.key)) deeper.get(next.key)?.push(error);
    else deeper.set(next.key, [error]);
  }
  const parent = unwrapped(errors[0]?.context[depth]?.type);
  const branches = [...deeper].map(([key, group]) => {
    const name = group[0]?.context[depth + 1]?.type.name ?? '';
    return explain(group, depth + 1, placeBelow(place, parent, key, name));
  });
  return places.concat(tagOf(parent) === 'UnionType' ? closest(branches, place) : branches.flat());
}

/** io-ts counts the members of unions and intersections as steps of the way; in the value they are none. */
function placeBelow(place: Place, parent: object, key: string, name: string): Place {
  if (tagOf(parent) === 'IntersectionType') return place;
  if (tagOf(parent) === 'UnionType') return { ...place, name };
  const { prefix, level } = place;
  return { prefix: `${prefix}${place.name}/${labelOf(parent, key)}: `, name, level: level + 1 };
}

/** A record's keys are data, e.g. the names of people; a codec's fields and positions are not. */
function labelOf(parent: object, key: string): string {
  const isField = 'props' in parent && Object.hasOwn(parent.props as t.Props, key);
  const isPosition = ARRAYS.has(tagOf(parent)) && /^\d+$/.test(key);
  return isField || isPosition ? key : '[*]';
}

const ARRAYS: ReadonlySet<unknown> = new Set(['ArrayType', 'ReadonlyArrayType', 'TupleType']);

/** Of a union's members the one that was meant: it failed inside, and in the fewest places. */
function closest(branches: readonly (readonly Place[])[], place: Place): readonly Place[] {
  const inside = branches.filter((places) => places.every(({ level }) => level > place.level));
  const [first, ...others] = inside;
  if (!first) return [place];
  return others.reduce((best, places) => (places.length < best.length ? places : best), first);
}

/** A codec without what stands around it and shares its step of the way. */
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

const shorten = (path: string): string => (path.length > 200 ? `${path.slice(0, 199)}…` : path);

/** Whether a value is larger or deeper than any entity; a long post has some 400 parts, in 7 levels. */
function isUnwieldy(value: unknown): boolean {
  let parts = 0;
  const walk = (part: unknown, level: number): boolean => {
    if (++parts > 50_000 || level > 50) return true;
    if (typeof part !== 'object' || part === null) return false;
    return Object.values(part).some((inner) => walk(inner, level + 1));
  };
  return walk(value, 0);
}
