/** Finds the structure of the codecs that io-ts has made. */
import * as t from 'io-ts';

/** The codecs whose parts are read. */
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

/** One codec of each kind of io-ts, to compare the functions of others with. */
const SAMPLES: readonly t.Mixed[] = [
  t.type({}),
  t.partial({}),
  t.intersection([t.unknown, t.unknown]),
  t.union([t.null, t.unknown]),
  // A union whose members differ in a literal has other functions.
  t.union([t.type({ a: t.literal(0) }), t.type({ a: t.literal(1) })]),
  t.array(t.unknown),
  t.record(t.string, t.unknown),
  t.literal(0),
  t.keyof({ a: null }),
  t.recursion<object>('', () => t.type({})),
  t.Int,
];

/**
 * The parts of a codec that io-ts made. `_tag` is not sufficient: a copy with another `is` or
 * `validate`, like one of io-ts-types' `withFallback`, has the same tag.
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
