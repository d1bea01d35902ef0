/** Reads a short body as text. */
import { mergeMap, of, reduce, type Observable } from 'rxjs';
import type { HttpResponse } from './http.ts';

/** Emits the body as text, once it is complete, without the bytes beyond `limit`. */
export function readText({ body, compressed }: HttpResponse, limit: number): Observable<string> {
  return body.pipe(
    reduce(
      (read: { chunks: Uint8Array<ArrayBuffer>[]; size: number }, chunk) => {
        if (read.size < limit) read.chunks.push(chunk.slice(0, limit - read.size));
        read.size += chunk.length;
        return read;
      },
      { chunks: [], size: 0 },
    ),
    mergeMap(({ chunks }) => compressed?.read(chunks, limit) ?? of(textOf(chunks))),
  );
}

function textOf(chunks: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('');
}
