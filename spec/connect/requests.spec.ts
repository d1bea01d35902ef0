/** The number of requests of a connect to Mastodon, which receives none that only other servers need. */
import { createTimelines, type TimelinesConfig } from 'mastodon-rx';
import type { FakeMastodon } from 'mastodon-rx/testing';
import { describe, expect, it } from 'vitest';
import { fake } from '../helpers/fake.ts';
import { record } from '../helpers/record.ts';
import { socketServer } from '../helpers/socketServer.ts';

const timelinesOf = (server: FakeMastodon, config: Partial<TimelinesConfig> = {}) =>
  createTimelines({ baseUrl: server.url, accessToken: server.token, ...config });

const paths = ({ requests }: FakeMastodon): string[] => requests.map(({ path }) => path);

const reconnect = { delay: 1, maxDelay: 1, jitter: false } as const;

describe('an ordinary connect', () => {
  it('over SSE needs discovery and the stream, and a later one only the stream', async () => {
    const server = await fake();
    const timelines = timelinesOf(server);
    for (const stream$ of [timelines.public(), timelines.direct()]) {
      await record(stream$).until(({ type }) => type === 'heartbeat');
    }
    expect(paths(server)).toEqual([
      '/api/v2/instance',
      '/api/v1/streaming/public',
      '/api/v1/streaming/direct',
    ]);
  });

  it('of user() also tests whether notifications can be read, and reconnecting does not', async () => {
    const server = await fake();
    const recording = record(timelinesOf(server, { reconnect }).user());
    await server.waitForRequests(3);
    await recording.until(({ type }) => type === 'connected');
    server.end();
    await recording.until((event) => event.type === 'connected' && event.payload.attempt === 1);
    await timelinesOf(server, { streamingUrl: server.url }).isHealthy();
    expect(paths(server)).toEqual([
      '/api/v2/instance',
      '/api/v1/streaming/user',
      '/api/v1/notifications?limit=1',
      '/api/v1/streaming/user',
      '/api/v1/streaming/health',
    ]);
  });

  it('over WebSocket needs discovery and one handshake, for any number of streams', async () => {
    const server = await fake();
    const timelines = timelinesOf(server, { transport: 'websocket' });
    for (const stream$ of [timelines.public(), timelines.direct(), timelines.list('42')]) {
      await record(stream$).until(1);
    }
    expect(paths(server)).toEqual(['/api/v2/instance', '/api/v1/streaming']);
  });
});

describe('the frames of a connect', () => {
  it('are one subscribe for each stream, one fence for the client, and one for each list', async () => {
    const server = await socketServer({
      onFrame: (socket, { type }) => {
        if (type === 'unsubscribe') socket.send({ error: 'Error unsubscribing from channel' });
      },
    });
    const timelines = createTimelines({
      ...{ baseUrl: server.url, streamingUrl: server.url, transport: 'websocket' },
    });
    const streams = [timelines.public(), timelines.direct(), timelines.list('42')];
    for (const stream$ of [...streams, timelines.hashtag('rxjs')]) await record(stream$).until(1);
    await server.until(({ sockets }) => sockets[0]?.frames.length === 6);
    expect(server.sockets[0]?.frames).toEqual([
      ...['subscribe public', 'unsubscribe fence', 'subscribe direct'],
      ...['subscribe list 42', 'unsubscribe list 0', 'subscribe hashtag rxjs'],
    ]);
  });
});
