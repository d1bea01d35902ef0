import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as errors from '../../src/model/errors.ts';

const {
  MastodonApiError,
  MastodonError,
  MastodonIllegalArgumentError,
  MastodonMalformedEventError,
  MastodonNetworkError,
  MastodonNotFoundError,
  MastodonRateLimitError,
  MastodonReadTimeoutError,
  MastodonServerError,
  MastodonStreamEndedError,
  MastodonUnauthorizedError,
  MastodonUnsupportedError,
} = errors;

describe('the errors', () => {
  it.each([
    [new MastodonNetworkError('x'), true, [MastodonError]],
    [new MastodonReadTimeoutError(1), true, [MastodonNetworkError, MastodonError]],
    [new MastodonStreamEndedError(), true, [MastodonNetworkError, MastodonError]],
    [new MastodonApiError('x', { status: 400 }), false, [MastodonError]],
    [new MastodonUnauthorizedError('x', { status: 401 }), false, [MastodonApiError]],
    [new MastodonNotFoundError('x', { status: 404 }), false, [MastodonApiError]],
    [new MastodonRateLimitError('x', { status: 429 }), true, [MastodonApiError]],
    [new MastodonServerError('x', { status: 500 }), true, [MastodonApiError]],
    [new MastodonMalformedEventError('too-long', 'e', 1), true, [MastodonError]],
    [new MastodonIllegalArgumentError('x'), false, [MastodonError]],
    [new MastodonUnsupportedError('x'), false, [MastodonError]],
  ] as const)('%s: retryable is %s', (error, retryable, parents) => {
    expect(error.retryable).toBe(retryable);
    expect(error.name).toBe(error.constructor.name);
    for (const parent of [...parents, Error]) expect(error).toBeInstanceOf(parent);
  });

  it.each([
    [400, false],
    [401, false],
    [403, false],
    [404, false],
    [408, true],
    [410, false],
    [422, false],
    [425, true],
    [429, true],
    [500, true],
    [502, true],
    [503, true],
    [301, false],
    [200, false],
  ])('status %i: retryable is %s', (status, retryable) => {
    expect(new MastodonApiError('x', { status }).retryable).toBe(retryable);
  });

  it('include every export of the file', () => {
    const classes = Object.values(errors).filter((value) => typeof value === 'function');
    expect(classes).toHaveLength(12);
    expect(new Set(classes.map(({ name }) => name)).size).toBe(12);
  });

  describe('their texts', () => {
    const secret = 's3cret';
    const cause = Object.assign(new Error(`GET with Bearer ${secret}`), {
      code: 'ECONNREFUSED',
      request: { headers: { authorization: `Bearer ${secret}` } },
    });
    const error = new MastodonNetworkError('No answer', { cause });

    it('keep the cause for callers', () => {
      expect(error.cause).toBe(cause);
    });

    it.each([
      ['toString', String(error)],
      ['JSON.stringify', JSON.stringify(error)],
      ['util.inspect', inspect(error, { depth: 10, showHidden: true })],
      ['util.inspect in an object', inspect({ error }, { depth: 10 })],
      ['the stack', error.stack ?? ''],
    ])('of %s have the message, and nothing of the cause', (_how, text) => {
      expect(text).toContain('No answer');
      expect(text).not.toContain(secret);
    });

    it('of JSON.stringify and util.inspect have the name and the code of the cause, and the fields', () => {
      expect(JSON.parse(JSON.stringify(error))).toEqual({
        name: 'MastodonNetworkError',
        message: 'No answer',
        retryable: true,
        cause: { name: 'Error', code: 'ECONNREFUSED' },
      });
      expect(inspect(error)).toContain("code: 'ECONNREFUSED'");
      const limited = new MastodonRateLimitError('x', { status: 429, retryAfter: 5 });
      expect(inspect(limited)).toMatch(/status: 429/);
    });

    it('have the type of a cause that is not an error', () => {
      const odd = new MastodonNetworkError('x', { cause: secret });
      expect(JSON.stringify(odd)).toContain('"cause":"string"');
    });
  });

  describe('MastodonMalformedEventError', () => {
    it.each([
      [
        'invalid-json',
        'update',
        'The event "update" (number 3 of its connection) is not valid JSON',
      ],
      ['no-event-name', undefined, 'An event (number 3 of its connection) has no name'],
    ] as const)('names the event in its message: %s', (reason, event, message) => {
      const error = new MastodonMalformedEventError(reason, event, 3);
      expect(error).toMatchObject({ message, reason, eventName: event, position: 3 });
    });

    it('shortens a long name, and escapes its control characters', () => {
      const error = new MastodonMalformedEventError(
        'invalid-json',
        `\u001b[2J${'x'.repeat(1e6)}`,
        1,
      );
      expect(error.message.length).toBeLessThan(200);
      expect(error.message).not.toContain('\u001b');
    });
  });
});
