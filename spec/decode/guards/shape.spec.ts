import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import * as t from 'io-ts';
import { describe, expect, it } from 'vitest';
import { Status } from '../../../src/model/entities/status.ts';
import { validationProblems } from '../../../src/decode/guards/shape.ts';
import { guardedCodecs } from '../../generate/guards.ts';
import { shapesSource, SHAPES_FILE } from '../../generate/shapes.ts';
import { status, type Json } from '../../helpers/entities.ts';
import { mutationsOf, samples } from '../../helpers/mutations.ts';
import { guardOf, problemsOf } from '../../helpers/shapes.ts';

/** A few seconds for all properties; fast-check prints the seed of a failure. */
const RUNS = { numRuns: 1_000 };

describe('src/decode/guards/shapes.generated.ts', () => {
  it('is up to date with the codecs', async () => {
    const written = readFileSync(SHAPES_FILE, 'utf8');
    const current = await shapesSource(guardedCodecs);
    expect(written === current, 'it is stale: run `npm run generate`').toBe(true);
  });

  it.each<[name: string, codec: t.Mixed]>([
    ['Int', t.type({ a: t.Int }, 'A')],
    ['unknown', t.type({ a: t.unknown }, 'A')],
    ['{ [K in string]: string }', t.type({ a: t.record(t.string, t.string) }, 'A')],
  ])('throws the name of a codec that it cannot represent: %s', async (name, codec) => {
    await expect(shapesSource([codec])).rejects.toThrow(name);
  });

  it('has one codec for each name', async () => {
    const twice = t.type({ a: t.type({ x: t.string }, 'B'), b: t.type({ y: t.string }, 'B') }, 'A');
    await expect(shapesSource([twice])).rejects.toThrow('Two codecs are called B');
  });
});

/** `guardOf` and `problemsOf` compare the result of the shape with that of its codec at each call. */
describe('a shape agrees with its codec about the validity and the problems', () => {
  it('of every recorded payload', () => {
    expect(samples.length).toBeGreaterThan(35);
    for (const [codec, payload] of samples) {
      expect(guardOf(codec)(payload)).toBe(true);
      expect(problemsOf(codec, payload)).toEqual([]);
    }
  });

  it.each(guardedCodecs.map((codec) => [codec.name, codec] as const))(
    'of values that are not objects: %s',
    (_name, codec) => {
      for (const value of [undefined, null, '', 'text', 0, NaN, true, [], [{}], {}]) {
        guardOf(codec)(value);
        problemsOf(codec, value);
      }
    },
  );

  it('of arbitrary JSON', () => {
    const codec = fc
      .nat({ max: guardedCodecs.length - 1 })
      .map((position) => guardedCodecs[position] ?? t.unknown);
    fc.assert(
      fc.property(fc.jsonValue(), codec, (value, type) => {
        const fits = guardOf(type)(value);
        expect(problemsOf(type, value).length === 0).toBe(fits);
      }),
      RUNS,
    );
  });

  it('of mutated payloads', () => {
    let fitting = 0;
    fc.assert(
      fc.property(mutationsOf(samples.map(([, payload]) => payload)), ({ position, value }) => {
        const codec = samples[position]?.[0] ?? t.unknown;
        const fits = guardOf(codec)(value);
        if (fits) fitting++;
        expect(problemsOf(codec, value).length === 0).toBe(fits);
      }),
      RUNS,
    );
    // If all or none were valid, the property would test nothing.
    expect(fitting).toBeGreaterThan(RUNS.numRuns / 10);
    expect(fitting).toBeLessThan((RUNS.numRuns * 9) / 10);
  });
});

describe('a value', () => {
  it.each([
    ['deeper', () => Array.from({ length: 5_000 }).reduce<unknown>((reblog) => ({ reblog }), null)],
    ['larger', () => ({ media_attachments: Array.from({ length: 100_000 }, () => 7) })],
  ])('that is %s than any post is invalid, without a path', (_what, make) => {
    const value = make();
    expect(guardOf(Status)(value)).toBe(false);
    expect(problemsOf(Status, value)).toEqual(['Status']);
  });

  it('that is too deep for the stack is invalid, although its codec throws', () => {
    let post: Json = status();
    for (let depth = 0; depth < 20_000; depth++) post = status({ reblog: post });
    expect(() => Status.is(post)).toThrow(RangeError);
    expect(validationProblems('Status', post)).toEqual(['Status']);
  });

  it('has at most 10 problems, in at most 200 characters each', () => {
    expect(problemsOf(Status, {})).toHaveLength(10);
    let deep: Json = {};
    for (let depth = 0; depth < 40; depth++) deep = status({ reblog: deep });
    const problems = problemsOf(Status, deep);
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem.length).toBeLessThanOrEqual(200);
  });
});
