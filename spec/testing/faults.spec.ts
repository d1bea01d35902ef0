import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  startFakeMastodon,
  type FakeMastodon,
  type FakeMastodonConfig,
} from '../../src/testing/index.ts';
import { rawRequest, type RawConnection } from '../helpers/rawRequest.ts';

const USER = '/api/v1/streaming/user';
const PREAMBLE = '3\r\n:)\n\r\n';

async function fakeMastodon(config: FakeMastodonConfig = {}): Promise<FakeMastodon> {
  const server = await startFakeMastodon(config);
  onTestFinished(() => server.close());
  return server;
}

async function openStream(server: FakeMastodon, path = USER): Promise<RawConnection> {
  const client = rawRequest(server.url, path, { token: server.token });
  return client.until(':)\n\r\n');
}

const statusOf = ({ text }: RawConnection): string | undefined =>
  /^HTTP\/1.1 (\d+)/.exec(text)?.[1];

describe('drop()', () => {
  it('ends the socket in the middle of the body, like a killed server', async () => {
    const server = await fakeMastodon();
    const client = await openStream(server);

    server.publish('user', { event: 'delete', payload: '1' });
    server.drop();

    expect(await client.ended).toBe('FIN');
    expect(client.body).toBe(`${PREAMBLE}e\r\nevent: delete\n\r\n9\r\ndata: 1\n\n\r\n`);
    await server.waitForDisconnections();
    expect(server.socketCount).toBe(0);
  });

  it('removes the connection at once, so that waitForConnections() waits for the next one', async () => {
    const server = await fakeMastodon();
    await openStream(server);

    server.drop();
    expect(server.connections).toEqual([]);
    const connected = server.waitForConnections();
    await openStream(server);
    await connected;
  });
});

describe('reset()', () => {
  it('resets the socket', async () => {
    const server = await fakeMastodon();
    const client = await openStream(server);

    server.reset();

    expect(await client.ended).toBe('RST');
    await server.waitForClosedSockets();
  });
});

describe('end()', () => {
  it('ends the body with its last chunk, and keeps the socket for the next request', async () => {
    const server = await fakeMastodon();
    const client = await openStream(server);

    server.end();
    await client.until('0\r\n\r\n');
    await server.waitForDisconnections();

    expect(client.body).toBe(`${PREAMBLE}0\r\n\r\n`);
    expect(server.socketCount).toBe(1);
    client.send(USER, { token: server.token });
    await server.waitForConnections();
  });

  it('of one connection does not affect the others', async () => {
    const server = await fakeMastodon();
    const first = await openStream(server);
    const second = await openStream(server);

    server.connections[0]?.close();
    await first.until('0\r\n\r\n');
    server.publish('user', { event: 'delete', payload: '1' });
    await second.until('data: 1');

    expect(server.connections).toHaveLength(1);
  });
});

describe('stall()', () => {
  it('buffers the output of an open stream, which resume() sends in order', async () => {
    const server = await fakeMastodon({ heartbeatInterval: 5 });
    const client = await openStream(server);

    server.stall();
    const before = client.text;
    server.publish('user', { event: 'delete', payload: '1' });
    server.publish('user', { event: 'delete', payload: '2' });
    await rawRequest(server.url, '/api/v1/streaming/health').until('OK');
    expect(client.text).toBe(before);

    server.resume();
    await client.until('data: 2');
    expect(client.text.indexOf('data: 1')).toBeLessThan(client.text.indexOf('data: 2'));
  });

  it('suppresses heartbeats, too', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const server = await fakeMastodon();
    const client = await openStream(server);

    server.stall();
    vi.advanceTimersByTime(60_000);
    await rawRequest(server.url, '/api/v1/streaming/health').until('OK');
    expect(client.body).toBe(PREAMBLE);
  });

  it('delays even the headers of a new stream, which counts as open', async () => {
    const server = await fakeMastodon();
    server.stall();
    const client = rawRequest(server.url, USER, { token: server.token });
    await server.waitForConnections();
    server.publish('user', { event: 'delete', payload: '1' });
    await rawRequest(server.url, '/api/v1/streaming/health').until('OK');
    expect(client.text).toBe('');

    server.resume();
    await client.until('data: 1');
    expect(statusOf(client)).toBe('200');
    expect(client.body).toMatch(/^3\r\n:\)\n/);
  });

  it('delays a clean end, too', async () => {
    const server = await fakeMastodon();
    const client = await openStream(server);

    server.stall();
    server.publish('user', { event: 'delete', payload: '1' });
    server.revoke(server.token);
    await rawRequest(server.url, '/api/v1/streaming/health').until('OK');
    expect(client.body).toBe(PREAMBLE);

    server.resume();
    await client.until('0\r\n\r\n');
    expect(client.body).toContain('data: 1');
  });

  it('notices a client that disconnects', async () => {
    const server = await fakeMastodon();
    const client = await openStream(server);

    server.stall();
    client.socket.destroy();
    await server.waitForDisconnections();
    expect(server.socketCount).toBe(0);
  });
});

describe('failNext()', () => {
  it.each([
    [401, 'Invalid access token'],
    [404, 'Not found'],
    [429, 'Too many requests'],
    [500, 'An unexpected error occurred'],
    [503, 'Service Unavailable'],
  ])("fails with %i and the server's message", async (status, error) => {
    const server = await fakeMastodon();
    server.failNext(status);
    const client = await rawRequest(server.url, USER, { token: server.token }).until('0\r\n\r\n');

    expect(statusOf(client)).toBe(String(status));
    expect(client.text).toContain('Content-Type: application/json\r\n');
    expect(client.body).toContain(JSON.stringify({ error }));
  });

  it('fails as many requests as it was called for, in order, and no health check', async () => {
    const server = await fakeMastodon();
    server.failNext(429, { 'Retry-After': '7' });
    server.failNext(503, { 'content-type': 'text/plain' }, 'Later');
    server.failNext(502, {}, '<h1>Bad gateway</h1>');
    server.failNext(418, {}, { error: 'teapot' });

    await rawRequest(server.url, '/api/v1/streaming/health').until('OK');
    await rawRequest(server.url, '/elsewhere').until('Unknown channel requested');
    const answers: RawConnection[] = [];
    for (let count = 0; count < 4; count++) {
      answers.push(await rawRequest(server.url, USER).until('0\r\n\r\n'));
    }
    await openStream(server);

    expect(answers.map(statusOf)).toEqual(['429', '503', '502', '418']);
    expect(answers[0]?.text).toContain('Retry-After: 7\r\n');
    expect(answers[1]?.text).toContain('content-type: text/plain\r\n');
    expect(answers[1]?.text).not.toContain('Content-Type');
    expect(answers[2]?.text).toContain('Content-Type: text/html; charset=utf-8\r\n');
    expect(answers[3]?.body).toContain('{"error":"teapot"}');
  });
});

describe('respondNext()', () => {
  it('sends exactly these bytes, and leaves the socket open', async () => {
    const server = await fakeMastodon();
    server.respondNext('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>');
    const client = await rawRequest(server.url, USER).until('<p>');

    expect(client.text).toBe('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>');
    expect(server.socketCount).toBe(1);
    await openStream(server);
  });

  it('ends the socket with { end: true }', async () => {
    const server = await fakeMastodon();
    server.respondNext(Uint8Array.of(0, 1, 2), { end: true });
    const client = rawRequest(server.url, USER);

    expect(await client.ended).toBe('FIN');
    expect(client.text).toBe('\0\u0001\u0002');
  });
});

describe('throttle()', () => {
  it('sends that many bytes at a time, and the rest at once when it ends', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const server = await fakeMastodon();
    const client = await openStream(server);

    server.throttle({ bytes: 2, every: 100 });
    server.publish('user', { event: 'delete', payload: '1' });
    const before = client.text;
    vi.advanceTimersByTime(100);
    await client.until(`${before}e\r`);
    vi.advanceTimersByTime(100);
    await client.until(`${before}e\r\ne`);
    expect(client.text).toBe(`${before}e\r\ne`);

    server.throttle(undefined);
    await client.until('data: 1\n\n\r\n');
    expect(client.body).toBe(`${PREAMBLE}e\r\nevent: delete\n\r\n9\r\ndata: 1\n\n\r\n`);
  });

  it('throttles the bodies of new streams, not their headers', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const server = await fakeMastodon();
    server.throttle({ bytes: 1, every: 100 });
    const client = rawRequest(server.url, USER, { token: server.token });
    await client.until('\r\n\r\n');
    await rawRequest(server.url, '/api/v1/streaming/health').until('OK');
    expect(client.body).toBe('');

    vi.advanceTimersByTime(100 * PREAMBLE.length);
    await client.until(PREAMBLE);
    expect(client.body).toBe(PREAMBLE);
  });
});

describe('write()', () => {
  it('writes text or bytes unchanged, each in a chunk', async () => {
    const server = await fakeMastodon();
    const client = await openStream(server);

    server.write(': odd\r\n');
    server.write('');
    server.write(new TextEncoder().encode('data: é\n\n'));
    await client.until('data: é\n\n\r\n');

    expect(client.body).toBe(`${PREAMBLE}7\r\n: odd\r\n\r\na\r\ndata: é\n\n\r\n`);
  });
});

describe('delayHeaders()', () => {
  it('delays the headers, and the stream with them', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const server = await fakeMastodon();
    server.delayHeaders(1_000);
    const client = rawRequest(server.url, USER, { token: server.token });
    await server.waitForRequests();

    vi.advanceTimersByTime(999);
    expect(server.connections).toHaveLength(0);
    vi.advanceTimersByTime(1);
    expect(server.connections).toHaveLength(1);
    await client.until(PREAMBLE);

    server.delayHeaders(undefined);
    await openStream(server);
  });

  it('opens no stream for a client that has disconnected meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const server = await fakeMastodon();
    server.delayHeaders(1_000);
    const client = rawRequest(server.url, USER, { token: server.token });
    await server.waitForRequests();
    client.socket.destroy();
    await server.waitForClosedSockets();

    vi.advanceTimersByTime(1_000);
    expect(server.connections).toEqual([]);
  });

  it('accepts Infinity for never', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const server = await fakeMastodon();
    server.delayHeaders(Infinity);
    rawRequest(server.url, USER, { token: server.token });
    await server.waitForRequests();

    expect(vi.getTimerCount()).toBe(0);
    expect(server.connections).toEqual([]);
  });
});

describe('redirect()', () => {
  it.each([
    ['http://127.0.0.2:4000', 'http://127.0.0.2:4000/api/v1/streaming/user?a=1'],
    ['http://127.0.0.2:4000/', 'http://127.0.0.2:4000/api/v1/streaming/user?a=1'],
    ['http://127.0.0.2:4000/else', 'http://127.0.0.2:4000/else'],
    ['/relative', '/relative'],
  ])('to %s sends the client to %s', async (location, target) => {
    const server = await fakeMastodon();
    server.redirect(location);
    const client = await rawRequest(server.url, `${USER}?a=1`).until('0\r\n\r\n');

    expect(statusOf(client)).toBe('301');
    expect(client.text).toContain(`Location: ${target}\r\n`);
  });

  it('accepts another status, and ends with undefined', async () => {
    const server = await fakeMastodon();
    server.redirect('/x', 307);
    const client = await rawRequest(server.url, USER).until('0\r\n\r\n');
    expect(statusOf(client)).toBe('307');

    server.redirect(undefined);
    await openStream(server);
  });
});

describe('health()', () => {
  it('responds with 503 while the server is unhealthy, and not at all while it stalls', async () => {
    const server = await fakeMastodon();
    const path = '/api/v1/streaming/health';

    server.health(false);
    expect(statusOf(await rawRequest(server.url, path).until('0\r\n\r\n'))).toBe('503');
    server.health('stall');
    const stalled = rawRequest(server.url, path);
    await server.waitForRequests(2);
    server.health(true);
    expect(statusOf(await rawRequest(server.url, path).until('0\r\n\r\n'))).toBe('200');
    expect(stalled.text).toBe('');
  });
});

describe('instance()', () => {
  const get = async (server: FakeMastodon, version: string): Promise<[number, string]> => {
    const response = await fetch(`${server.url}/api/${version}/instance`);
    return [response.status, await response.text()];
  };

  it('announces its own WebSocket URL, in both documents', async () => {
    const server = await fakeMastodon({ version: '4.4.1' });
    const own = server.url.replace('http', 'ws');

    const [, v2] = await get(server, 'v2');
    const [, v1] = await get(server, 'v1');
    expect(JSON.parse(v2)).toMatchObject({
      version: '4.4.1',
      configuration: { urls: { streaming: own } },
    });
    expect(JSON.parse(v1)).toMatchObject({ version: '4.4.1', urls: { streaming_api: own } });
  });

  it('announces the URL of the config, or none', async () => {
    const other = await fakeMastodon({ streamingUrl: 'wss://streaming.example' });
    const none = await fakeMastodon({ streamingUrl: null });

    expect((await get(other, 'v2'))[1]).toContain('"streaming":"wss://streaming.example"');
    expect((await get(none, 'v2'))[1]).not.toContain('"streaming"');
    expect((await get(none, 'v1'))[1]).not.toContain('streaming_api');
  });

  it('can differ between the two documents', async () => {
    const server = await fakeMastodon();
    server.instance({ v2: 404 });
    expect(await get(server, 'v2')).toEqual([404, '{"error":"Not Found"}']);
    expect((await get(server, 'v1'))[0]).toBe(200);

    server.instance('html');
    expect((await get(server, 'v1'))[1]).toContain('<!DOCTYPE html>');

    server.instance((document) => ({ version: document['version'] }));
    expect((await get(server, 'v2'))[1]).toBe('{"version":"4.5.0"}');

    server.instance('default');
    expect((await get(server, 'v2'))[1]).toContain('configuration');
  });

  it('never responds with "stall"', async () => {
    const server = await fakeMastodon();
    server.instance('stall');
    const client = rawRequest(server.url, '/api/v2/instance');
    await server.waitForRequests();
    await server.close();
    await client.ended;
    expect(client.text).toBe('');
  });
});
