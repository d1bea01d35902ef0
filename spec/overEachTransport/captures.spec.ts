/** What a real Mastodon sent, sent again by a raw socket, byte for byte and in its own pieces. */
import type { Socket } from 'node:net';
import { createTimelines, type StreamEvent } from 'mastodon-rx';
import { describe, expect, it } from 'vitest';
import { captureOf, expectedOf, STREAM_CAPTURES, type Capture } from '../helpers/captures.ts';
import { inBrowser } from '../helpers/fake.ts';
import { writeInPieces } from '../helpers/inNode.ts';
import { rawServer } from '../helpers/rawServer.ts';
import { record } from '../helpers/record.ts';

const serve = (answer: (socket: Socket) => void) =>
  rawServer((socket, request) => {
    if (request.startsWith('GET /api/v1/streaming/')) answer(socket);
    else socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
  });

const inWrites =
  ({ writes }: Pick<Capture, 'writes'>) =>
  (socket: Socket): void => {
    for (const piece of writes) socket.write(piece);
  };

const replay = async (
  capture: Capture,
  answer: (socket: Socket) => void,
): Promise<StreamEvent[]> => {
  const server = await serve(answer);
  const timelines = createTimelines({ baseUrl: server.url, streamingUrl: server.url });
  const recording = record(timelines.user());
  // One more than the items: `connected` comes first.
  return [...(await recording.until(capture.items.length + 1))];
};

describe.each(STREAM_CAPTURES)('the recorded stream %s', (name) => {
  const capture = captureOf(name);
  const expected = capture.items.map(expectedOf);

  it('gives its events, in its own HTTP chunks', async () => {
    const [connected, ...events] = await replay(capture, inWrites(capture));
    expect(connected).toEqual({ type: 'connected', payload: { attempt: 0 }, stream: ['user'] });
    expect(events).toEqual(expected);
  });

  it('gives the same in one piece', async () => {
    const events = await replay(capture, (socket) => socket.write(capture.raw));
    expect(events.slice(1)).toEqual(expected);
  });

  it('gives the same byte by byte', async () => {
    const events = await replay(capture, (socket) => writeInPieces(socket, capture.raw, 1));
    expect(events.slice(1)).toEqual(expected);
  });
});

describe('a recorded end', () => {
  it('that is clean is a MastodonStreamEndedError, after everything before it', async () => {
    const capture = captureOf('kill-access_token');
    expect(capture.ended).toBe(true);
    const server = await serve(inWrites(capture));
    const timelines = createTimelines({ baseUrl: server.url, streamingUrl: server.url });
    const recording = record(timelines.user());

    expect(await recording.ended).toMatchObject({ name: 'MastodonStreamEndedError' });
    expect(recording.values.map(({ type }) => type)).toEqual(['connected', 'heartbeat', 'delete']);
    await server.disconnected();
  });

  it('that is a bare FIN in the middle of the body is a MastodonNetworkError', async () => {
    const { writes } = captureOf('heartbeat-70s');
    const answers: Socket[] = [];
    const server = await serve((socket) => {
      inWrites({ writes: writes.slice(0, 4) })(socket);
      answers.push(socket);
      if (!inBrowser) socket.end();
    });
    const timelines = createTimelines({ baseUrl: server.url, streamingUrl: server.url });
    const recording = record(timelines.user());
    // A browser throws away what it has not handed over when the connection breaks.
    if (inBrowser) {
      await recording.until(3);
      answers[0]!.end();
    }

    expect(await recording.ended).toMatchObject({
      name: 'MastodonNetworkError',
      retryable: true,
    });
    expect(recording.values.map(({ type }) => type)).toEqual(['connected', 'heartbeat', 'delete']);
    await server.disconnected();
  });
});
