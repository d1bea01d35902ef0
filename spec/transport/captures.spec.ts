/** What a real Mastodon sent, sent again by a raw socket, byte for byte and in its own pieces. */
import { createTimelines, type StreamEvent } from 'mastodon-rx';
import { describe, expect, it } from 'vitest';
import { captureOf, expectedOf, STREAM_CAPTURES, type Capture } from '../helpers/captures.ts';
import { rawServer } from '../helpers/rawServer.ts';
import { inBrowser } from '../helpers/fake.ts';
import { record } from '../helpers/record.ts';

const serve = async (writes: Iterable<Uint8Array>, end: boolean) => {
  const pieces = [...writes];
  return rawServer((socket, request) => {
    if (!request.startsWith('GET /api/v1/streaming/')) {
      socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    for (const piece of pieces) socket.write(piece);
    if (end) socket.end();
  });
};

const replay = async (capture: Capture, writes: Iterable<Uint8Array>): Promise<StreamEvent[]> => {
  const server = await serve(writes, false);
  const timelines = createTimelines({ baseUrl: server.url, streamingUrl: server.url });
  const recording = record(timelines.user());
  // One more than the items: `connected` comes first.
  return [...(await recording.until(capture.items.length + 1))];
};

describe.each(STREAM_CAPTURES)('the recorded stream %s', (name) => {
  const capture = captureOf(name);
  const expected = capture.items.map(expectedOf);

  it('gives its events, in its own HTTP chunks', async () => {
    const [connected, ...events] = await replay(capture, capture.writes);
    expect(connected).toEqual({ type: 'connected', payload: { attempt: 0 }, stream: ['user'] });
    expect(events).toEqual(expected);
  });

  it('gives the same in one piece', async () => {
    expect((await replay(capture, [capture.raw])).slice(1)).toEqual(expected);
  });

  // Each write would be a call from the page to Node.
  it.skipIf(inBrowser)('gives the same byte by byte', async () => {
    const bytes = [...capture.raw].map((byte) => Uint8Array.of(byte));
    expect((await replay(capture, bytes)).slice(1)).toEqual(expected);
  });
});

describe('a recorded end', () => {
  it('that is clean is a MastodonStreamEndedError, after everything before it', async () => {
    const capture = captureOf('kill-access_token');
    expect(capture.ended).toBe(true);
    const server = await serve(capture.writes, false);
    const timelines = createTimelines({ baseUrl: server.url, streamingUrl: server.url });
    const recording = record(timelines.user());

    expect(await recording.ended).toMatchObject({ name: 'MastodonStreamEndedError' });
    expect(recording.values.map(({ type }) => type)).toEqual(['connected', 'heartbeat', 'delete']);
    await server.disconnected();
  });

  // A browser throws away what it has not handed over when the connection breaks.
  it.skipIf(inBrowser)(
    'that is a bare FIN in the middle of the body is a MastodonNetworkError',
    async () => {
      const { writes } = captureOf('heartbeat-70s');
      const server = await serve(writes.slice(0, 4), true);
      const timelines = createTimelines({ baseUrl: server.url, streamingUrl: server.url });
      const recording = record(timelines.user());

      expect(await recording.ended).toMatchObject({
        name: 'MastodonNetworkError',
        retryable: true,
      });
      expect(recording.values.map(({ type }) => type)).toEqual([
        'connected',
        'heartbeat',
        'delete',
      ]);
      await server.disconnected();
    },
  );
});
