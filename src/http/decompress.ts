/** Decompresses a short body, for servers that compress although the request asked for no compression. */
import { from, map, type Observable } from 'rxjs';
import type { HttpResponse } from './http.ts';

/**
 * Emits the text of a body, decompressed, up to `limit` bytes of it. A body that is not compressed, or in an
 * unknown format, is read as it is. Errors if the body is not in the format that its header names.
 */
export function decompress(
  body: Uint8Array<ArrayBuffer>[],
  headers: HttpResponse['headers'],
  limit: number,
): Observable<string> {
  const encoding = headers['content-encoding'];
  const format = typeof encoding === 'string' ? FORMATS.get(encoding.toLowerCase()) : undefined;
  const blob = new Blob(body);
  return from(format === undefined ? blob.arrayBuffer() : read(blob, format, limit)).pipe(
    map((bytes) => new TextDecoder().decode(bytes)),
  );
}

const FORMATS: ReadonlyMap<string, CompressionFormat> = new Map([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
]);

async function read(body: Blob, format: CompressionFormat, limit: number): Promise<Uint8Array> {
  const reader = body.stream().pipeThrough(new DecompressionStream(format)).getReader();
  const text = new Uint8Array(limit);
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text.subarray(0, size);
    const chunk = value.subarray(0, limit - size);
    text.set(chunk, size);
    size += chunk.length;
    if (size < limit) continue;
    // A few compressed bytes can expand to gigabytes.
    await reader.cancel();
    return text;
  }
}
