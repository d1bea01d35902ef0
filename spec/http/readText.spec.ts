import { deflateSync, gzipSync } from 'node:zlib';
import { concat, lastValueFrom, NEVER, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { headOf } from '../../src/http/headOf.ts';
import { readText } from '../../src/http/readText.ts';
import type { HttpResponse } from '../../src/http/http.ts';
import { bytes } from '../helpers/bytes.ts';
import { marbles } from '../helpers/marbles.ts';

const responseOf = (body: HttpResponse['body']): HttpResponse => ({
  status: 500,
  headers: {},
  url: new URL('https://mastodon.example'),
  body,
});

describe('readText', () => {
  it('emits the body as text when it is complete, with characters of several bytes cut or whole', () => {
    marbles(({ cold, expectObservable }) => {
      const [head, rest] = [bytes('☃ 😹').subarray(0, 5), bytes('☃ 😹').subarray(5)];
      const body = cold('a-b-|', { a: head, b: rest });
      expectObservable(readText(responseOf(body), 100)).toBe('----(t|)', { t: '☃ 😹' });
    });
  });

  it('drops the bytes beyond the limit', async () => {
    const body = of(bytes('abc'), bytes('def'), bytes('ghi'));
    expect(await lastValueFrom(readText(responseOf(body), 5))).toBe('abcde');
  });

  it('emits empty text for an empty body, and errors with the body', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(readText(responseOf(cold('--|')), 5)).toBe('--(t|)', { t: '' });
      const broken = concat(
        of(bytes('a')),
        throwError(() => new Error('lost')),
      );
      expectObservable(readText(responseOf(broken), 5)).toBe('#', undefined, new Error('lost'));
      expectObservable(readText(responseOf(NEVER), 5)).toBe('-');
    });
  });
});

describe('readText of a compressed body', () => {
  const compressed = (body: Uint8Array, encoding: string): HttpResponse => ({
    ...responseOf(of(body.subarray(0, 3), body.subarray(3))),
    ...headOf(200, { 'content-encoding': encoding }),
  });

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
  ])('decompresses %s', async (encoding, compress) => {
    const response = compressed(compress('{"error":"☃"}'), encoding);
    expect(await lastValueFrom(readText(response, 100))).toBe('{"error":"☃"}');
  });

  it('reads no more than the limit of decompressed bytes', async () => {
    const response = compressed(gzipSync('0'.repeat(10_000_000)), 'gzip');
    expect(await lastValueFrom(readText(response, 65_536))).toBe('0'.repeat(65_536));
  });

  it('errors if the body contradicts its header, and leaves an unknown encoding as it is', async () => {
    const lie = compressed(bytes('{"error":"no gzip"}'), 'gzip');
    await expect(lastValueFrom(readText(lie, 100))).rejects.toThrow();
    const strange = compressed(bytes('as it is'), 'zstd');
    expect(await lastValueFrom(readText(strange, 100))).toBe('as it is');
  });
});
