/** Compares the fake's WebSocket with recordings of the real one. */
import { readFileSync } from 'node:fs';
import { startFakeMastodon, type FakeMastodon, type FakeMastodonConfig } from 'mastodon-rx/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { rawRequest } from '../helpers/rawRequest.ts';
import { WebSocketClient } from '../helpers/webSocketClient.ts';
import { recordingOf } from '../helpers/webSocketCaptures.ts';

const PATH = '/api/v1/streaming';

async function fake(config?: FakeMastodonConfig): Promise<FakeMastodon> {
  const server = await startFakeMastodon(config);
  onTestFinished(() => server.close());
  return server;
}

const headers = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

const clientOf = (server: FakeMastodon, path = PATH, token = server.token) =>
  new WebSocketClient(server.url + path, [], bearer(token)).opened();

/** The head of a recorded response: names, order and values, except those that differ each time. */
const outline = (head: string): string =>
  head.replace(/(X-Request-Id|Sec-WebSocket-Accept): .*/g, '$1: …');

describe('the handshake', () => {
  it('gets the recorded response, byte for byte', async () => {
    const server = await fake();
    const { text } = await rawRequest(server.url, PATH, { token: server.token, headers }).until(
      '\r\n\r\n',
    );
    const recorded = /B \(never pongs\) raw ("HTTP.*")/.exec(
      readFileSync(new URL('../fixtures/websocket-ping.txt', import.meta.url), 'utf8'),
    );
    expect(outline(text)).toBe(outline(JSON.parse(recorded?.[1] ?? '') as string));
    // RFC 6455, 1.3: the Accept header for this key.
    expect(text).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  });

  it('echoes a token that was sent as the subprotocol, between the accept and the request id', async () => {
    const server = await fake();
    const { text } = await rawRequest(server.url, PATH, {
      headers: { ...headers, 'Sec-WebSocket-Protocol': server.token },
    }).until('\r\n\r\n');
    const names = text.split('\r\n').map((line) => line.split(':')[0]);
    expect(names.slice(3, 6)).toEqual([
      'Sec-WebSocket-Accept',
      'Sec-WebSocket-Protocol',
      'X-Request-Id',
    ]);
    expect(text).toContain(`Sec-WebSocket-Protocol: ${server.token}\r\n`);
  });

  it.each([
    ['in the query', (token: string) => ({ path: `${PATH}?access_token=${token}` })],
    ['with a slash at its end', (token: string) => ({ path: `${PATH}/?access_token=${token}` })],
    ['at any path', (token: string) => ({ path: '/whatever/path', token })],
  ])('accepts the token %s', async (_where, askOf) => {
    const server = await fake();
    const { path, ...rest } = askOf(server.token) as { path: string; token?: string };
    const connection = await rawRequest(server.url, path, { ...rest, headers }).until('\r\n\r\n');
    expect(connection.text).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
  });

  it.each([
    ['no token', {}, 'Missing access token'],
    ['a wrong token', { token: 'nope' }, 'Invalid access token'],
    ['two subprotocols', { protocols: 'mastodon,TOKEN' }, 'Invalid access token'],
  ])('rejects %s like the recording, with an empty body', async (_what, config, words) => {
    const server = await fake();
    const { token, protocols } = config as { token?: string; protocols?: string };
    const connection = rawRequest(server.url, PATH, {
      ...(token === undefined ? {} : { token }),
      headers: {
        ...headers,
        ...(protocols === undefined
          ? {}
          : { 'Sec-WebSocket-Protocol': protocols.replace('TOKEN', server.token) }),
      },
    });
    expect(await connection.ended).toBe('FIN');
    expect(outline(connection.text)).toBe(
      'HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Type: text/plain\r\n' +
        `Content-Length: 0\r\nX-Request-Id: …\r\nX-Error-Message: ${words}\r\n\r\n`,
    );
  });

  it('prefers the header to the query', async () => {
    const server = await fake();
    const path = `${PATH}?access_token=${server.token}`;
    const connection = rawRequest(server.url, path, { token: 'nope', headers });
    expect(await connection.ended).toBe('FIN');
    expect(connection.text).toMatch(/^HTTP\/1\.1 401/);
  });
});

describe('the frames', () => {
  it.each([
    ['unknown stream in the URL'],
    ['stream in the URL: user'],
    ['multiplexed'],
    ['errors'],
    ['query params: hashtag'],
    ['query params: hashtag twice'],
    ['query params: list of someone else'],
    ['two streams in the URL: only the first'],
  ])('of the recording "%s" are sent byte for byte', async (title) => {
    const server = await fake();
    server.addList('4242');
    server.addList('4243', 'bob');
    const { path, steps, expected } = recordingOf(title);
    expect(expected.length).toBeGreaterThan(0);
    const client = await clientOf(server, path);
    await client.settled();
    for (const step of steps) {
      if ('send' in step && step.send === '(binary frame)') client.socket.send(Buffer.of(1));
      else if ('send' in step) await client.send(step.send);
      else if ('publish' in step) server.publish(...step.publish);
    }
    expect(await client.until(expected.length)).toEqual(expected);
    if (title !== 'errors') return;
    expect(await client.closed).toEqual({
      code: 1003,
      reason: 'The mastodon streaming server does not support binary messages',
    });
  });

  it.each([
    ['token with only scope write: handshake accepted', ['write']],
    ['scope read:statuses on user', ['read:statuses']],
    ['errors: scope', ['read:notifications']],
  ])('of the recording "%s" follow the scopes', async (title, scopes) => {
    const server = await fake();
    const { path, steps, expected } = recordingOf(title);
    const client = await clientOf(server, path, server.addToken({ scopes }));
    await client.settled();
    for (const step of steps) {
      if ('send' in step) await client.send(step.send);
      else if ('publish' in step) server.publish(...step.publish);
    }
    await client.settled();
    expect(client.messages).toEqual(expected);
  });

  it('of 4.3 and older have errors without a status', async () => {
    const server = await fake({ version: '4.3.0' });
    const client = await clientOf(server, PATH, server.addToken({ scopes: ['write'] }));
    await client.send({ type: 'subscribe', stream: 'public' });
    expect(client.messages).toEqual([
      '{"error":"Error: Access token does not cover required scopes"}',
    ]);
  });

  it('of a revoked token end with a close without a code, like the recording', async () => {
    const server = await fake();
    const { path, expected } = recordingOf('kill event (token revoked)');
    const client = await clientOf(server, path);
    await client.settled();
    server.publish('user', { event: 'delete', payload: '1' });
    server.revoke(server.token);
    expect(await client.closed).toEqual({ code: 1005, reason: '' });
    expect(client.messages).toEqual(expected);
  });
});

describe('subscriptions', () => {
  it('are listed in the spelling of the first, and end with one unsubscribe', async () => {
    const server = await fake();
    const client = await clientOf(server);
    await client.send({ type: 'subscribe', stream: 'hashtag', tag: 'Café' });
    await client.send({ type: 'subscribe', stream: 'hashtag', tag: 'CAFE' });
    await client.send({ type: 'subscribe', stream: 'user' });
    expect(server.subscriptions).toEqual([['hashtag', 'Café'], ['user']]);
    expect(server.connections.map(({ stream, transport }) => [transport, ...stream])).toEqual([
      ['websocket', 'hashtag', 'Café'],
      ['websocket', 'user'],
    ]);
    await client.send({ type: 'unsubscribe', stream: 'hashtag', tag: 'cafe' });
    expect(server.subscriptions).toEqual([['user']]);
    client.socket.terminate();
    await server.waitForUnsubscriptions();
    await server.waitForDisconnections();
    expect(server.webSocketCount).toBe(0);
  });

  it('[src] survive an unsubscribe that comes right after its subscribe, since it needs fewer checks', async () => {
    const server = await fake();
    const client = await clientOf(server);
    // In one TCP segment, like those of a client that sends both synchronously.
    client.socket.send('{"type":"subscribe","stream":"public"}');
    client.socket.send('{"type":"unsubscribe","stream":"public"}');
    await client.settled();
    expect(server.subscriptions).toEqual([['public']]);
  });

  it('never have the token in their path', async () => {
    const server = await fake();
    await new WebSocketClient(
      `${server.url}${PATH}?stream=user&access_token=${server.token}`,
    ).opened();
    await server.waitForConnections();
    expect(server.connections[0]?.path).toBe(`${PATH}?stream=user`);
  });

  it('receive posts like SSE', async () => {
    const server = await fake();
    const client = await clientOf(server, `${PATH}?stream=hashtag&tag=RxJS`);
    await server.waitForConnections();
    const { id } = server.post({
      content: '#rxjs',
      tags: [{ name: 'rxjs' }],
    });
    const [frame = ''] = await client.until(1);
    expect(JSON.parse(frame)).toMatchObject({ stream: ['hashtag', 'RxJS'], event: 'update' });
    expect(
      (JSON.parse((JSON.parse(frame) as { payload: string }).payload) as { id: string }).id,
    ).toBe(id);
  });
});

describe('pings', () => {
  it('are empty, at the server’s interval; a client that does not respond is cut with a bare FIN', async () => {
    const server = await fake({ pingInterval: 100 });
    const good = await clientOf(server);
    const bad = await rawRequest(server.url, PATH, { token: server.token, headers }).until(
      '\r\n\r\n',
    );
    const pings: string[] = [];
    good.socket.on('ping', (data: Buffer) => pings.push(data.toString('hex')));
    await bad.until(bad.text.length + 2);
    expect(await bad.ended).toBe('FIN');
    // 89 00 is an empty ping; no close frame, 88, follows it.
    expect(Buffer.from(bad.body, 'latin1').toString('hex')).toMatch(/^(fd|89)00$/);
    expect(pings).toContain('');
    expect(server.webSocketCount).toBe(1);
  });
});

describe('faults', () => {
  it('drop is a FIN without a close frame, reset an RST, end a close without a code', async () => {
    const server = await fake();
    for (const [fault, code] of [
      ['drop', 1006],
      ['reset', 1006],
      ['end', 1005],
    ] as const) {
      const client = await clientOf(server);
      server[fault]();
      expect((await client.closed).code).toBe(code);
      await server.waitForDisconnections();
    }
  });

  it('a reset after a drop closes the socket all the same: Node resets none that has sent its FIN', async () => {
    const server = await fake();
    const client = await clientOf(server, `${PATH}?stream=user`);
    await server.waitForConnections();
    server.drop();
    server.reset();
    await client.closed;
    await server.waitForClosedSockets();
    expect(server.connections).toEqual([]);
  });

  it('stall buffers all output, the handshake included, until resume', async () => {
    const server = await fake();
    const client = await clientOf(server, `${PATH}?stream=user`);
    await server.waitForConnections();
    server.stall();
    server.publish('user', { event: 'delete', payload: '1' });
    const late = new WebSocketClient(server.url + PATH, [], bearer(server.token));
    await server.waitForRequests(2);
    server.resume();
    await client.until(1);
    await late.opened();
    expect(client.messages).toEqual(['{"stream":["user"],"event":"delete","payload":"1"}']);
  });

  it('throttle sends a frame in pieces', async () => {
    const server = await fake();
    const client = await clientOf(server, `${PATH}?stream=user`);
    await server.waitForConnections();
    server.throttle({ bytes: 7, every: 1 });
    server.publish('user', { event: 'delete', payload: '1' });
    expect(await client.until(1)).toHaveLength(1);
  });

  it('failNext, respondNext, delayHeaders and redirect apply to the handshake', async () => {
    const server = await fake();
    server.failNext(429, { 'Retry-After': '7' });
    server.failNext(503, {}, { error: 'Later' });
    server.respondNext('HTTP/1.1 200 OK\r\n\r\n', { end: true });
    const ask = () => rawRequest(server.url, PATH, { token: server.token, headers });
    const answers: string[] = [];
    for (let i = 0; i < 3; i++) {
      const connection = ask();
      await connection.ended;
      answers.push(connection.text);
    }
    expect(answers[0]).toContain('X-Error-Message: Too many requests\r\nRetry-After: 7');
    expect(answers[1]).toContain('\r\n\r\n{"error":"Later"}');
    expect(answers[2]).toBe('HTTP/1.1 200 OK\r\n\r\n');

    server.redirect('https://elsewhere.example');
    const redirected = ask();
    await redirected.ended;
    expect(redirected.text).toContain(`Location: https://elsewhere.example${PATH}\r\n`);
    server.redirect(undefined);
    server.delayHeaders(5);
    await ask().until('101 Switching');
  });

  it('write sends text as a message, and bytes unchanged', async () => {
    const server = await fake();
    const client = await clientOf(server);
    server.write('no JSON');
    server.write(Buffer.of(0x81, 2, 0x68));
    server.write(Buffer.of(0x69));
    expect(await client.until(2)).toEqual(['no JSON', 'hi']);
  });
});
