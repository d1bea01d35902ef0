/** Reads a short body as text. */
import { mergeMap, of, reduce, switchMap, type Observable } from 'rxjs';
import { lazyImport } from '../platform/lazyImport.ts';
import type { HttpResponse } from './http.ts';

/** Loaded by the first body that is compressed although no compression was asked for. */
const decompress$ = lazyImport(() => import('./decompress.ts'));

/** Emits the body as text, once it is complete. What goes beyond `limit` (bytes) is left out. */
export function readText({ body, headers }: HttpResponse, limit: number): Observable<string> {
  return body.pipe(
    reduce(
      (read: { chunks: Uint8Array<ArrayBuffer>[]; size: number }, chunk) => {
        if (read.size < limit) read.chunks.push(chunk.slice(0, limit - read.size));
        read.size += chunk.length;
        return read;
      },
      { chunks: [], size: 0 },
    ),
    mergeMap(({ chunks }) => {
      if (encodingOf(headers) !== undefined) {
        return decompress$.pipe(switchMap((module) => module.decompress(chunks, headers, limit)));
      }
      const decoder = new TextDecoder();
      return of(chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join(''));
    }),
  );
}

/** The name of the body's compression; undefined if it is not compressed. */
export function encodingOf(headers: HttpResponse['headers']): string | undefined {
  const encoding = headers['content-encoding'];
  return typeof encoding === 'string' && !/^(identity)?$/i.test(encoding) ? encoding : undefined;
}
