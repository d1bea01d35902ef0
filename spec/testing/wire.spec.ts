import { readFileSync } from 'node:fs';
import { onTestFinished, describe, expect, it, vi } from 'vitest';
import {
  startFakeMastodon,
  type FakeChannel,
  type FakeEvent,
  type FakeMastodon,
  type FakeMastodonConfig,
} from '../../src/testing/index.ts';
import { RawConnection, rawRequest } from '../helpers/rawRequest.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');

/** Replaces two values that differ each time with fixed ones. */
const comparable = (raw: string): string => raw.replace(/^(X-Request-Id|Date): .*\r$/gm, '$1: *\r');

async function fakeMastodon(config: FakeMastodonConfig = {}): Promise<FakeMastodon> {
  const server = await startFakeMastodon(config);
  onTestFinished(() => server.close());
  return server;
}

/** The payload to publish so that `data` is sent. */
function payloadOf(data: string): unknown {
  if (!/^[[{]|^true$/.test(data)) return data;
  return JSON.parse(data) as unknown;
}

function eventsOf(raw: string): FakeEvent[] {
  const body = Buffer.from(raw.slice(raw.indexOf('\r\n\r\n') + 4));
  const chunks: string[] = [];
  for (let at = 0; at < body.length;) {
    const start = body.indexOf('\r\n', at) + 2;
    const length = Number.parseInt(body.toString('latin1', at, start), 16);
    chunks.push(body.toString('utf8', start, start + length));
    at = start + length + 2;
  }
  return chunks.flatMap((chunk, index) => {
    const event = /^event: ([^]*)\n$/.exec(chunk)?.[1];
    const data = /^data: ([^]*)\n\n$/.exec(chunks[index + 1] ?? '')?.[1];
    return event === undefined || data === undefined ? [] : [{ event, payload: payloadOf(data) }];
  });
}

const ownNotifications = ({ event }: FakeEvent): FakeChannel =>
  event.startsWith('notification') ? 'user:notification' : 'user';

describe('a stream', () => {
  it.each<[name: string, path: string, channel: FakeChannel | ((event: FakeEvent) => FakeChannel)]>(
    [
      ['user', 'user', ownNotifications],
      ['user-odd-payloads', 'user', 'user'],
      ['user-notification', 'user/notification', 'user:notification'],
      ['public', 'public', 'public'],
      ['public-local', 'public/local', 'public:local'],
      ['public-remote', 'public/remote', 'public:remote'],
      ['public-only_media', 'public?only_media=true', 'public:media'],
      ['hashtag', 'hashtag?tag=Caf%C3%A9', ['hashtag', 'cafe']],
      ['hashtag-local', 'hashtag/local?tag=Caf%C3%A9', ['hashtag:local', 'CAFE']],
      ['hashtag-japanese', 'hashtag?tag=%E6%97%A5%E6%9C%AC%E8%AA%9E', ['hashtag', '日本語']],
      ['list', 'list?list=42', ['list', '42']],
      ['direct', 'direct', 'direct'],
    ],
  )('is the capture %s, byte for byte', async (name, path, channel) => {
    const raw = fixture(`${name}.raw.http`);
    const server = await fakeMastodon();
    const client = rawRequest(server.url, `/api/v1/streaming/${path}`, { token: server.token });
    await server.waitForConnections();

    const events = eventsOf(raw);
    expect(events.length).toBeGreaterThan(0);
    for (const event of events) {
      server.publish(typeof channel === 'function' ? channel(event) : channel, event);
    }
    await client.until(Buffer.byteLength(raw));

    expect(comparable(client.text)).toBe(comparable(raw));
  });

  it('sends a heartbeat every 15 s, independent of events, like the recording', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const raw = fixture('heartbeat-70s.raw.http');
    const server = await fakeMastodon();
    const client = rawRequest(server.url, '/api/v1/streaming/user', { token: server.token });
    await server.waitForConnections();

    vi.advanceTimersByTime(14_000);
    server.publish('user', { event: 'delete', payload: '42' });
    vi.advanceTimersByTime(56_000);
    await client.until(Buffer.byteLength(raw));

    expect(comparable(client.text)).toBe(comparable(raw));
  });

  it('ends like the recording when its token is revoked', async () => {
    const raw = fixture('kill-access_token.raw.http');
    const server = await fakeMastodon();
    const client = rawRequest(server.url, '/api/v1/streaming/user', { token: server.token });
    await server.waitForConnections();

    server.publish('user', { event: 'delete', payload: '1' });
    server.revoke(server.token);
    await client.until('\r\n0\r\n\r\n');

    expect(comparable(client.text)).toBe(comparable(raw));
  });

  it('writes the two chunks of an event to the socket together', async () => {
    const server = await fakeMastodon();
    const client = rawRequest(server.url, '/api/v1/streaming/user', { token: server.token });
    await client.until(':)\n');
    const reads: string[] = [];
    client.socket.on('data', (chunk) => reads.push(chunk.toString()));

    server.publish('user', { event: 'delete', payload: '42' });
    await client.until('data: 42');

    expect(reads).toEqual(['e\r\nevent: delete\n\r\na\r\ndata: 42\n\n\r\n']);
  });

  it('sends a number like JavaScript, even if that rounds it', async () => {
    const server = await fakeMastodon();
    const client = rawRequest(server.url, '/api/v1/streaming/user', { token: server.token });
    await server.waitForConnections();

    server.publish('user', { event: 'delete', payload: Number('117420000000000001') });
    server.publish('user', { event: 'delete', payload: '117420000000000001' });
    await client.until('data: 117420000000000001');

    expect(client.text).toContain('data: 117420000000000000\n');
  });

  it.each([undefined, null, 0, '', false])(
    'drops an event with the payload %s',
    async (payload) => {
      const server = await fakeMastodon();
      const client = rawRequest(server.url, '/api/v1/streaming/user', { token: server.token });
      await server.waitForConnections();

      server.publish('user', { event: 'filters_changed', payload });
      server.publish('user', { event: 'delete', payload: '42' });
      await client.until('data: 42');

      expect(client.text).not.toContain('filters_changed');
    },
  );

  it('omits notifications if the token lacks the scope, without another sign of it', async () => {
    const server = await fakeMastodon();
    const token = server.addToken({ scopes: ['read:statuses'] });
    const client = rawRequest(server.url, '/api/v1/streaming/user', { token });
    await server.waitForConnections();

    server.publish('user:notification', { event: 'notification', payload: { id: '1' } });
    server.publish('user', { event: 'delete', payload: '42' });
    await client.until('data: 42');

    expect(client.text).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(client.text).not.toContain('notification');
  });

  it("receives another account's events only on that account's channels", async () => {
    const server = await fakeMastodon();
    const bob = server.addToken({ account: 'bob' });
    const client = rawRequest(server.url, '/api/v1/streaming/user', { token: bob });
    await server.waitForConnections();

    server.publish('user', { event: 'delete', payload: 'of alice' });
    server.publish({ account: 'bob', channel: 'direct' }, { event: 'delete', payload: 'direct' });
    server.publish({ account: 'bob' }, { event: 'delete', payload: 'of bob' });
    await client.until('of bob');

    expect(eventsOf(client.text)).toEqual([{ event: 'delete', payload: 'of bob' }]);
  });

  it('can be one of a fork that the config adds', async () => {
    const server = await fakeMastodon({ streams: { 'public/bubble': 'public:bubble' } });
    const path = '/api/v1/streaming/public/bubble?only_media=1';
    const client = rawRequest(server.url, path, { token: server.token });
    await server.waitForConnections();

    server.publish('public:bubble:media', { event: 'delete', payload: '42' });
    await client.until('data: 42');

    expect(server.connections[0]?.stream).toEqual(['public:bubble:media']);
  });

  it('treats only_media=false as no', async () => {
    const server = await fakeMastodon();
    const path = '/api/v1/streaming/public/local?only_media=false';
    rawRequest(server.url, path, { token: server.token });
    await server.waitForConnections();

    expect(server.connections[0]?.stream).toEqual(['public:local']);
  });
});

describe('an older version', () => {
  it('up to 4.4 sends heartbeats with one line feed', async () => {
    const server = await fakeMastodon({ version: '4.4.8+glitch', heartbeatInterval: 5 });
    const client = rawRequest(server.url, '/api/v1/streaming/user', { token: server.token });
    await client.until('thump');

    expect(client.body).toMatch(/^3\r\n:\)\n\r\n(7\r\n:thump\n\r\n)+/);
  });

  it('sends the heartbeats of the config, whatever its version', async () => {
    const server = await fakeMastodon({
      version: '4.4.8',
      oldHeartbeats: false,
      heartbeatInterval: 5,
      preamble: false,
    });
    const client = rawRequest(server.url, '/api/v1/streaming/user', { token: server.token });
    await client.until('thump');

    expect(client.body).toMatch(/^(8\r\n:thump\n\n\r\n)+/);
  });

  it('up to 4.2 sends data: undefined', async () => {
    const server = await fakeMastodon({ version: '4.2.13' });
    const client = rawRequest(server.url, '/api/v1/streaming/user', { token: server.token });
    await server.waitForConnections();

    server.publish('user', { event: 'filters_changed' });
    await client.until('data: undefined\n\n');

    expect(client.body).toContain(
      '17\r\nevent: filters_changed\n\r\n11\r\ndata: undefined\n\n\r\n',
    );
  });

  it('up to 4.3 has other messages for refusals', async () => {
    const server = await fakeMastodon({ version: '4.3.0-alpha.1' });
    const token = server.addToken({ scopes: ['write'] });
    const client = rawRequest(server.url, '/api/v1/streaming/user', { token });
    await client.until('0\r\n\r\n');
    client.send('/api/v1/streaming/list?list=7', { token: server.token });
    await client.until('Not found');

    expect(client.text).toContain('"Error: Access token does not cover required scopes"');
    expect(client.text).toContain('HTTP/1.1 404 Not Found');
  });

  it('up to 4.2 allows three headers to pages of other origins', async () => {
    const server = await fakeMastodon({ version: '4.2.13' });
    const client = rawRequest(server.url, '/api/v1/streaming/user', { method: 'OPTIONS' });
    await client.until('\r\n\r\n');

    expect(client.text).toContain(
      'Access-Control-Allow-Headers: Authorization, Accept, Cache-Control\r\n',
    );
  });
});

describe('an HTTP/1.0 client, like nginx by default', () => {
  it('receives no chunks: the body ends with the socket', async () => {
    const server = await fakeMastodon();
    const connection = new RawConnection(server.url);
    connection.socket.write(
      `GET /api/v1/streaming/public HTTP/1.0\r\nAuthorization: Bearer ${server.token}\r\n\r\n`,
    );
    await connection.until(':)\n');
    server.publish('public', { event: 'delete', payload: '1' });
    await connection.until('data: 1\n\n');
    expect(connection.body).toBe(':)\nevent: delete\ndata: 1\n\n');
    expect(connection.text).not.toMatch(/transfer-encoding/i);
    server.end();
    expect(await connection.ended).toBe('FIN');
  });
});
