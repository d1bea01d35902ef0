/** Replays a recording instead of a server: its bytes come over a real socket and pass through the whole library. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { catchError, defer, EMPTY, tap, throwError, type MonoTypeOperatorFunction } from 'rxjs';
import {
  createTimelines,
  MastodonError,
  MastodonNetworkError,
  type StreamEvent,
} from '../index.ts';
import type { Command } from './args.ts';
import type { Source } from './source.ts';
import { oneLine } from './text.ts';
import { streamOf } from './timeline.ts';
import { UsageError } from './usageError.ts';

/**
 * Serves the recorded response in `file` on loopback: the exact bytes with their HTTP chunks, a response as `curl
 * -i` writes it, or only a body. The events complete when the recording has been read.
 */
export async function openReplay(file: string, { timeline }: Command): Promise<Source> {
  const response = responseOf(await read(file), file);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined); // the client may disconnect at any time
    socket.once('data', () => socket.end(response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const timelines = createTimelines({ baseUrl: url, streamingUrl: url });
  return {
    events$: streamOf(timelines, timeline, { onMalformed: 'emit' }).pipe(endWithRecording(file)),
    [Symbol.asyncDispose]: () => close(server, sockets),
  };
}

/** Completes when the recording ends, in whatever way. A file that is not a stream is an error. */
const endWithRecording =
  (file: string): MonoTypeOperatorFunction<StreamEvent> =>
  (events$) =>
    defer(() => {
      let isStream = false;
      return events$.pipe(
        tap(() => (isStream = true)),
        catchError((error: unknown) => {
          if (error instanceof MastodonNetworkError && isStream) return EMPTY;
          return throwError(() => (error instanceof MastodonError ? notARecording(file) : error));
        }),
      );
    });

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const why = READ_ERRORS.get(code) ?? `it cannot be read (${code})`;
    throw new UsageError(`--replay ${oneLine(file)}: ${why}.`);
  }
}

const READ_ERRORS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EISDIR', 'this is a directory, and a file is needed'],
  ['EACCES', 'you may not read this file'],
]);

const notARecording = (file: string): UsageError =>
  new UsageError(
    `--replay ${oneLine(file)}: this is not a recorded event stream (curl -isN URL > FILE makes one).`,
  );

/** Returns the bytes to send: the recorded ones, if they are a response with its HTTP chunks. */
function responseOf(recorded: Buffer, file: string): Buffer {
  const headEnd = recorded.indexOf('\r\n\r\n');
  if (recorded.toString('latin1', 0, 5) !== 'HTTP/') {
    if (!looksLikeEvents(recorded)) throw notARecording(file);
    return Buffer.concat([headOf('200 OK', 'text/event-stream'), recorded]);
  }
  if (headEnd === -1) throw notARecording(file);
  const head = recorded.toString('latin1', 0, headEnd);
  const body = recorded.subarray(headEnd + 4);
  const isChunked = /^transfer-encoding:.*\bchunked\b/im.test(head);
  const hasFraming = /^[\da-f]+\r\n/i.test(body.toString('latin1', 0, 20));
  if (head.startsWith('HTTP/1.1 ') && isChunked === hasFraming) return recorded;

  // `curl -i` writes HTTP/2 as the version, and the body without its chunks.
  const [, status = '200 OK'] = /^HTTP\/\S+ +(.*)/.exec(head) ?? [];
  const [, type = ''] = /^content-type: *(.*)/im.exec(head) ?? [];
  return Buffer.concat([headOf(status.trim(), type.trim()), body]);
}

const headOf = (status: string, type: string): Buffer =>
  Buffer.from(`HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nConnection: close\r\n\r\n`, 'latin1');

/** Tells whether the recording begins with a line of an event stream: a comment or a field. */
const looksLikeEvents = (recorded: Buffer): boolean =>
  /^\ufeff?(:|(event|data|id|retry)\s*:)/m.test(recorded.toString('utf8', 0, 4_096));

async function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  for (const socket of sockets) socket.destroy();
  await closed;
}
