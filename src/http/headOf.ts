/** Reads the head of a response, if no browser has done that. */
import { compressedBody } from './compressed.ts';
import type { HttpResponse } from './http.ts';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Returns what a response's status and headers say: where it redirects to, and how its body is compressed. */
export function headOf(
  status: number,
  headers: HttpResponse['headers'],
): Pick<HttpResponse, 'status' | 'headers' | 'location' | 'compressed'> {
  const { location } = headers;
  return {
    ...{ status, headers },
    location: REDIRECTS.has(status) && typeof location === 'string' ? location : undefined,
    compressed: compressedBody(headers),
  };
}
