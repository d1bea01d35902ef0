import { STATUS_CODES } from 'node:http';
import { expect, it } from 'vitest';
import { STATUS_TEXTS } from '../../src/testing/statusTexts.ts';

it('the reason phrases are those of Node', () => {
  const later = Object.entries(STATUS_CODES).filter(
    ([status]) => !STATUS_TEXTS.has(Number(status)),
  );
  expect(later).toEqual([]);
  expect(Object.fromEntries(STATUS_TEXTS)).toMatchObject(STATUS_CODES);
});
