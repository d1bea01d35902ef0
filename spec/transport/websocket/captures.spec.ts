/** Replays the frames of a real server, and compares them with the recorded SSE bytes of the same publications. */
import { createTimelines, type StreamEvent, type Timelines } from 'mastodon-rx';
import type { FakeMastodon } from 'mastodon-rx/testing';
import { describe, expect, it } from 'vitest';
import { captureOf, expectedOf } from '../../helpers/captures.ts';
import { fake } from '../../helpers/fake.ts';
import { rawServer } from '../../helpers/rawServer.ts';
import { record } from '../../helpers/record.ts';
import { over } from '../../helpers/webSocket.ts';
import { recordedFrames, recordingOf } from '../../helpers/webSocketCaptures.ts';

const isOwn = ({ type }: StreamEvent): boolean => type !== 'connected' && type !== 'heartbeat';

/** The events of the whole client, to which a server sends these frames. */
async function overWebSocket(
  frames: readonly string[],
  of: (timelines: Timelines) => ReturnType<Timelines['user']>,
) {
  const server = await fake();
  const recording = record(of(over(server)));
  await server.waitForConnections();
  for (const frame of frames) server.write(frame);
  return (await recording.until(1 + frames.length)).filter(isOwn);
}

/** The events of the whole client, to which a server sends a recorded response, byte for byte. */
async function overSse(name: Parameters<typeof captureOf>[0]): Promise<StreamEvent[]> {
  const { raw, items } = captureOf(name);
  const server = await rawServer((socket, request) => {
    if (request.startsWith('GET /api/v1/streaming/user')) socket.write(raw);
    else socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
  });
  const timelines = createTimelines({ baseUrl: server.url, streamingUrl: server.url });
  return [...(await record(timelines.user()).until(items.length + 1))].filter(isOwn);
}

const idOf = ({ payload }: StreamEvent): unknown => (payload as { id?: unknown } | undefined)?.id;

/** Tells whether events are of one publication: they have the same type, and the same id or text. */
const isSame = (one: StreamEvent, other: StreamEvent): boolean =>
  one.type === other.type &&
  (idOf(one) === undefined
    ? JSON.stringify(one.payload) === JSON.stringify(other.payload)
    : idOf(one) === idOf(other));

describe('the recorded frames', () => {
  const frames = recordedFrames('stream in the URL: user');

  it('result in the events of the recorded SSE bytes of the same publications', async () => {
    const published = [...(await overSse('user')), ...(await overSse('user-odd-payloads'))];
    const events = await overWebSocket(frames, (of) => of.user());
    const same = events.filter((event) => published.some((each) => isSame(each, event)));

    // All but lab.unknown and lab.number, which were never published over SSE.
    expect(same.map(({ type }) => type)).toEqual([
      ...['update', 'status.update', 'delete', 'notification', 'notifications_merged'],
      ...['filters_changed', 'announcement', 'announcement.reaction', 'announcement.delete'],
      ...['delete', 'unknown'],
    ]);
    for (const event of same) {
      expect(event).toEqual(published.find((each) => isSame(each, event)));
    }
  });

  it('each result in the documented event', async () => {
    const expected = frames.map((frame) => {
      const { event, payload } = JSON.parse(frame) as { event: string; payload: unknown };
      return expectedOf({ event, data: String(payload) });
    });
    expect(await overWebSocket(frames, (of) => of.user())).toEqual(expected);
  });

  it('result in the same events however the network cuts them', async () => {
    const server = await fake();
    const recording = record(over(server).user());
    await server.waitForConnections();
    server.throttle({ bytes: 1_009, every: 1 });
    for (const frame of frames) server.write(frame);
    const whole = await overWebSocket(frames, (of) => of.user());
    expect((await recording.until(1 + frames.length)).filter(isOwn)).toEqual(whole);
  });

  it('of many streams each reach only their own stream', async () => {
    const server = await fake();
    server.addList('4242');
    const timelines = over(server);
    const streams = {
      user: timelines.user(),
      'user:notification': timelines.userNotification(),
      public: timelines.public(),
      'public:local:media': timelines.public({ local: true, onlyMedia: true }),
      'hashtag Café': timelines.hashtag('Café'),
      'hashtag:local 日本語': timelines.hashtag('日本語', { local: true }),
      'list 4242': timelines.list('4242'),
      direct: timelines.direct(),
    };
    const recordings = Object.entries(streams).map(
      ([name, stream$]) => [name, record(stream$)] as const,
    );
    await server.waitForConnections(recordings.length);
    const all = recordedFrames('multiplexed').filter((frame) => !frame.startsWith('{"error"'));
    for (const frame of all) server.write(frame);

    for (const [name, recording] of recordings) {
      const own = all
        .map((frame) => JSON.parse(frame) as { stream: string[]; event: string; payload: string })
        .filter(({ stream }) => stream.join(' ') === name)
        .map(({ stream, event, payload }) => ({
          ...(expectedOf({ event, data: payload }) as object),
          stream,
        }));
      await recording.until(1 + own.length);
      expect(recording.values.filter(isOwn)).toEqual(own);
    }
  });
});

describe('a publication', () => {
  const listen = (server: FakeMastodon, transport: 'sse' | 'websocket') =>
    record(over(server, { transport }).user());

  it.each([['stream in the URL: user'], ['multiplexed']])(
    'of the recording "%s" results in the same events over both transports',
    async (title) => {
      const server = await fake();
      const [sse, webSocket] = [listen(server, 'sse'), listen(server, 'websocket')];
      await server.waitForConnections(2);
      for (const step of recordingOf(title).steps) {
        if ('publish' in step) server.publish(...step.publish);
      }
      server.publish('user', { event: 'delete', payload: 'the end' });
      for (const recording of [sse, webSocket]) {
        await recording.until(({ payload }) => payload === 'the end');
      }
      expect(webSocket.values.filter(isOwn)).toEqual(sse.values.filter(isOwn));
      expect(webSocket.values.length).toBeGreaterThan(4);
    },
  );
});
