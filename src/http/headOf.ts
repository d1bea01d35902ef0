/** Reads the status and the headers of a response outside browsers. */
import { compressedBody } from './compressed.ts';
import type { HttpResponse } from './http.ts';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Returns the URL that a response redirects to, and the compression of its body, from its status and headers. */
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
