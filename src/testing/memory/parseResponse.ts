/** Parses the bytes of a response that `respondNext` was given. */
import { bytesOf, concat } from '../bytes.ts';
import type { FakeHeaders } from '../exchange.ts';

export interface ParsedResponse {
  readonly status: number;
  readonly headers: FakeHeaders;
  /** The bytes after the head, as sent: a transfer coding is not removed. */
  readonly body: Uint8Array;
}

/** Returns the response; undefined if its head is incomplete or invalid. */
export function parseResponse(raw: string | Uint8Array): ParsedResponse | undefined {
  const bytes = concat(bytesOf(raw));
  // One character for each byte, so that text and bytes have the same indices.
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = text.slice(0, Math.max(end, 0)).split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1];
  if (status === undefined) return undefined;
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const;
  });
  return {
    status: Number(status),
    headers: Object.fromEntries(headers),
    body: bytes.subarray(end + 4),
  };
}
