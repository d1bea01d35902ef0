/**
 * Reads bodies that are compressed although the request asked for no compression. A browser decompresses by itself.
 */
import { switchMap } from 'rxjs';
import { lazyImport } from '../platform/lazyImport.ts';
import type { CompressedBody, HttpResponse } from './http.ts';

const decompress$ = lazyImport(() => import('./decompress.ts'));

/** Returns the way to read a compressed body; undefined if the body is not compressed. */
export function compressedBody(headers: HttpResponse['headers']): CompressedBody | undefined {
  const encoding = headers['content-encoding'];
  if (typeof encoding !== 'string' || /^(identity)?$/i.test(encoding)) return undefined;
  return {
    problem: `sent the stream with ${encoding} compression: a proxy compresses it`,
    read: (chunks, limit) =>
      decompress$.pipe(switchMap(({ decompress }) => decompress(chunks, headers, limit))),
  };
}
