/** The generated shapes of the entities, compared at each call with their codecs. */
import type * as t from 'io-ts';
import { expect } from 'vitest';
import { problemsOf as problemsOfCodec } from '../../src/decode/guards/problems.ts';
import {
  guardOf as guardOfShape,
  validationProblems,
  guardStackOverflow,
  type ShapeName,
} from '../../src/decode/guards/shape.ts';

const nameOf = ({ name }: t.Mixed): ShapeName => name as ShapeName;

/** Returns the check of an entity's shape, which expects the codec's result at each call. */
export const guardOf = (codec: t.Mixed): ((value: unknown) => boolean) => {
  const guard = guardStackOverflow(guardOfShape(nameOf(codec)), false);
  return (value) => {
    const fits = guard(value);
    expect(fits).toBe(codec.is(value));
    return fits;
  };
};

/** Returns the problems of a value by its shape, and expects those of the codec. */
export const problemsOf = (codec: t.Mixed, value: unknown): string[] => {
  const misfits = validationProblems(nameOf(codec), value);
  expect(misfits).toEqual(problemsOfCodec(codec, value));
  return misfits;
};
