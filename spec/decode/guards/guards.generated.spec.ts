import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import * as t from 'io-ts';
import { describe, expect, it } from 'vitest';
import * as generated from '../../../src/decode/guards/guards.generated.ts';
import { guardedCodecs, guardsSource, GUARDS_FILE } from '../../generate/guards.ts';
import { structureOf } from '../../generate/structure.ts';
import { account, status } from '../../helpers/entities.ts';
import { mutationsOf, samples } from '../../helpers/mutations.ts';

const guards: Readonly<Record<string, ((value: unknown) => boolean) | undefined>> = generated;

const guardOf = (codec: t.Mixed): ((value: unknown) => boolean) => {
  const guard = guards[`is${codec.name}`];
  if (!guard)
    throw new Error(`src/decode/guards/guards.generated.ts has no guard of ${codec.name}`);
  return guard;
};

/** About two seconds for all properties. */
const RUNS = { numRuns: 1_000 };

describe('src/decode/guards/guards.generated.ts', () => {
  it('is up to date with the codecs', async () => {
    const written = readFileSync(GUARDS_FILE, 'utf8');
    const current = await guardsSource(guardedCodecs);
    expect(written === current, 'it is stale: run `npm run generate`').toBe(true);
  });

  it.each(guardedCodecs.map((codec) => [codec.name, codec] as const))(
    'agrees with the codec about values that are not objects: %s',
    (_name, codec) => {
      for (const value of [undefined, null, '', 'text', 0, NaN, true, [], [{}], {}, () => 1]) {
        expect(guardOf(codec)(value)).toBe(codec.is(value));
      }
    },
  );

  it('accepts every recorded payload', () => {
    expect(samples.length).toBeGreaterThan(35);
    for (const [codec, payload] of samples) expect(guardOf(codec)(payload)).toBe(true);
  });

  it('agrees with the codec about arbitrary JSON', () => {
    const codec = fc
      .nat({ max: guardedCodecs.length - 1 })
      .map((n) => guardedCodecs[n] ?? t.unknown);
    fc.assert(
      fc.property(fc.jsonValue(), codec, (value, type) => {
        expect(guardOf(type)(value)).toBe(type.is(value));
      }),
      RUNS,
    );
  });

  it('agrees with the codec about mutated payloads', () => {
    let fitting = 0;
    fc.assert(
      fc.property(mutationsOf(samples.map(([, payload]) => payload)), ({ position, value }) => {
        const codec = samples[position]?.[0] ?? t.unknown;
        const fits = guardOf(codec)(value);
        if (fits) fitting++;
        expect(fits).toBe(codec.is(value));
      }),
      RUNS,
    );
    // If all or none were valid, the property would test nothing.
    expect(fitting).toBeGreaterThan(RUNS.numRuns / 10);
    expect(fitting).toBeLessThan((RUNS.numRuns * 9) / 10);
  });

  it('agrees with the codec about each single field, replaced by each kind of value', () => {
    let asked = 0;
    for (const codec of guardedCodecs) {
      const whole = exampleOf(codec);
      expect(codec.is(whole), codec.name).toBe(true);
      for (const { container, key } of fieldsOf(whole)) {
        const before = Reflect.get(container, key) as unknown;
        for (const value of [undefined, null, '', 7, true, {}, [null]]) {
          Reflect.set(container, key, value);
          asked++;
          expect(guardOf(codec)(whole), `${codec.name}: ${key}`).toBe(codec.is(whole));
        }
        Reflect.deleteProperty(container, key);
        expect(guardOf(codec)(whole), `${codec.name}: no ${key}`).toBe(codec.is(whole));
        Reflect.set(container, key, before);
      }
    }
    expect(asked).toBeGreaterThan(3_000);
  }, 30_000);
});

describe('guardsSource', () => {
  it.each<[name: string, codec: t.Mixed]>([
    ['Int', t.type({ a: t.Int }, 'A')],
    ['unknown', t.type({ a: t.unknown }, 'A')],
    ['undefined', t.type({ a: t.undefined }, 'A')],
    ['{ [K in string]: string }', t.type({ a: t.record(t.string, t.string) }, 'A')],
  ])('throws the name of a codec that it has no code for: %s', async (name, codec) => {
    await expect(guardsSource([codec])).rejects.toThrow(name);
  });

  it('distinguishes objects of the same name', async () => {
    const twice = t.type({ a: t.type({ x: t.string }, 'A'), b: t.type({ y: t.string }, 'A') }, 'A');
    const source = await guardsSource([twice]);
    expect(source).toContain('isA2(v.a)');
    expect(source).toContain('isA3(v.b)');
  });
});

describe('a value that is nested deeply', () => {
  it('is checked to any depth that JSON allows', () => {
    let post: unknown = status({ account: account({ id: 7 }) });
    for (let depth = 0; depth < 50; depth++) post = status({ reblog: post });
    expect(generated.isStatus(post)).toBe(false);
  });
});

/** A value with every field of `codec`; a recursive codec occurs once on each path. */
function exampleOf(codec: t.Mixed, above: readonly t.Mixed[] = []): unknown {
  if (codec === t.string) return 'text';
  if (codec === t.number) return 1;
  if (codec === t.boolean) return true;
  const structure = structureOf(codec, 'is');
  switch (structure?._tag) {
    case 'InterfaceType':
    case 'PartialType':
      return Object.fromEntries(
        Object.entries(structure.props).map(([key, type]) => [key, exampleOf(type, above)]),
      );
    case 'IntersectionType':
      return Object.assign({}, ...structure.types.map((type) => exampleOf(type, above))) as unknown;
    case 'UnionType': {
      const type = structure.types.at(-1) ?? t.unknown;
      return above.includes(type) ? null : exampleOf(type, above);
    }
    case 'RecursiveType':
      return exampleOf(structure.type, [...above, codec]);
    case 'ArrayType':
      return [exampleOf(structure.type, above)];
    default:
      throw new Error(`no example of ${codec.name}`);
  }
}

function* fieldsOf(value: unknown): Generator<{ container: object; key: string }> {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    yield { container: value, key };
    yield* fieldsOf(Reflect.get(value, key));
  }
}
