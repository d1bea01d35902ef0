/** Writes events as the real server does: in the same pieces, with LF only. */
import { type FakeEvent } from './channels.ts';
import { concat } from './bytes.ts';

/** Returns one event, in two pieces that are written together. */
export const frameOf = (
  { event, payload }: FakeEvent,
  pieceOf: (data: string) => Uint8Array,
): Uint8Array => concat(pieceOf(`event: ${event}\n`), pieceOf(`data: ${textOf(payload)}\n\n`));

/** Tells whether an event is sent: since 4.3, an event without a name or a payload is not. */
export const isSent = ({ event, payload }: FakeEvent, sendsUndefined: boolean): boolean =>
  sendsUndefined || (event !== '' && Boolean(payload));

function textOf(payload: unknown): string {
  if (payload === undefined) return 'undefined';
  return typeof payload === 'string' ? payload : JSON.stringify(payload);
}
