import fc from 'fast-check';
import * as t from 'io-ts';
import { describe, expect, it, vi } from 'vitest';
import { Account, Conversation, Notification, Status } from '../src/entities/index.ts';
import { guardOf, isTransparent, problemsOf } from '../src/guard.ts';
import { account, status, type Json } from './helpers/entities.ts';
import { mutationsOf, samples } from './helpers/mutations.ts';

/** A codec that io-ts did not make: it reads a number from a text. */
const NumberFromString = new t.Type<number, string>(
  'NumberFromString',
  t.number.is,
  (input, context) => {
    const value = typeof input === 'string' ? Number(input) : NaN;
    return Number.isNaN(value)
      ? t.failure(input, context, `not a number: ${JSON.stringify(input)}`)
      : t.success(value);
  },
  String,
);

/** A codec that io-ts did not make, and whose check is `is`. */
const customCodec = (is: (value: unknown) => boolean): t.Mixed =>
  new t.Type('Custom', is as t.Is<unknown>, t.success, t.identity);

/** As io-ts-types' `withFallback`: a copy whose `_tag` is the original's and whose decoding is not. */
function withFallback<C extends t.Mixed>(codec: C, fallback: t.TypeOf<C>): C {
  const validate: t.Validate<unknown, unknown> = (input, context) => {
    const result = codec.validate(input, context);
    return result._tag === 'Right' ? result : t.success(fallback);
  };
  return Object.assign(Object.create(Object.getPrototypeOf(codec) as object), codec, {
    validate,
    decode: (input: unknown) => validate(input, []),
  }) as C;
}

/** A copy that asks for more than its `_tag` tells. */
const nonEmpty = <C extends t.Mixed>(codec: C): C =>
  Object.assign(Object.create(Object.getPrototypeOf(codec) as object), codec, {
    is: (value: unknown) => codec.is(value) && Object.keys(value as object).length > 0,
  }) as C;

interface Tree {
  value: number;
  children?: Tree[];
}

const Tree: t.Type<Tree> = t.recursion('Tree', () =>
  t.intersection([t.type({ value: t.number }), t.partial({ children: t.array(Tree) })], 'Tree'),
);

const Point = t.type({ x: t.number, y: t.number }, 'Point');
const Shape = t.union(
  [
    t.type({ kind: t.literal('circle'), radius: t.number }, 'Circle'),
    t.type({ kind: t.literal('square'), side: t.number }, 'Square'),
  ],
  'Shape',
);

const TRANSPARENT: t.Mixed[] = [
  t.string,
  t.number,
  t.boolean,
  t.null,
  t.undefined,
  t.unknown,
  t.UnknownArray,
  t.UnknownRecord,
  t.literal('a'),
  t.literal(0),
  t.literal(true),
  t.keyof({ a: null }, 'Key'),
  t.keyof({ a: null, constructor: null }, 'OddKey'),
  t.array(t.string),
  t.array(t.union([t.string, t.undefined])),
  Point,
  t.type({}, 'Nothing'),
  t.type({ toString: t.string }, 'Inherited'),
  t.partial({ x: t.number, toString: t.string }, 'Partly'),
  t.partial({ x: t.union([t.null, t.number]), y: t.unknown }, 'Nullable'),
  t.intersection([Point, t.partial({ x: t.literal(1), z: t.number })], 'Twice'),
  t.intersection([t.type({ x: t.union([t.number, t.string]) }), t.partial({ a: t.string }), Point]),
  t.intersection([t.string, t.literal('a')], 'Both'),
  t.intersection([t.UnknownRecord, t.record(t.string, t.number)], 'Counts'),
  t.intersection([t.type({}), t.unknown], 'Object'),
  t.union([t.null, t.string], 'Maybe'),
  t.union([t.string, t.number, t.null], 'Scalar'),
  t.union([t.array(t.number), Point]),
  Shape,
  t.array(Shape),
  t.record(t.string, t.union([t.null, t.number])),
  t.Int,
  t.brand(
    Point,
    (p): p is t.Branded<{ x: number; y: number }, { readonly Origin: symbol }> => p.x === 0,
    'Origin',
  ),
  Tree,
  Account,
  Conversation,
  Notification,
  Status,
];

const OPAQUE: t.Mixed[] = [
  NumberFromString,
  t.string.pipe(NumberFromString),
  t.exact(Point),
  t.strict({ x: t.number }),
  t.readonly(Point),
  t.readonlyArray(Point),
  t.tuple([t.number, t.string]),
  t.record(t.keyof({ x: null, y: null }), t.number),
  t.record(t.keyof({ x: null, y: null }), t.unknown),
  t.record(t.literal('x'), t.unknown),
  t.record(t.Int, t.string),
  t.record(
    t.brand(
      t.string,
      (s): s is t.Branded<string, { readonly Short: symbol }> => s.length < 2,
      'Short',
    ),
    t.number,
  ),
  t.record(t.string, t.any),
  t.type({ x: t.unknown }, 'Whatever'),
  t.type({ x: t.union([t.string, t.undefined]) }, 'Unset'),
  t.type({ x: t.undefined }, 'Never'),
  t.type({ constructor: t.unknown }, 'Constructed'),
  t.any,
  t.void,
  t.bigint,
  t.Function,
  withFallback(t.string, 'x'),
  withFallback(Point, { x: 0, y: 0 }),
  withFallback(t.array(t.number), []),
  nonEmpty(t.array(t.number)),
  nonEmpty(t.partial({ x: t.number })),
  t.type({ x: NumberFromString }),
  t.partial({ x: withFallback(t.string, 'x') }),
  t.array(NumberFromString),
  t.union([t.null, NumberFromString]),
  t.intersection([Point, nonEmpty(t.partial({ z: t.number }))]),
  t.record(t.string, NumberFromString),
  t.recursion<{ x: number }, { x: string }>('Later', () => t.type({ x: NumberFromString })),
];

class Inheriting {
  x = 1;
  get y(): number {
    return this.x + 1;
  }
}

const VALUES: unknown[] = [
  undefined,
  null,
  '',
  'a',
  'constructor',
  0,
  1,
  1.5,
  NaN,
  true,
  false,
  7n,
  Symbol('s'),
  () => 1,
  [],
  ['a'],
  [1, 2],
  [1, 'a'],
  [undefined],
  new Array<unknown>(2),
  [1, , 2], // eslint-disable-line no-sparse-arrays
  {},
  { x: 1 },
  { x: null },
  { x: undefined },
  { x: undefined, y: undefined },
  { x: 1, y: 2 },
  { x: 0, y: 2, z: 3, a: 'a' },
  { x: 1, y: 2, z: 'no' },
  { x: 1, y: '2' },
  { x: 1, y: 2, toString: 'text' },
  { constructor: undefined, toString: 'text' },
  { kind: 'circle', radius: 1 },
  { kind: 'square', side: 1 },
  { kind: 'square', radius: 1 },
  { kind: 'line' },
  [{ kind: 'circle', radius: 1 }, { kind: 'circle' }],
  { value: 1, children: [{ value: 2, children: [{ value: 3 }] }] },
  { value: 1, children: [{ value: 2, children: [{ value: '3' }] }] },
  JSON.parse('{"__proto__": {"x": 1, "y": 2}}'),
  JSON.parse('{"__proto__": 7, "x": 1, "y": 2}'),
  Object.assign(Object.create({ x: 1, y: 2 }) as object, { a: 'a' }),
  Object.assign(Object.create(null) as object, { x: 1, y: 2 }),
  Object.defineProperty({ x: 1 }, 'y', { value: 'hidden' }),
  Object.assign([1], { x: 1, y: 2 }),
  new Inheriting(),
  new Map([['x', 1]]),
  new Date(0),
  account(),
  status(),
  status({ reblog: status({ content: 7 }) }),
  account({ moved: account({ id: 7 }) }),
];

describe('guardOf', () => {
  it.each([...TRANSPARENT, ...OPAQUE].map((codec) => [codec.name, codec] as const))(
    'agrees with the codec on every value: %s',
    (_name, codec) => {
      const guard = guardOf(codec);
      expect(VALUES.map((value) => guard(value))).toEqual(VALUES.map((value) => codec.is(value)));
    },
  );

  it('gives the same function for the same codec', () => {
    expect(guardOf(Status)).toBe(guardOf(Status));
    expect(guardOf(Status)).not.toBe(guardOf(Account));
  });

  it('takes a codec apart at the first value, and never again', () => {
    const codec = t.type({ a: t.string });
    const props = vi.fn(() => ({ a: t.string }));
    Object.defineProperty(codec, 'props', { get: props });
    const guard = guardOf(codec);
    expect(props).not.toHaveBeenCalled();

    expect(guard({ a: 'x' })).toBe(true);
    expect(guard({ a: 7 })).toBe(false);
    expect(guardOf(codec)({ a: 'y' })).toBe(true);
    expect(props).toHaveBeenCalledTimes(1);
  });

  it('does not run a recursive definition before it is asked', () => {
    const definition = vi.fn(() => t.array(t.string));
    const guard = guardOf(t.recursion<string[]>('Lazy', definition));
    expect(definition).not.toHaveBeenCalled();

    expect(guard(['text'])).toBe(true);
    expect(guard([7])).toBe(false);
    expect(definition).toHaveBeenCalledTimes(1);
  });

  it('asks a codec that io-ts did not make, with the value it is about', () => {
    const is = vi.fn((value: unknown) => value === 'mine');
    const custom = customCodec(is);

    expect(guardOf(t.type({ a: custom }))({ a: 'mine' })).toBe(true);
    expect(guardOf(t.type({ a: custom }))({ a: 'yours' })).toBe(false);
    expect(is.mock.calls).toEqual([['mine'], ['yours']]);
  });

  it('lets the error of a custom codec through', () => {
    const custom = customCodec(() => {
      throw new TypeError('mine');
    });
    expect(() => guardOf(t.array(custom))(['x'])).toThrow(new TypeError('mine'));
  });

  it('turns a value down that is nested too deeply for the stack', () => {
    let tree: Tree = { value: 0 };
    for (let depth = 0; depth < 100_000; depth++) tree = { value: depth, children: [tree] };

    expect(() => Tree.is(tree)).toThrow(RangeError);
    expect(guardOf(Tree)(tree)).toBe(false);
  });

  it('narrows to what the codec accepts', () => {
    const value: unknown = { x: 1, y: 2 };
    expect(guardOf(Point)(value) && value.x + value.y).toBe(3);
  });
});

describe('isTransparent', () => {
  it.each(TRANSPARENT.map((codec) => [codec.name, codec] as const))(
    'is true of %s',
    (_name, codec) => {
      expect(isTransparent(codec)).toBe(true);
    },
  );

  it.each(OPAQUE.map((codec) => [codec.name, codec] as const))('is false of %s', (_name, codec) => {
    expect(isTransparent(codec)).toBe(false);
  });

  it.each(TRANSPARENT.map((codec) => [codec.name, codec] as const))(
    'means that decoding JSON changes nothing and fails where the guard does: %s',
    (_name, codec) => {
      const json = VALUES.filter((value) => value !== undefined && isJson(value));
      expect(json.length).toBeGreaterThan(25);
      for (const value of json) {
        const result = codec.decode(value);
        expect(result._tag).toBe(guardOf(codec)(value) ? 'Right' : 'Left');
        if (result._tag === 'Right') expect(result.right).toBe(value);
      }
    },
  );
});

/** Whether a value is one that JSON.parse can return. */
const isJson = (value: unknown): boolean => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return Array.from(value as unknown[]).every(isJson);
  return (
    typeof value === 'object' &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.getOwnPropertyNames(value).every((key) => isJson((value as Json)[key]))
  );
};

describe('problemsOf', () => {
  it.each<[path: string, codec: t.Mixed, value: unknown]>([
    ['string', t.string, 7],
    ['Point', Point, null],
    ['Point/y: number', Point, { x: 1 }],
    [
      'Tree/children: Array<Tree>/1: Tree/value: number',
      Tree,
      { value: 1, children: [{ value: 1 }, {}] },
    ],
    ['Shape', Shape, { kind: 'line' }],
    ['Circle/radius: number', Shape, { kind: 'circle' }],
    ['Maybe', t.union([t.null, t.string], 'Maybe'), 7],
    ['Point/x: number', t.union([t.null, t.union([t.string, Point])]), { y: 1 }],
    ['Counts/[*]: number', t.record(t.string, t.number, 'Counts'), { 'ada@here.example': 'x' }],
    ['Counts/[*]: Point/y: number', t.record(t.string, Point, 'Counts'), { ada: { x: 1 } }],
    ['Two/1: string', t.tuple([t.string, t.string], 'Two'), ['a', 7]],
    ['Some/0: string', t.readonlyArray(t.string, 'Some'), [7]],
    ['Outer/p: Exact/x: number', t.type({ p: t.exact(Point, 'Exact') }, 'Outer'), { p: { y: 1 } }],
    ['Outer/n: Int', t.type({ n: t.Int }, 'Outer'), { n: 1.5 }],
    ['Outer/n: NumberFromString', t.type({ n: NumberFromString }, 'Outer'), { n: 'secret' }],
  ])('says %s', (path, codec, value) => {
    expect(problemsOf(codec, value)).toEqual([path]);
  });

  it('names each of the fields that do not fit, once', () => {
    const value = status({
      id: 1,
      account: account({ id: 1, acct: null }),
      media_attachments: [{}, {}],
    });
    expect(problemsOf(Status, value)).toEqual([
      'Status/id: string',
      'Status/account: Account/id: string',
      'Status/account: Account/acct: string',
      'Status/media_attachments: Array<MediaAttachment>/0: MediaAttachment/id: string',
      'Status/media_attachments: Array<MediaAttachment>/0: MediaAttachment/type: string',
      'Status/media_attachments: Array<MediaAttachment>/0: MediaAttachment/url: string | null',
      'Status/media_attachments: Array<MediaAttachment>/1: MediaAttachment/id: string',
      'Status/media_attachments: Array<MediaAttachment>/1: MediaAttachment/type: string',
      'Status/media_attachments: Array<MediaAttachment>/1: MediaAttachment/url: string | null',
    ]);
    expect(problemsOf(t.record(t.string, t.number, 'Counts'), { a: 'x', b: 'y' })).toHaveLength(1);
  });

  it('is empty where the codec accepts the value, also by changing it', () => {
    expect(problemsOf(NumberFromString, '7')).toEqual([]);
    expect(problemsOf(t.exact(Point), { x: 1, y: 2, z: 3 })).toEqual([]);
  });

  it('names 10 at most, none longer than 200 characters', () => {
    const problems = problemsOf(Status, {});
    expect(problems).toHaveLength(10);

    let deep: Json = {};
    for (let depth = 0; depth < 40; depth++) deep = status({ reblog: deep });
    for (const problem of problemsOf(Status, deep)) expect(problem.length).toBeLessThanOrEqual(200);
  });

  it.each([
    ['deeper', () => Array.from({ length: 5_000 }).reduce<unknown>((reblog) => ({ reblog }), null)],
    ['larger', () => ({ media_attachments: Array.from({ length: 100_000 }, () => 7) })],
  ])('explains nothing of a value that is %s than any post', (_what, make) => {
    const value = make();
    expect(guardOf(Status)(value)).toBe(false);
    expect(problemsOf(Status, value)).toEqual(['Status']);
  });
});

/** All three properties together take a second or two; fast-check prints the seed of one that fails. */
const RUNS = { numRuns: 700 };

const codecs = [...TRANSPARENT, ...OPAQUE];

/** Codecs by position: a counterexample would print all of a codec's code. */
const anyCodec = fc.nat({ max: codecs.length - 1 });
const codecAt = (position: number): t.Mixed => codecs[position] ?? t.unknown;

const mutated = mutationsOf(samples.map(([, payload]) => payload));

describe('on arbitrary values', () => {
  it('guardOf agrees with the codec about JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), anyCodec, (value, position) => {
        const codec = codecAt(position);
        expect(guardOf(codec)(value), codec.name).toBe(codec.is(value));
      }),
      RUNS,
    );
  });

  it('guardOf agrees with the codec about payloads that were tampered with, and so does decode', () => {
    let fitting = 0;
    fc.assert(
      fc.property(mutated, ({ position, value }) => {
        const codec = samples[position]?.[0] ?? t.unknown;
        const fits = guardOf(codec)(value);
        if (fits) fitting++;
        expect(fits).toBe(codec.is(value));
        expect(problemsOf(codec, value).length === 0).toBe(fits);
      }),
      RUNS,
    );
    // Were it all of them or none, nothing would have been tested.
    expect(fitting).toBeGreaterThan(RUNS.numRuns / 10);
    expect(fitting).toBeLessThan((RUNS.numRuns * 9) / 10);
  });

  it('problemsOf shows nothing of the value', () => {
    // Every key and every text is marked, so that a single one in a problem would be seen.
    const marked = fc.string({ maxLength: 8 }).map((text) => `§${text}`);
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        marked,
        fc.constantFrom<unknown>(null, 7, true),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(marked, tie('tree'), { maxKeys: 3, noNullPrototype: true }),
      ),
    }));
    const field = fc.constantFrom('id', 'account', 'media_attachments', 'reblog', 'quote', 'poll');
    let reported = 0;

    fc.assert(
      fc.property(anyCodec, field, tree, (position, key, value) => {
        const problems = [
          ...problemsOf(codecAt(position), value),
          ...problemsOf(codecAt(position), { [key]: value }),
          ...problemsOf(Status, status({ [key]: value })),
          ...problemsOf(t.record(t.string, Account, 'People'), {
            '§ada': account({ [key]: value }),
          }),
        ];
        reported += problems.length;
        expect(problems.join('\n')).not.toContain('§');
      }),
      RUNS,
    );
    expect(reported).toBeGreaterThan(RUNS.numRuns);
  });
});
