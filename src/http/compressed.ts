/** Reads bodies that are compressed although no compression was asked for; a browser does that by itself. */
import { switchMap } from 'rxjs';
import { lazyImport } from '../platform/lazyImport.ts';
import type { CompressedBody, HttpResponse } from './http.ts';

const decompress$ = lazyImport(() => import('./decompress.ts'));

/** Returns how a compressed body is read; undefined if it is not compressed. */
export function compressedBody(headers: HttpResponse['headers']): CompressedBody | undefined {
  const encoding = headers['content-encoding'];
  if (typeof encoding !== 'string' || /^(identity)?$/i.test(encoding)) return undefined;
  return {
    problem: `sent the stream with ${encoding} compression: a proxy compresses it`,
    read: (chunks, limit) =>
      decompress$.pipe(switchMap(({ decompress }) => decompress(chunks, headers, limit))),
  };
}
