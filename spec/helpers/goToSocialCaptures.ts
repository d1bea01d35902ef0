import { readFileSync } from 'node:fs';

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/gotosocial/${name}`, import.meta.url), 'utf8');

/** Something that a socket did while GoToSocial was recorded. */
export interface RecordedFrame {
  /** In ms since the beginning. */
  readonly t: number;
  readonly socket: string;
  /** The path that the socket was opened at. */
  readonly open?: string;
  readonly from?: 'client' | 'server';
  readonly text?: string;
}

/** What happened on all sockets of the recording, in order. */
export const recordedSockets: readonly RecordedFrame[] = fixture('websocket.jsonl')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as RecordedFrame);

/** The texts that the server sent on one socket. */
export const framesOf = (socket: string): string[] =>
  recordedSockets.flatMap((frame) =>
    frame.socket === socket && frame.from === 'server' ? [frame.text ?? ''] : [],
  );

/** What the server responded to requests over HTTP. */
export const recordedRest = JSON.parse(fixture('rest.json')) as Readonly<
  Record<string, { readonly status: number; readonly link: string | null; readonly body: string }>
>;
