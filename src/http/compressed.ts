/** Reads short bodies that are compressed although no compression was asked for; a browser does that by itself. */
import { from, map, mergeMap, switchMap, type Observable } from 'rxjs';
import { lazyImport } from '../platform/lazyImport.ts';
import type { HttpResponse } from './http.ts';

const decompress$ = lazyImport(async () => (await import('./decompress.ts')).decompress);

/** The name of the body's compression; undefined if it is not compressed. */
export function encodingOf(headers: HttpResponse['headers']): string | undefined {
  const encoding = headers['content-encoding'];
  return typeof encoding === 'string' && !/^(identity)?$/i.test(encoding) ? encoding : undefined;
}

/** Emits the text of a compressed body, up to `limit` bytes; undefined if it is not compressed. */
export function readCompressed(
  chunks: Uint8Array<ArrayBuffer>[],
  headers: HttpResponse['headers'],
  limit: number,
): Observable<string> | undefined {
  if (encodingOf(headers) === undefined) return undefined;
  return from(new Blob(chunks).arrayBuffer()).pipe(
    mergeMap((bytes) =>
      decompress$.pipe(
        switchMap((decompress) => decompress(new Uint8Array(bytes), headers, limit)),
      ),
    ),
    map((bytes) => new TextDecoder().decode(bytes)),
  );
}
