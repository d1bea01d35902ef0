import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFakeMastodon, type FakeMastodon } from '../../src/testing/index.ts';
import { RawConnection, rawRequest } from '../helpers/rawRequest.ts';

const USER = '/api/v1/streaming/user';

async function fakeMastodon(): Promise<FakeMastodon> {
  const server = await startFakeMastodon();
  onTestFinished(() => server.close());
  return server;
}

describe('startFakeMastodon', () => {
  it('listens on a free loopback port, and has its URL', async () => {
    const server = await fakeMastodon();
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  });

  it('accepts a port and a token', async () => {
    const free = await fakeMastodon();
    await free.stop();
    const port = Number(new URL(free.url).port);

    const server = await startFakeMastodon({ port, token: 'mine' });
    onTestFinished(() => server.close());
    expect(server.url).toBe(free.url);
    expect(server.token).toBe('mine');
    rawRequest(server.url, USER, { token: 'mine' });
    await server.waitForConnections();
  });

  it('rejects if the port is in use', async () => {
    const server = await fakeMastodon();
    const port = Number(new URL(server.url).port);
    await expect(startFakeMastodon({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('connections', () => {
  it('list the open streams with their accounts, and never the token', async () => {
    const server = await fakeMastodon();
    const bob = server.addToken({ account: 'bob' });
    const headers = { 'User-Agent': 'spec' };
    rawRequest(server.url, `/api/v1/streaming/hashtag?tag=Caf%C3%A9&access_token=${bob}`);
    await server.waitForConnections();
    rawRequest(server.url, '/api/v1/streaming/list?list=42', { token: server.token, headers });
    await server.waitForConnections(2);

    expect(server.connections).toMatchObject([
      { stream: ['hashtag', 'Café'], account: 'bob', userAgent: undefined },
      { stream: ['list', '42'], account: 'alice', userAgent: 'spec' },
    ]);
    expect(server.connections[0]?.path).toBe('/api/v1/streaming/hashtag?tag=Caf%C3%A9');
    expect(JSON.stringify(server.connections)).not.toContain(bob);
  });
});

describe('requests', () => {
  it('are logged with their query and their lower-case headers', async () => {
    const server = await fakeMastodon();
    const before = Date.now();
    rawRequest(server.url, '/api/v1/streaming/health?x=1', { headers: { 'X-Odd': 'y' } });
    await server.waitForRequests();

    const [request] = server.requests;
    expect(request).toMatchObject({
      method: 'GET',
      path: '/api/v1/streaming/health?x=1',
      headers: { 'x-odd': 'y' },
    });
    expect(request?.at).toBeGreaterThanOrEqual(before);
  });
});

describe('a pipelined request', () => {
  it('gets its response after the one before it', async () => {
    const server = await fakeMastodon();
    const client = new RawConnection(server.url);
    const request = (path: string): string =>
      `GET /api/v1/streaming/${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
    client.socket.write(request('health') + request(`user?access_token=${server.token}`));
    await client.until(':)\n');

    expect(client.text).toMatch(/^HTTP[^]*\r\n2\r\nOK\r\n0\r\n\r\nHTTP[^]*\r\n\r\n3\r\n:\)\n\r\n$/);
  });
});

describe('waitForConnections() and waitForDisconnections()', () => {
  it('resolve when clients connect and disconnect', async () => {
    const server = await fakeMastodon();
    const two = server.waitForConnections(2);
    const first = rawRequest(server.url, USER, { token: server.token });
    const second = rawRequest(server.url, USER, { token: server.token });
    await two;
    expect(server.socketCount).toBe(2);

    first.socket.destroy();
    await server.waitForDisconnections(1);
    expect(server.connections).toHaveLength(1);

    second.socket.destroy();
    await server.waitForDisconnections();
    expect(server.connections).toEqual([]);
    expect(server.socketCount).toBe(0);
  });

  it('do not count refused requests', async () => {
    const server = await fakeMastodon();
    await rawRequest(server.url, USER).until('0\r\n\r\n');

    expect(server.connections).toEqual([]);
    await server.waitForDisconnections();
    expect(server.socketCount).toBe(1);
  });

  it('reject when the server closes', async () => {
    const server = await fakeMastodon();
    rawRequest(server.url, USER, { token: server.token });
    await server.waitForConnections();
    const waiting = expect(server.waitForConnections(2)).rejects.toThrow(
      'The fake Mastodon is closed',
    );
    const gone = server.waitForDisconnections();

    await server.close();
    await waiting;
    await gone;
    await expect(server.waitForRequests(5)).rejects.toThrow('closed');
  });
});

describe('revoke()', () => {
  it("ends the token's streams cleanly, and rejects it from then on", async () => {
    const server = await fakeMastodon();
    const other = server.addToken();
    const revoked = rawRequest(server.url, USER, { token: server.token });
    const kept = rawRequest(server.url, USER, { token: other });
    await server.waitForConnections(2);

    server.revoke(server.token);
    await revoked.until('\r\n0\r\n\r\n');
    revoked.send(USER, { token: server.token });
    await revoked.until('{"error":"Invalid access token"}');

    server.publish('user', { event: 'delete', payload: '1' });
    await kept.until('data: 1');
    expect(revoked.text).not.toContain('data: 1');
  });
});

describe('stop(), start() and restart()', () => {
  it('refuse connections in between, and keep port, tokens and faults', async () => {
    const server = await fakeMastodon();
    const { url } = server;
    const client = rawRequest(url, USER, { token: server.token });
    const idle = await rawRequest(url, '/api/v1/streaming/health').until('OK');
    await server.waitForConnections();
    server.failNext(503);

    await server.stop();
    await client.ended;
    await idle.ended;
    const refused = new RawConnection(url);
    await expect(once(refused.socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });

    await server.start();
    expect(server.url).toBe(url);
    await rawRequest(url, USER, { token: server.token }).until('503');
    rawRequest(url, USER, { token: server.token });
    await server.waitForConnections();
  });

  it('drop open connections, and listen again', async () => {
    const server = await fakeMastodon();
    const client = rawRequest(server.url, USER, { token: server.token });
    await client.until(':)\n');

    await server.restart();
    expect(await client.ended).toBe('FIN');
    expect(client.text).not.toContain('0\r\n\r\n');
    rawRequest(server.url, USER, { token: server.token });
    await server.waitForConnections();
  });
});

describe('close()', () => {
  it('is called by `await using`', async () => {
    let url: string;
    {
      await using server = await startFakeMastodon();
      ({ url } = server);
    }
    const { socket } = new RawConnection(url);
    await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
