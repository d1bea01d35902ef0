import { readFileSync } from 'node:fs';

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/gotosocial/${name}`, import.meta.url), 'utf8');

/** An action of a socket in a recording of GoToSocial. */
export interface RecordedFrame {
  /** The time since the beginning, in ms. */
  readonly t: number;
  readonly socket: string;
  /** The path that the socket was opened at. */
  readonly open?: string;
  readonly from?: 'client' | 'server';
  readonly text?: string;
}

/** The actions of all sockets of the recording, in order. */
export const recordedSockets: readonly RecordedFrame[] = fixture('websocket.jsonl')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as RecordedFrame);

/** The texts that the server sent on one socket. */
export const framesOf = (socket: string): string[] =>
  recordedSockets.flatMap((frame) =>
    frame.socket === socket && frame.from === 'server' ? [frame.text ?? ''] : [],
  );

/** The recorded responses to requests over HTTP. */
export const recordedRest = JSON.parse(fixture('rest.json')) as Readonly<
  Record<string, { readonly status: number; readonly link: string | null; readonly body: string }>
>;
