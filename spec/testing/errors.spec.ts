import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFakeMastodon, type FakeMastodon } from '../../src/testing/index.ts';
import { rawRequest, type RawRequestConfig } from '../helpers/rawRequest.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');

interface Recorded {
  status: string;
  body: string;
}

const recorded = new Map<string, Recorded>(
  fixture('errors.txt')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, name = '', status = '', body = ''] =
        /^(\S+) +exit=\d+ +(?:HTTP\/1.1 (.*?))? *\| ?(.*?) ?$/s.exec(line) ?? [];
      return [name, { status, body }];
    }),
);

type Ask = (server: FakeMastodon) => [path: string, config?: RawRequestConfig];

const streaming = '/api/v1/streaming';

const withScopes =
  (path: string, ...scopes: string[]): Ask =>
  (server) => [`${streaming}/${path}`, { token: server.addToken({ scopes }) }];

const withToken =
  (path: string, config: RawRequestConfig = {}): Ask =>
  ({ token }) => [path, { token, ...config }];

const authorization =
  (of: (token: string) => string, query = ''): Ask =>
  ({ token }) => [`${streaming}/user${query}`, { headers: { Authorization: of(token) } }];

const asks: Record<string, Ask> = {
  'no-token': () => [`${streaming}/user`],
  'no-token-public': () => [`${streaming}/public`],
  'no-token-hashtag': () => [`${streaming}/hashtag?tag=x`],
  'wrong-token': () => [`${streaming}/user`, { token: 'nope' }],
  'wrong-token-query': () => [`${streaming}/user?access_token=nope`],
  'empty-bearer': authorization(() => 'Bearer '),
  'empty-query-token': () => [`${streaming}/user?access_token=`],
  'lowercase-bearer': authorization((token) => `bearer ${token}`),
  'no-bearer-prefix': authorization((token) => token),
  'basic-auth': authorization(() => 'Basic YWxpY2U6c2VjcmV0'),
  'wrong-header-good-query': ({ token }) => [
    `${streaming}/user?access_token=${token}`,
    { token: 'nope' },
  ],
  'token-in-sec-websocket-protocol-get': ({ token }) => [
    `${streaming}/user`,
    { headers: { 'Sec-WebSocket-Protocol': token } },
  ],
  'cookie-only': ({ token }) => [`${streaming}/user`, { headers: { Cookie: `token=${token}` } }],
  'bearer_token-param': ({ token }) => [`${streaming}/user?bearer_token=${token}`],
  'two-access_tokens': ({ token }) => [
    `${streaming}/user?access_token=${token}&access_token=${token}`,
  ],
  'revoked-token': (server) => {
    const token = server.addToken();
    server.revoke(token);
    return [`${streaming}/user`, { token }];
  },
  'scope-write-user': withScopes('user', 'write'),
  'scope-write-public': withScopes('public', 'write'),
  'scope-profile-public': withScopes('public', 'profile'),
  'scope-notif-user': withScopes('user', 'read:notifications'),
  'scope-notif-public': withScopes('public', 'read:notifications'),
  'scope-statuses-notification': withScopes('user/notification', 'read:statuses'),
  'scope-statuses-public': withScopes('public', 'read:statuses'),
  'hashtag-no-tag': withToken(`${streaming}/hashtag`),
  'hashtag-empty-tag': withToken(`${streaming}/hashtag?tag=`),
  'hashtag-local-no-tag': withToken(`${streaming}/hashtag/local`),
  'hashtag-two-tags': withToken(`${streaming}/hashtag?tag=a&tag=b`),
  'hashtag-array-tag': withToken(`${streaming}/hashtag?tag[]=a`),
  'hashtag-path-style': withToken(`${streaming}/hashtag/a`),
  'hashtag-bad-percent': withToken(`${streaming}/hashtag?tag=%E6%97%A`),
  'list-other-owner': (server) => {
    server.addList('43', 'bob');
    return [`${streaming}/list?list=43`, { token: server.token }];
  },
  'list-nonexistent': withToken(`${streaming}/list?list=999999`),
  'list-not-a-number': withToken(`${streaming}/list?list=abc`),
  'list-no-param': withToken(`${streaming}/list`),
  'list-empty': withToken(`${streaming}/list?list=`),
  'list-two': withToken(`${streaming}/list?list=42&list=42`),
  'list-leading-zero': withToken(`${streaming}/list?list=0042`),
  'unknown-channel': withToken(`${streaming}/nonsense`),
  'unknown-channel-no-token': () => [`${streaming}/nonsense`],
  'user-trailing-slash': withToken(`${streaming}/user/`),
  'user-uppercase': withToken(`${streaming}/USER`),
  'path-double-slash': withToken(`/api/v1//streaming/user`),
  'root-no-slash': withToken(streaming),
  'root-slash': withToken(`${streaming}/`),
  'root-stream-param': withToken(`${streaming}?stream=user`),
  'root-slash-stream-param': withToken(`${streaming}/?stream=user`),
  'colon-channel': withToken(`${streaming}/public:local`),
  'outside-api': withToken('/streaming/user'),
  'server-root': withToken('/'),
  'post-user': withToken(`${streaming}/user`, { method: 'POST' }),
  'post-user-no-token': () => [`${streaming}/user`, { method: 'POST' }],
  'post-form-token': ({ token }) => [
    `${streaming}/user`,
    {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: `access_token=${token}`,
    },
  ],
  'put-user': withToken(`${streaming}/user`, { method: 'PUT' }),
  'delete-user': withToken(`${streaming}/user`, { method: 'DELETE' }),
  'head-health': () => [`${streaming}/health`, { method: 'HEAD' }],
  'post-health': () => [`${streaming}/health`, { method: 'POST' }],
  'options-preflight': () => [`${streaming}/user`, { method: 'OPTIONS' }],
  'options-no-headers': () => [`${streaming}/user`, { method: 'OPTIONS' }],
  'options-unknown': () => [`${streaming}/nonsense`, { method: 'OPTIONS' }],
  'origin-get-error': () => [`${streaming}/user`, { headers: { Origin: 'https://app.example' } }],
  'origin-get-stream': withToken(`${streaming}/user`, {
    headers: { Origin: 'https://app.example' },
  }),
  'accept-encoding': withToken(`${streaming}/user`, { headers: { 'Accept-Encoding': 'gzip' } }),
  'accept-json': withToken(`${streaming}/user`, { headers: { Accept: 'application/json' } }),
  'last-event-id': withToken(`${streaming}/user`, { headers: { 'Last-Event-ID': '1' } }),
  'conn-close': withToken(`${streaming}/user`),
  'if-none-match': withToken(`${streaming}/user`, { headers: { 'If-None-Match': '"x"' } }),
  'x-request-id-sent': withToken(`${streaming}/user`, { headers: { 'X-Request-Id': 'mine' } }),
  health: () => [`${streaming}/health`],
  'health-with-slash': () => [`${streaming}/health/`],
  'huge-query-token': () => [`${streaming}/user?access_token=${'x'.repeat(20_000)}`],
};

/** Recordings of features that the fake lacks or that another spec tests. */
const elsewhere = [
  'expired-token',
  'app-only-token',
  'disabled-user',
  'suspended-account',
  'head-user-I',
  'http10',
  'metrics',
  'favicon',
  'http2-prior-knowledge',
  'h2c-upgrade',
  'expect-100',
];

async function fakeMastodon(): Promise<FakeMastodon> {
  const server = await startFakeMastodon();
  onTestFinished(() => server.close());
  return server;
}

/** The text without framing and with one space for all white space, like errors.txt. */
const plain = (text: string): string =>
  text
    .replace(/^[\da-f]+\r\n|\r\n0\r\n\r\n$/g, '')
    .replace(/\s+/g, ' ')
    .trim();

describe('a request', () => {
  it('of every recorded kind has a row in this file', () => {
    expect([...Object.keys(asks), ...elsewhere].sort()).toEqual([...recorded.keys()].sort());
  });

  it.each(Object.entries(asks))('%s gets the recorded response', async (name, ask) => {
    const expected = recorded.get(name);
    const server = await fakeMastodon();
    const [path, config = {}] = ask(server);
    const client = rawRequest(server.url, path, {
      ...config,
      headers: { ...config.headers, Connection: 'close' },
    });

    if (expected?.body === ':)') await client.until(':)\n\r\n');
    else await client.ended;

    expect(/^HTTP\/1.1 (.*)\r\n/.exec(client.text)?.[1]).toBe(expected?.status);
    expect(plain(client.body)).toBe(expected?.body);
  });

  it.each([
    ['health.http', 'GET', 'health', {}],
    [
      'options-preflight.http',
      'OPTIONS',
      'user',
      { 'Access-Control-Request-Headers': 'authorization,cache-control,last-event-id' },
    ],
  ])('has the headers of %s', async (name, method, path, headers) => {
    const server = await fakeMastodon();
    const client = rawRequest(server.url, `${streaming}/${path}`, { method, headers });
    await client.until('\r\n\r\n');

    const head = (raw: string): string =>
      raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/^(X-Request-Id|Date): .*$/gm, '$1: *');
    expect(head(client.text)).toBe(head(fixture(name)));
  });

  it('gets its refusal as JSON, and the connection stays open', async () => {
    const server = await fakeMastodon();
    const client = rawRequest(server.url, `${streaming}/user`);
    await client.until('0\r\n\r\n');

    expect(client.text.split('\r\n').map((line) => line.replace(/: .*-.*|GMT$/, ''))).toEqual(
      expect.arrayContaining(['Content-Type: application/json', 'Transfer-Encoding: chunked']),
    );
    client.send(`${streaming}/health`);
    await client.until('OK\r\n0\r\n\r\n');
  });

  it('with HEAD of a stream never gets a response', async () => {
    const server = await fakeMastodon();
    const client = rawRequest(server.url, `${streaming}/user`, {
      method: 'HEAD',
      token: server.token,
    });
    await server.waitForRequests();
    server.publish('user', { event: 'delete', payload: '1' });
    await server.stop();
    await client.ended;

    expect(client.text).toBe('');
  });

  it('with Expect: 100-continue gets 100 first', async () => {
    const server = await fakeMastodon();
    const client = rawRequest(server.url, `${streaming}/user`, {
      token: server.token,
      headers: { Expect: '100-continue' },
    });
    await client.until(':)\n');

    expect(client.text).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK\r\n/);
  });
});
