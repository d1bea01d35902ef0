/**
 * Servers with their own implementation of the API, as read in their source. Each fake has the one
 * behavior that its test is about.
 */
import type { StreamEvent, Timelines, TimelinesConfig } from 'mastodon-rx';
import { describe, expect, it } from 'vitest';
import { timelinesAt } from '../../helpers/fake.ts';
import { record } from '../../helpers/record.ts';
import { socketServer, type ServerSocket, type SocketServer } from '../../helpers/socketServer.ts';

/** A short `connectTimeout` shortens the wait for the response to a fence to half of it. */
const at = ({ url }: SocketServer, config: Partial<TimelinesConfig> = {}): Timelines =>
  timelinesAt(url, {
    ...{ transport: 'websocket', closeDelay: 1, connectTimeout: 400, accessToken: 'the-token' },
    ...config,
  });

const isDelete = ({ type }: StreamEvent): boolean => type === 'delete';

const remove = (stream: string[] | undefined, id = 'id-1') => ({
  ...{ stream, event: 'delete', payload: id },
});

const reconnect = { delay: 1, maxDelay: 2, jitter: false } as const;

const find = (server: SocketServer, stream: string): ServerSocket =>
  server.sockets.find((socket) => socket.stream === stream)!;

const paths = ({ handshakes }: SocketServer): (string | undefined)[] =>
  handshakes.map(({ url }) => url);

describe('a server that ignores frames', () => {
  it('gets a socket for each stream, whose events arrive', async () => {
    const server = await socketServer();
    const timelines = at(server);
    const [user, list] = [record(timelines.user()), record(timelines.list('42'))];
    await Promise.all([user.until(1), list.until(1)]);
    expect(paths(server).sort()).toEqual([
      '/api/v1/streaming',
      '/api/v1/streaming?stream=list&list=42',
      '/api/v1/streaming?stream=user',
    ]);
    find(server, 'user').send(remove(['user']));
    find(server, 'list 42').send(remove(['list:42'], 'id-2'));
    await list.until(({ payload }) => payload === 'id-2');
    await user.until(({ payload }) => payload === 'id-1');
    // The shared socket is closed, since no stream uses it.
    await server.until(({ sockets }) => sockets.length === 2);
  });

  it('delays the first stream only: later streams have their own socket at once', async () => {
    const server = await socketServer();
    const timelines = at(server, { connectTimeout: 2_000, reconnect });
    const first = record(timelines.user());
    await first.until(1);
    const before = performance.now();
    const second = record(timelines.direct());
    await second.until(1);
    find(server, 'user').close(1001);
    await first.until((event) => event.type === 'connected' && event.payload.attempt === 1);
    expect(performance.now() - before).toBeLessThan(900);
    expect(paths(server)).toEqual([
      '/api/v1/streaming',
      '/api/v1/streaming?stream=user',
      '/api/v1/streaming?stream=direct',
      '/api/v1/streaming?stream=user',
    ]);
  });

  it('causes a warning for a stream that not every server has, until its first event', async () => {
    const server = await socketServer();
    const timelines = at(server, { reconnect });
    const recording = record(timelines.hashtag('cats'));
    await recording.until(2);
    expect(recording.values[1]).toMatchObject({
      type: 'warning',
      payload: {
        code: 'unconfirmed-stream',
        message: expect.stringContaining('hashtag cats') as string,
      },
    });
    find(server, 'hashtag cats').send(remove(['hashtag:cats']));
    await recording.until(isDelete);
    find(server, 'hashtag cats').close(1001);
    await recording.until((event) => event.type === 'connected' && event.payload.attempt === 1);
    await record(timelines.hashtag('cats')).until(1);
    expect(recording.values.filter(({ type }) => type === 'warning')).toHaveLength(1);
  });

  it('causes no warning for a stream that every server has', async () => {
    const server = await socketServer();
    const timelines = at(server);
    const streams = [timelines.user(), timelines.userNotification(), timelines.public()];
    const others = [timelines.public({ local: true }), timelines.direct(), timelines.list('1')];
    for (const stream$ of [...streams, ...others]) {
      const recording = record(stream$);
      await recording.until(1);
      expect(recording.values.map(({ type }) => type)).toEqual(['connected']);
    }
  });

  it('causes no wait with `multiplex: false`, which opens a socket for each stream', async () => {
    const server = await socketServer();
    const recording = record(at(server, { multiplex: false }).hashtag('cats'));
    await recording.until(1);
    expect(paths(server)).toEqual(['/api/v1/streaming?stream=hashtag&tag=cats']);
    expect(recording.values).toHaveLength(1);
  });
});

describe('a server that obeys some frames, and ignores the others (GoToSocial)', () => {
  const KNOWN = /^subscribe (user|public)$/;
  const goToSocial = () =>
    socketServer({
      onFrame: (socket, { type, stream }) => {
        if (KNOWN.test(`${type} ${stream}`)) socket.send(remove([stream!], 'id-0'));
      },
    });

  it('keeps a stream that received an event on the shared socket, and gets a socket for each of the others', async () => {
    const server = await goToSocial();
    const timelines = at(server);
    const user = record(timelines.user());
    const notification = record(timelines.userNotification());
    await Promise.all([user.until(2), notification.until(1)]);
    expect(paths(server)).toEqual([
      '/api/v1/streaming',
      '/api/v1/streaming?stream=user%3Anotification',
    ]);
    expect(server.sockets).toHaveLength(2);
  });

  it('has the stream on the shared socket again after a cut, without a wait', async () => {
    const server = await goToSocial();
    const timelines = at(server, { reconnect });
    const user = record(timelines.user());
    const list = record(timelines.list('42'));
    await Promise.all([user.until(2), list.until(1)]);
    for (const socket of [...server.sockets]) socket.close(1001);
    await user.until((event) => event.type === 'connected' && event.payload.attempt === 1);
    await list.until((event) => event.type === 'connected' && event.payload.attempt === 1);
    expect(paths(server).slice(2).sort()).toEqual([
      '/api/v1/streaming',
      '/api/v1/streaming?stream=list&list=42',
    ]);
  });

  it('sends a delete on one stream, which reaches every stream on any socket that could have shown the post', async () => {
    const server = await goToSocial();
    const timelines = at(server);
    const [user, open] = [record(timelines.user()), record(timelines.public())];
    const list = record(timelines.list('42'));
    const notification = record(timelines.userNotification());
    await Promise.all([user, open, list, notification].map((recording) => recording.until(1)));
    find(server, '').send(remove(['public'], 'id-9'));
    for (const recording of [user, open, list]) {
      await recording.until(({ payload }) => payload === 'id-9');
    }
    find(server, 'list 42').send(remove(['list:42'], 'id-10'));
    await list.until(({ payload }) => payload === 'id-10');
    expect(notification.values.some(isDelete)).toBe(false);
    for (const recording of [user, open, list]) {
      expect(recording.values.filter(({ payload }) => payload === 'id-9')).toHaveLength(1);
    }
  });
});

describe('a server without SSE', () => {
  const page = [200, 'text/html; charset=utf-8', '<!DOCTYPE html>'] as const;
  const json = (status: number) => [status, 'application/json', '{"error":"not here"}'] as const;

  it.each([
    ['a 404', json(404)],
    ['its web app', page],
  ])('is detected by %s in place of its health', async (_what, health) => {
    const respond = (path: string) => (path.endsWith('/health') ? health : json(404));
    const server = await socketServer({ respond });
    const recording = record(at(server, { transport: 'auto', tokenIn: 'query' }).user());
    await recording.until(2);
    expect(recording.values[1]).toMatchObject({ payload: { code: 'sse-unavailable' } });
  });

  it.each([
    [
      'is not assumed after a 404 for the stream if the health endpoint exists',
      json(404),
      json(503),
    ],
    ['is not assumed after another refusal', json(400), json(404)],
    ['is not assumed if a web app is in place of the stream', page, json(404)],
  ])('%s', async (_what, stream, health) => {
    const respond = (path: string) => (path.endsWith('/health') ? health : stream);
    const server = await socketServer({ respond });
    const error = await record(at(server, { transport: 'auto' }).user()).ended;
    expect(error).toMatchObject({ status: stream[0] });
    expect(server.handshakes).toEqual([]);
  });
});

describe('a server whose first response is lost', () => {
  it('receives the fence a second time, and keeps the stream on the shared socket', async () => {
    const server = await socketServer({
      onFrame: (socket) => {
        if (socket.frames.filter((frame) => frame === 'unsubscribe fence').length === 2) {
          socket.send({ error: 'Error unsubscribing from channel' });
        }
      },
    });
    const recording = record(at(server).hashtag('cats'));
    await recording.until(1);
    expect(paths(server)).toEqual(['/api/v1/streaming']);
    expect(recording.values).toHaveLength(1);
  });
});

describe('texts that keep a connection alive', () => {
  it.each([[''], ['pong']])('%j prevents the read timeout, and emits nothing', async (text) => {
    const server = await socketServer();
    const timelines = at(server, { multiplex: false, timeout: 150 });
    const recording = record(timelines.user());
    await recording.until(1);
    const clock = setInterval(() => server.sockets[0]?.send(text), 30);
    const ended = await Promise.race([
      recording.ended,
      new Promise((resolve) => setTimeout(resolve, 400, 'alive')),
    ]);
    clearInterval(clock);
    expect(ended).toBe('alive');
    expect(recording.values.map(({ type }) => type)).toEqual(['connected']);
  });

  it('ping gets the response pong', async () => {
    const server = await socketServer();
    const recording = record(at(server, { multiplex: false }).user());
    await recording.until(1);
    server.sockets[0]!.send('ping');
    await server.until(({ sockets }) => sockets[0]?.frames.includes('pong') === true);
    expect(recording.values).toHaveLength(1);
  });
});

describe('Pleroma, which responds to frames', () => {
  const respond = (type: string, error?: string) => ({
    event: 'pleroma:respond',
    payload: JSON.stringify({ type, result: error ? 'error' : 'success', ...(error && { error }) }),
  });
  const pleroma = () =>
    socketServer({
      refuse: ({ headers }) =>
        headers['sec-websocket-protocol'] === undefined ? [401, 'Unauthorized'] : undefined,
      onFrame: (socket, { type = '', stream = '', list }) => {
        const isKnown = stream !== 'fence' && list !== '7' && stream !== 'public:bubble';
        socket.send(respond(type, isKnown ? undefined : 'bad_topic'));
      },
    });

  it('opens streams with the response, on one socket, and rejects only the stream that the response is about', async () => {
    const server = await pleroma();
    const timelines = at(server, { tokenIn: 'subprotocol' });
    const streams = [timelines.user(), timelines.list('12'), timelines.hashtag('cats')];
    const recordings = streams.map((stream$) => record(stream$));
    const bad = record(timelines.channel({ name: 'public:bubble', path: 'public/bubble' }));
    await Promise.all(recordings.map((recording) => recording.until(1)));
    expect(await bad.ended).toMatchObject({ name: 'MastodonApiError', status: 400 });
    expect(server.handshakes).toHaveLength(1);
    server.sockets[0]!.send(remove(undefined));
    for (const recording of recordings) {
      await recording.until(isDelete);
      expect(recording.values.map(({ type }) => type)).toEqual(['connected', 'delete']);
    }
  });

  it('gets the token as the subprotocol, which is tried once and remembered', async () => {
    const server = await pleroma();
    const timelines = at(server, { reconnect });
    const recording = record(timelines.user());
    await recording.until(1);
    server.sockets[0]!.close(1001);
    await recording.until((event) => event.type === 'connected' && event.payload.attempt === 1);
    expect(
      server.handshakes.map(({ headers }) => headers['sec-websocket-protocol'] ?? 'header'),
    ).toEqual(['header', 'the-token', 'the-token']);
    expect(server.handshakes.slice(1).every(({ headers }) => !headers.authorization)).toBe(true);
  });

  it('gets the token only in the place that tokenIn sets', async () => {
    const server = await pleroma();
    const timelines = at(server, { tokenIn: 'header' });
    expect(await record(timelines.user()).ended).toMatchObject({ status: 401 });
    expect(server.handshakes).toHaveLength(1);
  });

  it('rejects with its first message if the subprotocol is rejected, too', async () => {
    const server = await socketServer({
      refuse: ({ headers }) =>
        headers['sec-websocket-protocol'] ? [503, 'later'] : [401, 'Unauthorized'],
    });
    expect(await record(at(server).user()).ended).toMatchObject({
      ...{ name: 'MastodonUnauthorizedError', status: 401 },
    });
    const slashed = at(server, { accessToken: 'a/token=' });
    expect(await record(slashed.user()).ended).toMatchObject({ status: 401 });
    expect(server.handshakes).toHaveLength(3);
  });
});

describe('Iceshrimp.NET, which refuses by closing', () => {
  const iceshrimp = () =>
    socketServer({
      refuse: ({ headers }) =>
        headers['sec-websocket-protocol'] === undefined
          ? [400, 'Missing WebSocket protocol header']
          : undefined,
      onOpen: (socket) => {
        if (socket.stream === 'list 7') socket.close(1007, 'not the-token’s list');
      },
      onFrame: (socket, { list }) => {
        if (list === '7') socket.close(1007, 'not the-token’s list');
      },
    });

  it('ends the stream that the close is about, with its message, and the others reconnect', async () => {
    const server = await iceshrimp();
    const timelines = at(server, { reconnect });
    const [user, bad] = [record(timelines.user()), record(timelines.list('7'))];
    const error = await bad.ended;
    expect(error).toMatchObject({ name: 'MastodonUnauthorizedError', status: 401 });
    expect(String(error)).toContain('not [token]’s list');
    await user.until((event) => event.type === 'connected');
    // No further socket is opened for the list.
    const handshakes = server.handshakes.length;
    await record(timelines.direct()).until(1);
    expect(paths(server).slice(handshakes)).toEqual(['/api/v1/streaming?stream=direct']);
  });
});
