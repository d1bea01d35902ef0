/** The entities' codecs, and what was generated from them, asked about the same. */
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

/** The check of the entity's shape, which says what the codec says. */
export const guardOf = (codec: t.Mixed): ((value: unknown) => boolean) => {
  const guard = guardStackOverflow(guardOfShape(nameOf(codec)), false);
  return (value) => {
    const fits = guard(value);
    expect(fits).toBe(codec.is(value));
    return fits;
  };
};

/** Where a value does not have the entity's shape, which is where the codec says. */
export const problemsOf = (codec: t.Mixed, value: unknown): string[] => {
  const misfits = validationProblems(nameOf(codec), value);
  expect(misfits).toEqual(problemsOfCodec(codec, value));
  return misfits;
};
