/** Abilities of undici's WebSocket that a browser's lacks: headers, statuses, redirects, custom dispatchers. */
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { MastodonError, MastodonNetworkError } from 'mastodon-rx';
import { Agent } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MAX_MESSAGE } from '../../../src/transport/websocket/socket.ts';
import { fake, textFrame, timelinesAt } from '../../helpers/fake.ts';
import { rawServer } from '../../helpers/rawServer.ts';
import { record } from '../../helpers/record.ts';
import { tunnelProxy } from '../../helpers/tunnelProxy.ts';
import { over } from '../../helpers/webSocket.ts';

const at = (url: string) => timelinesAt(url, { transport: 'websocket' });

describe('the handshake', () => {
  it.each([
    ['with a wrong Sec-WebSocket-Accept', 'Sec-WebSocket-Accept: bm90IHRoaXMga2V5'],
    ['without a Sec-WebSocket-Accept', 'X: y'],
  ])('%s is a network error', async (_what, header) => {
    const server = await rawServer((socket) => {
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${header}\r\n\r\n`,
      );
    });
    const error = await record(at(server.url).public()).ended;
    expect(error).toBeInstanceOf(MastodonNetworkError);
    expect(error).toMatchObject({ cause: { code: 'BAD_HANDSHAKE' } });
    await server.disconnected();
  });

  it('requests no compression, and reads the message of a refusal that is compressed all the same', async () => {
    const server = await fake();
    const body = gzipSync('{"error":"Unauthorized: token not supplied"}');
    const head =
      'HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n' +
      `content-length: ${body.length}\r\n\r\n`;
    server.respondNext(Buffer.concat([Buffer.from(head), body]), { end: true });
    expect(await record(over(server).public()).ended).toMatchObject({
      ...{ name: 'MastodonUnauthorizedError', serverMessage: 'Unauthorized: token not supplied' },
    });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.headers['accept-encoding']).toBe('identity');
  });

  it('is an API error if the response is an SSE stream', async () => {
    const server = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n:)\n');
    });
    expect(await record(at(server.url).public()).ended).toMatchObject({
      ...{ name: 'MastodonApiError', status: 200, retryable: false },
    });
    await server.disconnected();
  });

  it.each([[301], [302], [307], [308]])(
    'follows a %i, by the rules of all redirects, also to ws://',
    async (status) => {
      const streaming = await fake({ token: 'the-token' });
      const rest = await fake({ token: 'the-token' });
      rest.redirect(`${streaming.url.replace('http', 'ws')}/api/v1/streaming`, status);
      const recording = record(over(rest).public());
      await recording.until(2);
      expect(recording.values[1]).toMatchObject({ payload: { code: 'redirected' } });
      expect(streaming.requests[0]?.headers.authorization).toBe('Bearer the-token');
    },
  );

  it('does not follow a redirect that would expose the token', async () => {
    const server = await fake();
    server.redirect('http://elsewhere.example');
    expect(await record(over(server).public()).ended).toMatchObject({
      ...{ name: 'MastodonApiError', status: 301, retryable: false },
    });
  });

  it('keeps the token of tokenIn "query" out of every error', async () => {
    const server = await fake();
    const errors: unknown[] = [];
    const timelines = over(server, { tokenIn: 'query' });
    for (const fault of [
      () => server.failNext(500),
      () => server.failNext(401, {}, { error: `no ${server.token}` }),
      () => server.respondNext('rubbish', { end: true }),
      () => server.redirect('http://elsewhere.example'),
    ]) {
      fault();
      errors.push(await record(timelines.public()).ended);
    }
    await server.stop();
    errors.push(await record(timelines.public()).ended);
    for (const error of errors) {
      expect(error).toBeInstanceOf(MastodonError);
      const shown = inspect([error, (error as Error).cause], { depth: 9, showHidden: true });
      expect(shown + String((error as Error).stack)).not.toContain(server.token);
    }
  });
});

describe('messages', () => {
  it('of one chunk arrive synchronously', async () => {
    const server = await fake();
    const recording = record(over(server).public());
    await server.waitForConnections();
    const first = recording.until(({ type }) => type === 'delete');
    const frame = (payload: string) =>
      textFrame(JSON.stringify({ stream: ['public'], event: 'delete', payload }));
    server.write(Buffer.concat([frame('1'), frame('2')]));
    await first;
    // Both arrived synchronously, before any promise resolved.
    expect(recording.values.slice(-2).map(({ payload }) => payload)).toEqual(['1', '2']);
  });

  it('beyond 16 MiB end the socket, before they fill the memory', async () => {
    const server = await fake();
    const recording = record(over(server).public());
    await server.waitForConnections();
    const head = Buffer.alloc(10);
    head.writeUInt16BE(0x817f);
    head.writeBigUInt64BE(BigInt(MAX_MESSAGE + 1), 2);
    server.write(head);
    expect(await recording.ended).toMatchObject({ name: 'MastodonNetworkError' });
  });

  it('of 900,000 characters arrive', async () => {
    const server = await fake();
    const recording = record(over(server).public());
    await server.waitForConnections();
    server.publish('public', { event: 'long', payload: { text: 'x'.repeat(900_000) } });
    await recording.until(({ type }) => type === 'unknown');
  });
});

describe('dispatcher', () => {
  it('carries the handshake, and unsubscribing closes the socket', async () => {
    const server = await fake();
    const paths: unknown[] = [];
    const agent = new Agent();
    onTestFinished(() => agent.destroy());
    const dispatcher = agent.compose((dispatch) => (options, handler) => {
      paths.push(options.path);
      return dispatch(options, handler);
    });
    const timelines = over(server, { dispatcher });
    const recording = record(timelines.public());
    await server.waitForConnections();
    expect(paths).toEqual(['/api/v1/streaming']);
    recording.unsubscribe();
    await server.waitForClosedSockets();

    server.delayHeaders(Infinity);
    const waiting = record(timelines.public());
    await server.waitForRequests(2);
    waiting.unsubscribe();
    await server.waitForClosedSockets();
  });

  it('keeps the status of a refusal', async () => {
    const server = await fake();
    const agent = new Agent();
    onTestFinished(() => agent.destroy());
    server.failNext(503, { 'retry-after': '7' });
    const error = await record(over(server, { dispatcher: agent }).public()).ended;
    expect(error).toMatchObject({ status: 503, retryAfter: 7_000 });
  });

  it('of another undici version causes an illegal argument error', async () => {
    const server = await fake();
    const dispatcher = {
      dispatch: () => {
        throw new TypeError('invalid onError method');
      },
    };
    const error = await record(over(server, { dispatcher, reconnect: true }).public()).ended;
    expect(error).toMatchObject({ name: 'MastodonIllegalArgumentError', retryable: false });
  });

  it('env uses the proxy of the environment', async () => {
    const server = await fake();
    const tunnels = await tunnelProxy();
    const recording = record(over(server, { dispatcher: 'env' }).public());
    await server.waitForConnections();
    expect(tunnels).toEqual([new URL(server.url).host]);
    server.publish('public', { event: 'delete', payload: '1' });
    await recording.until(2);
    recording.unsubscribe();
    await server.waitForDisconnections();
  });
});
