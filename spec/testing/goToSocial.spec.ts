/** Compares the fake's GoToSocial with recordings of the real one. */
import { fakeStatus, startFakeMastodon, type FakeMastodon } from 'mastodon-rx/testing';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { framesOf, recordedRest, recordedSockets } from '../helpers/goToSocialCaptures.ts';
import { rawRequest } from '../helpers/rawRequest.ts';
import { WebSocketClient } from '../helpers/webSocketClient.ts';

const PATH = '/api/v1/streaming';
const LIST = '01M8E66NTQN1DT35NT2PJMENGK';

async function goToSocial(): Promise<FakeMastodon> {
  const server = await startFakeMastodon({ flavour: 'gotosocial' });
  onTestFinished(() => server.close());
  server.addList(LIST, 'alice', ['bob']);
  return server;
}

const headersOf = (token: string) => ({ Authorization: `Bearer ${token}`, 'User-Agent': 'spec' });

const clientOf = (server: FakeMastodon, path = PATH) =>
  new WebSocketClient(server.url + path, [], { headers: headersOf(server.token) }).opened();

const get = async (server: FakeMastodon, path: string, token = server.token) => {
  const response = await fetch(server.url + path, { headers: headersOf(token) });
  return {
    status: response.status,
    link: response.headers.get('link'),
    body: await response.text(),
  };
};

/** The text of a frame, with the names of posts in place of ids: `list:… update first`. */
function outlineOf(frame: string, names: ReadonlyMap<string, string>): string {
  expect(frame.endsWith('}\n')).toBe(true);
  const { stream, event, payload } = JSON.parse(frame) as Record<string, string>;
  const entity = (payload!.startsWith('{') ? JSON.parse(payload!) : payload) as
    string | { id: string; type?: string; status?: { id: string }; last_status?: { id: string } };
  const about =
    typeof entity === 'string'
      ? names.get(entity)
      : [entity.type, names.get((entity.status ?? entity.last_status ?? entity).id)]
          .join(' ')
          .trim();
  return `${JSON.stringify(stream)} ${event!} ${String(about)}`;
}

describe('the frames', () => {
  it('of the recorded history equal the recorded ones, socket by socket', async () => {
    const server = await goToSocial();
    const clients = new Map<string, WebSocketClient>();
    for (const { socket, open, from, text } of recordedSockets) {
      if (open !== undefined) clients.set(socket, await clientOf(server, open));
      else if (from === 'client') await clients.get(socket)!.send(text!);
    }
    expect(server.subscriptions.map((stream) => stream.join(' ')).sort()).toEqual(
      [
        ...['user', 'public', 'public:local', 'direct', `list ${LIST}`],
        ...['user', 'user:notification', `list ${LIST}`],
      ].sort(),
    );

    const bob = { username: 'bob', acct: 'bob' };
    const first = server.post({ account: bob, tags: [{ name: 'cats' }] });
    for (const type of ['status', 'mention']) server.notify({ type, account: bob, status: first });
    server.edit({ id: first.id, content: '<p>Edited</p>' });
    const direct = server.post({ account: bob, visibility: 'direct' });
    for (const type of ['status', 'mention']) server.notify({ type, account: bob, status: direct });
    const own = server.post({ account: { username: 'alice', acct: 'alice' } });
    server.notify({ type: 'favourite', account: bob, status: own });
    server.remove(first.id);

    const recorded = new Map([
      ['01M8E969Q6CZ838CNKM2JPFQEA', 'first'],
      ['01M8E96B5083X7RRP0Y20B8SPV', 'direct'],
      ['01M8E96BVMS5GQHQW29KHJKA67', 'own'],
    ]);
    const ours = new Map([
      [first.id, 'first'],
      [direct.id, 'direct'],
      [own.id, 'own'],
    ]);
    for (const [socket, client] of clients) {
      // Parallel workers publish: the order differs between two recorded sockets, too.
      const expected = framesOf(socket).map((frame) => outlineOf(frame, recorded));
      await client.until(expected.length);
      await client.settled();
      const sent = client.messages.map((frame) => outlineOf(frame, ours));
      expect(sent.sort(), socket).toEqual(expected.sort());
    }
  });

  it('for unknown streams are ignored, and a frame that is not JSON closes the socket', async () => {
    const server = await goToSocial();
    const client = await clientOf(server);
    for (const frame of [
      { type: 'subscribe', stream: 'user:notification' },
      { type: 'subscribe', stream: 'hashtag', tag: 'cats' },
      { type: 'subscribe', stream: 'public:media' },
      { type: 'subscribe' },
      { type: 'unsubscribe', stream: 'fence' },
      { type: 'unsubscribe', stream: 'list', list: '0' },
      { type: 'nonsense', stream: 'user' },
    ]) {
      await client.send(frame);
    }
    expect(server.subscriptions).toEqual([]);
    expect(client.messages).toEqual([]);
    client.socket.send('no JSON');
    await client.closed;
  });

  it('of a delete are one for each socket, on the first stream that fits, and none for a list', async () => {
    const server = await goToSocial();
    const both = await clientOf(server);
    await both.send({ type: 'subscribe', stream: 'user' });
    await both.send({ type: 'subscribe', stream: 'public' });
    const list = await clientOf(server, `${PATH}?stream=list&list=${LIST}`);
    const { id } = server.post({ account: { acct: 'bob' } });
    server.remove(id);
    server.post({ account: { acct: 'bob' }, content: 'the end' });
    const events = async (client: WebSocketClient, count: number) =>
      (await client.until(count)).map((text) => {
        const { stream, event } = JSON.parse(text) as { stream: string[]; event: string };
        return [stream[0], event].join(' ');
      });
    expect(await events(both, 5)).toEqual([
      ...['user update', 'public update', 'public delete', 'user update', 'public update'],
    ]);
    expect(await events(list, 2)).toEqual([`list:${LIST} update`, `list:${LIST} update`]);
  });

  it('of a revoked token continue; the next handshake is refused, compressed if the client accepts that', async () => {
    const server = await goToSocial();
    const client = await clientOf(server, `${PATH}?stream=user`);
    server.revoke(server.token);
    server.post();
    await client.until(1);
    const upgrade = {
      ...{ Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' },
      ...{ 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', 'User-Agent': 'spec' },
    };
    const { token } = server;
    const plain = rawRequest(server.url, PATH, { token, headers: upgrade });
    await plain.ended;
    expect(plain.text).toContain('HTTP/1.1 401');
    expect(JSON.parse(plain.body)).toEqual({ error: 'Unauthorized: token not supplied' });
    const accepting = { ...upgrade, 'Accept-Encoding': 'gzip, deflate' };
    const gzipped = rawRequest(server.url, PATH, { token, headers: accepting });
    await gzipped.ended;
    expect(gzipped.text).toContain('Content-Encoding: gzip');
    expect(gzipped.text).not.toContain('token not supplied');
    expect(
      gunzipSync(gzipped.bytes.subarray(gzipped.bytes.indexOf('\r\n\r\n') + 4)).toString(),
    ).toBe(plain.body);
  });
});

describe('HTTP', () => {
  it('rejects every request without a User-Agent, handshakes included', async () => {
    const server = await goToSocial();
    for (const path of ['/api/v2/instance', '/api/v1/timelines/home', PATH]) {
      const headers = path === PATH ? { Connection: 'Upgrade', Upgrade: 'websocket' } : undefined;
      const { text } = await rawRequest(server.url, path, {
        ...{ token: server.token },
        ...(headers && { headers }),
      }).until('}');
      expect(text).toContain('HTTP/1.1 418');
      expect(text).toContain(`{"error":"I'm a teapot: no user-agent sent with request"}`);
    }
  });

  it.each([
    ['GET /api/v1/streaming/user (SSE)', '/api/v1/streaming/user'],
    ['GET /api/v1/streaming/health', '/api/v1/streaming/health'],
  ])('responds to %s like the recording', async (name, path) => {
    const { status, body } = recordedRest[name]!;
    expect(await get(await goToSocial(), path)).toMatchObject({ status, body });
  });

  it('responds to a wrong token like the recording', async () => {
    const { status, body } = recordedRest['GET /api/v1/timelines/home, wrong token']!;
    const server = await goToSocial();
    expect(await get(server, '/api/v1/timelines/home', 'wrong')).toMatchObject({ status, body });
  });

  it('announces itself like the recording', async () => {
    const server = await goToSocial();
    const own = JSON.parse((await get(server, '/api/v2/instance')).body) as Document;
    const recorded = JSON.parse(recordedRest['GET /api/v2/instance']!.body) as Document;
    interface Document {
      readonly version: string;
      readonly configuration: { readonly urls: { readonly streaming: string } };
    }
    expect(own.configuration.urls.streaming).toBe(server.url.replace('http', 'ws'));
    expect(recorded.configuration.urls.streaming).toBe('wss://gts.example');
    expect([own, recorded].map(({ version }) => version.startsWith('0.20.'))).toEqual([true, true]);
  });

  it('pages by ULIDs like the recording: the oldest above min_id, with links to both sides', async () => {
    const server = await goToSocial();
    const ids = Array.from({ length: 5 }, () => server.post().id);
    const sorted = [...ids].sort();
    expect(ids).toEqual(sorted);
    for (const id of ids) expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    const recorded =
      recordedRest['GET /api/v1/timelines/home?limit=2&min_id=01M8E96DNBVQA6ZAP29BKX3XP4']!;
    const page = await get(server, `/api/v1/timelines/home?limit=2&min_id=${ids[0]!}`);
    expect((JSON.parse(page.body) as { id: string }[]).map(({ id }) => id)).toEqual([
      ids[2],
      ids[1],
    ]);
    const shape = (link: string | null) =>
      link
        ?.split(', ')
        .map((each) => /(max_id|min_id)=[0-9A-Z]{26}>; rel="(\w+)"/.exec(each)?.slice(1));
    expect(shape(page.link)).toEqual(shape(recorded.link));
  });

  it('streams notifications to a token that may not request them', async () => {
    const server = await goToSocial();
    const token = server.addToken({ scopes: ['read:statuses'] });
    expect(await get(server, '/api/v1/notifications', token)).toMatchObject({ status: 403 });
    const client = await new WebSocketClient(`${server.url}${PATH}?stream=user`, [], {
      headers: headersOf(token),
    }).opened();
    server.notify();
    expect((await client.until(1))[0]).toContain('"event":"notification"');
  });
});

describe('a publication', () => {
  it('can come after the post is in the timelines, and out of order', async () => {
    const delays = [60, 0];
    const server = await startFakeMastodon({
      ...{ flavour: 'gotosocial', publishDelay: () => delays.shift() ?? 0 },
    });
    onTestFinished(() => server.close());
    const client = await clientOf(server, `${PATH}?stream=user`);
    const ids = [server.post().id, server.post().id];
    const { body } = await get(server, '/api/v1/timelines/home');
    expect((JSON.parse(body) as { id: string }[]).map(({ id }) => id)).toEqual([...ids].reverse());
    const got = (await client.until(2)).map((text) => {
      const { payload } = JSON.parse(text) as { payload: string };
      return (JSON.parse(payload) as { id: string }).id;
    });
    expect(got).toEqual([...ids].reverse());
  });
});

describe('a Mastodon with slow queries', () => {
  it('subscribes later to streams with delaySubscribe(), and refuses unknown streams at once', async () => {
    const server = await startFakeMastodon();
    onTestFinished(() => server.close());
    server.delaySubscribe('public', 50);
    const client = await new WebSocketClient(server.url + PATH, [], {
      headers: headersOf(server.token),
    }).opened();
    client.socket.send(JSON.stringify({ type: 'subscribe', stream: 'public' }));
    await client.send({ type: 'unsubscribe', stream: 'fence' });
    expect(client.messages).toEqual(['{"error":"Error unsubscribing from channel"}']);
    expect(server.subscriptions).toEqual([]);
    server.publish('public', { event: 'update', payload: fakeStatus() });
    await server.waitForConnections();
    server.publish('public', { event: 'delete', payload: '1' });
    await client.until(2);
    expect(client.messages[1]).toContain('delete');
  });
});
