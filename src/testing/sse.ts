/** Events as the text that the server writes: one piece a line group, LF only. */
import { type FakeEvent } from './channels.ts';
import { concat } from './bytes.ts';

/** One event: two pieces, handed to the sink together. */
export const frameOf = (
  { event, payload }: FakeEvent,
  pieceOf: (data: string) => Uint8Array,
): Uint8Array => concat(pieceOf(`event: ${event}\n`), pieceOf(`data: ${textOf(payload)}\n\n`));

/** From 4.3 on an event without a name or a payload is dropped, whatever kind of nothing it is. */
export const isSent = ({ event, payload }: FakeEvent, sendsUndefined: boolean): boolean =>
  sendsUndefined || (event !== '' && Boolean(payload));

function textOf(payload: unknown): string {
  if (payload === undefined) return 'undefined';
  return typeof payload === 'string' ? payload : JSON.stringify(payload);
}
