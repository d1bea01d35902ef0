/** Functions that must run in Node, also for a page, which has spec/browser/node/inNode.ts in place of this file. */
import type { Socket } from 'node:net';

/** Returns a function that returns `value`; a page cannot pass one to Node. */
export const constant =
  <T>(value: T) =>
  (): T =>
    value;

/** Writes the bytes in pieces of this length; from a page, each write would be a call. */
export function writeInPieces(socket: Socket, bytes: Uint8Array, length: number): void {
  for (let at = 0; at < bytes.length; at += length) socket.write(bytes.subarray(at, at + length));
}
