/** Events as the bytes that the server puts on the wire: one HTTP chunk a line group, LF only. */
import { type FakeEvent } from './channels.ts';

/** `data` as one HTTP chunk; nothing at all where it is empty, for an empty chunk ends the body. */
export function chunkOf(data: string | Uint8Array): Buffer {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  if (bytes.length === 0) return Buffer.alloc(0);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, CRLF]);
}

const CRLF = Buffer.from('\r\n');

/** One event: two pieces, handed to the socket together. */
export function frameOf({ event, payload }: FakeEvent, pieceOf: typeof chunkOf): Buffer {
  return Buffer.concat([pieceOf(`event: ${event}\n`), pieceOf(`data: ${textOf(payload)}\n\n`)]);
}

/** From 4.3 on an event without a name or a payload is dropped, whatever kind of nothing it is. */
export const isSent = ({ event, payload }: FakeEvent, sendsUndefined: boolean): boolean =>
  sendsUndefined || (event !== '' && Boolean(payload));

function textOf(payload: unknown): string {
  if (payload === undefined) return 'undefined';
  return typeof payload === 'string' ? payload : JSON.stringify(payload);
}
