/** The abilities and limits of a browser's WebSocket; undici's stands in for it. */
import {
  createTimelines,
  MastodonIllegalArgumentError,
  MastodonNetworkError,
  type StreamEvent,
} from 'mastodon-rx';
import type { FakeMastodon } from 'mastodon-rx/testing';
import { describe, expect, it } from 'vitest';
import { controlsNetwork } from '#platform';
import { fake } from '../../../helpers/fake.ts';
import { rawServer } from '../../../helpers/rawServer.ts';
import { record } from '../../../helpers/record.ts';
import { over } from '../../../helpers/webSocket.ts';

/** Waits so short that they do not slow a test down. */
const reconnect = { delay: 1, maxDelay: 5, jitter: false, stableAfter: 60_000 } as const;

const QUESTION = '/api/v1/accounts/verify_credentials';

const questions = ({ requests }: FakeMastodon): number =>
  requests.filter(({ path }) => path === QUESTION).length;

const attempt = (number: number) => (event: StreamEvent) =>
  event.type === 'connected' && event.payload.attempt === number;

const isDelete = ({ type }: StreamEvent): boolean => type === 'delete';

it('these specs run with the browser’s implementation', () => {
  expect(controlsNetwork).toBe(false);
});

describe('the handshake', () => {
  it('has the token as its only subprotocol, and nowhere else', async () => {
    const server = await fake();
    await record(over(server).public()).until(1);
    const [request] = server.requests;
    expect(request?.path).toBe('/api/v1/streaming');
    expect(request?.headers['sec-websocket-protocol']).toBe(server.token);
    expect(request?.headers.authorization).toBeUndefined();
  });

  it('has the token in the URL if tokenIn is "query", and only there', async () => {
    const server = await fake();
    await record(over(server, { tokenIn: 'query' }).public()).until(1);
    const [request] = server.requests;
    expect(request?.path).toBe(`/api/v1/streaming?access_token=${server.token}`);
    expect(request?.headers['sec-websocket-protocol']).toBeUndefined();
  });

  it('cannot have the token in a header, which is an error at the call', () => {
    const config = { baseUrl: 'https://mastodon.example', tokenIn: 'header' } as const;
    expect(() => createTimelines(config)).toThrow(MastodonIllegalArgumentError);
    expect(() => createTimelines(config)).toThrow(/for Node/);
  });

  it('cannot carry every token, which is an error that does not repeat the token', async () => {
    const server = await fake();
    const accessToken = 'some/token=';
    const error = await record(over(server, { accessToken, reconnect }).public()).ended;
    expect(error).toMatchObject({ name: 'MastodonIllegalArgumentError', retryable: false });
    expect(String(error) + String((error as Error).stack)).not.toContain(accessToken);
  });

  it('has no token without an access token', async () => {
    const server = await fake();
    const error = await record(over(server, { accessToken: undefined }).public()).ended;
    expect(error).toBeInstanceOf(MastodonNetworkError);
    expect(server.requests[0]?.headers['sec-websocket-protocol']).toBeUndefined();
    expect(questions(server)).toBe(0);
  });
});

describe('a failed handshake', () => {
  it('is a 401 if the REST API rejects the token', async () => {
    const server = await fake();
    const timelines = over(server, { accessToken: 'wrong', reconnect });
    expect(await record(timelines.public()).ended).toMatchObject({
      ...{ name: 'MastodonUnauthorizedError', status: 401, retryable: false },
      serverMessage: 'The access token is invalid',
    });
    expect(questions(server)).toBe(1);
  });

  it('ends all streams if the token was revoked, after a close without a code', async () => {
    const server = await fake();
    const accessToken = server.addToken({});
    const timelines = over(server, { accessToken, reconnect });
    const both = [record(timelines.user()), record(timelines.public())];
    await server.waitForConnections(2);
    server.revoke(accessToken);
    for (const recording of both) {
      expect(await recording.ended).toMatchObject({
        ...{ name: 'MastodonUnauthorizedError', serverMessage: 'The access token was revoked' },
      });
      expect(recording.values.find(({ type }) => type === 'disconnected')).toMatchObject({
        payload: { error: { name: 'MastodonStreamEndedError' } },
      });
    }
  });

  it.each([
    ['responds', 200],
    ['responds with a 403, since the scope is missing', 403],
    ['responds with a 429', 429],
    ['responds with a server error', 500],
  ])('is a retryable network error if the REST API %s', async (_what, status) => {
    const server = await fake();
    server.failNext(503);
    if (status !== 200) server.failNextRest(status);
    const recording = record(over(server, { reconnect }).public());
    await recording.until(attempt(1));
    expect(recording.values[0]).toMatchObject({
      type: 'disconnected',
      payload: { error: { name: 'MastodonNetworkError' } },
    });
    expect(questions(server)).toBe(1);
  });

  it('ends after connectTimeout if the REST API does not respond', async () => {
    const server = await fake();
    server.failNext(503);
    server.delayRest(Infinity);
    const timelines = over(server, { connectTimeout: 100 });
    expect(await record(timelines.public()).ended).toMatchObject({
      message: 'Opening the WebSocket timed out after 100 ms',
    });
  });

  it('cancels its request to the REST API when the subscriber unsubscribes', async () => {
    const server = await fake();
    server.failNext(503);
    server.delayRest(Infinity);
    const recording = record(over(server).public());
    await server.waitForRequests(2);
    recording.unsubscribe();
    await server.waitForClosedSockets();
  });

  it('has no token in its error', async () => {
    const server = await fake();
    await server.stop();
    const error = await record(over(server, { tokenIn: 'query' }).public()).ended;
    expect(error).toBeInstanceOf(MastodonNetworkError);
    expect(String(error)).not.toContain(server.token);
  });
});

describe('an open socket', () => {
  it('carries all streams, also those that share a subscription', async () => {
    const server = await fake();
    const timelines = over(server);
    const recordings = [
      timelines.public(),
      timelines.hashtag('Café'),
      timelines.hashtag('cafe'),
    ].map((stream$) => record(stream$));
    await Promise.all(recordings.map((recording) => recording.until(1)));
    await server.waitForConnections(2);
    expect(server.webSocketCount).toBe(1);
    server.publish('public', { event: 'delete', payload: '117420000000000001' });
    server.publish(['hashtag', 'cafe'], { event: 'delete', payload: '2' });
    for (const recording of recordings) await recording.until(isDelete);
    expect(recordings.map(({ values }) => values.at(-1))).toMatchObject([
      { payload: '117420000000000001', stream: ['public'] },
      { payload: '2', stream: ['hashtag', 'Café'] },
      { payload: '2', stream: ['hashtag', 'cafe'] },
    ]);
  });

  it('hides pings, so that a stream without events times out', async () => {
    const server = await fake({ pingInterval: 100 });
    const recording = record(over(server, { timeout: 350 }).public());
    expect(await recording.ended).toMatchObject({ name: 'MastodonReadTimeoutError' });
  });

  it('is kept open by the events of any of its streams', async () => {
    const server = await fake();
    const timelines = over(server, { timeout: 1_000 });
    const [quiet, busy] = [record(timelines.direct()), record(timelines.public())];
    await server.waitForConnections(2);
    let ended: number | undefined;
    void quiet.ended.then(() => (ended = performance.now()));
    const before = performance.now();
    for (let id = 0; performance.now() - before < 1_500; id++) {
      server.publish('public', { event: 'delete', payload: String(id) });
      await busy.until(id + 2);
    }
    expect(ended).toBeUndefined();
    expect(await quiet.ended).toMatchObject({ name: 'MastodonReadTimeoutError' });
  });

  it('ignores binary messages', async () => {
    const server = await fake();
    const recording = record(over(server, { reconnect }).public());
    await server.waitForConnections();
    server.write(Buffer.of(0x82, 1, 1));
    server.publish('public', { event: 'delete', payload: '1' });
    await recording.until(isDelete);
    expect(recording.values.map(({ type }) => type)).toEqual(['connected', 'delete']);
  });

  it('is reopened after it is lost', async () => {
    const server = await fake();
    const recording = record(over(server, { reconnect }).public());
    await server.waitForConnections();
    server.drop();
    await recording.until(attempt(1));
    await server.waitForConnections();
    server.publish('public', { event: 'delete', payload: '1' });
    await recording.until(isDelete);
  });

  it('is closed when the last subscriber unsubscribes', async () => {
    const server = await fake();
    const recording = record(over(server).public());
    await server.waitForConnections();
    recording.unsubscribe();
    await server.waitForClosedSockets();
  });
});

it('a socket that is still connecting is closed when its subscriber unsubscribes', async () => {
  const server = await fake();
  server.delayHeaders(Infinity);
  const recording = record(over(server).public());
  await server.waitForRequests();
  recording.unsubscribe();
  await server.waitForClosedSockets();
});

it('a response that is not HTTP is a network error', async () => {
  const server = await rawServer((socket) => socket.end('220 a mail server\r\n'));
  const timelines = createTimelines({
    ...{ baseUrl: server.url, streamingUrl: server.url },
    transport: 'websocket',
  });
  expect(await record(timelines.public()).ended).toBeInstanceOf(MastodonNetworkError);
});
