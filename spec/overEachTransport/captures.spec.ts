/** Replays recordings of a real Mastodon over a raw socket, byte for byte and in the recorded pieces. */
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
  // One more than the items: `connected` is the first.
  return [...(await recording.until(capture.items.length + 1))];
};

describe.each(STREAM_CAPTURES)('the recorded stream %s', (name) => {
  const capture = captureOf(name);
  const expected = capture.items.map(expectedOf);

  it('emits its events from the recorded HTTP chunks', async () => {
    const [connected, ...events] = await replay(capture, inWrites(capture));
    expect(connected).toEqual({ type: 'connected', payload: { attempt: 0 }, stream: ['user'] });
    expect(events).toEqual(expected);
  });

  it('emits the same events from one piece', async () => {
    const events = await replay(capture, (socket) => socket.write(capture.raw));
    expect(events.slice(1)).toEqual(expected);
  });

  it('emits the same events byte by byte', async () => {
    const events = await replay(capture, (socket) => writeInPieces(socket, capture.raw, 1));
    expect(events.slice(1)).toEqual(expected);
  });
});

describe('the end of a recorded stream', () => {
  it('errors with MastodonStreamEndedError after all events if it is clean', async () => {
    const capture = captureOf('kill-access_token');
    expect(capture.ended).toBe(true);
    const server = await serve(inWrites(capture));
    const timelines = createTimelines({ baseUrl: server.url, streamingUrl: server.url });
    const recording = record(timelines.user());

    expect(await recording.ended).toMatchObject({ name: 'MastodonStreamEndedError' });
    expect(recording.values.map(({ type }) => type)).toEqual(['connected', 'heartbeat', 'delete']);
    await server.disconnected();
  });

  it('errors with MastodonNetworkError if it is a bare FIN in the middle of the body', async () => {
    const { writes } = captureOf('heartbeat-70s');
    const answers: Socket[] = [];
    const server = await serve((socket) => {
      inWrites({ writes: writes.slice(0, 4) })(socket);
      answers.push(socket);
      if (!inBrowser) socket.end();
    });
    const timelines = createTimelines({ baseUrl: server.url, streamingUrl: server.url });
    const recording = record(timelines.user());
    // A browser drops the bytes that it has not delivered when the connection breaks.
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
