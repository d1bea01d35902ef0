/** What io-ts made a codec of. */
import * as t from 'io-ts';

/** The codecs that are taken apart. */
export type Structure =
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
