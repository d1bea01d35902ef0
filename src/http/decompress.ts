/** Undoes the compression of a short body, on servers that compress although none was asked for. */
import { from, map, type Observable } from 'rxjs';
import type { HttpResponse } from './http.ts';

/**
 * Emits the text of a body as it was before it was compressed, at most `limit` bytes of it; as it is if it was
 * not, or in a way that is not known. Errors if the body is not what its header says.
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
    // A few bytes can stand for gigabytes.
    await reader.cancel();
    return text;
  }
}
