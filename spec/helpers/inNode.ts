/** What has to happen in Node, also for a page: there spec/browser/node/inNode.ts takes the place of this. */
import type { Socket } from 'node:net';

/** A function that returns this; a page has none to lend. */
export const constant =
  <T>(value: T) =>
  (): T =>
    value;

/** Writes the bytes in pieces of this length; each write would be a call from the page. */
export function writeInPieces(socket: Socket, bytes: Uint8Array, length: number): void {
  for (let at = 0; at < bytes.length; at += length) socket.write(bytes.subarray(at, at + length));
}
