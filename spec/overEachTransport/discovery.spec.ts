import { MastodonError, type StreamEvent, type TimelinesConfig } from 'mastodon-rx';
import {
  startFakeMastodon,
  type FakeInstanceResponse,
  type FakeMastodon,
  type FakeRequest,
} from 'mastodon-rx/testing';
import type { Observable } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { controlsNetwork } from '#platform';
import { closed, fake, overSse, refusal, seesRefusal, timelinesOf } from '../helpers/fake.ts';
import { constant } from '../helpers/inNode.ts';
import { record } from '../helpers/record.ts';

const discovering = (server: FakeMastodon, config: Partial<TimelinesConfig> = {}) =>
  timelinesOf(server, { streamingUrl: undefined, ...config });

/** Opens a stream, and closes it together with its socket. */
async function once(server: FakeMastodon, stream$: Observable<StreamEvent>): Promise<void> {
  const recording = record(stream$);
  await recording.until(1);
  recording.unsubscribe();
  await closed(server);
}

const paths = (server: FakeMastodon): string[] => server.requests.map(({ path }) => path);

const V2 = '/api/v2/instance';
const V1 = '/api/v1/instance';
const STREAM = overSse ? '/api/v1/streaming/public' : '/api/v1/streaming';

/** A REST host that announces another server for streaming, which knows the same token. */
async function twoServers(announced: (streaming: FakeMastodon) => string) {
  const streaming = await fake({ token: 'the-token' });
  const rest = await startFakeMastodon({
    token: 'the-token',
    streamingUrl: announced(streaming),
  });
  onTestFinished(() => rest.close());
  return { rest, streaming };
}

/** The token of a request: from its header, or from the subprotocol of a browser's handshake. */
const tokenOf = (request?: FakeRequest): string | undefined =>
  request?.headers.authorization?.replace('Bearer ', '') ??
  request?.headers['sec-websocket-protocol'];

const host = ({ url }: FakeMastodon): string => new URL(url).host;

describe('discovery', () => {
  it.each<[string, (streaming: FakeMastodon) => string]>([
    ['ws://', (streaming) => `ws://${host(streaming)}`],
    ['http://', (streaming) => `http://${host(streaming)}`],
    ['a slash at its end', (streaming) => `ws://${host(streaming)}/`],
    ['the endpoint’s path', (streaming) => `ws://${host(streaming)}/api/v1/streaming`],
    ['the endpoint’s path and a slash', (streaming) => `ws://${host(streaming)}/api/v1/streaming/`],
    ['capitals', (streaming) => `WS://${host(streaming)}`],
  ])('streams from the host that the instance announces with %s', async (_form, announced) => {
    const { rest, streaming } = await twoServers(announced);
    await record(discovering(rest).public()).until(1);

    expect(paths(rest)).toEqual([V2]);
    expect(paths(streaming)).toEqual([STREAM]);
    expect(tokenOf(streaming.requests[0])).toBe('the-token');
  });

  it('appends the endpoint to an announced path', async () => {
    const { rest, streaming } = await twoServers(({ url }) => `${url}/prefix`);
    const recording = record(discovering(rest).public());
    // The fake accepts a WebSocket on any path.
    await (overSse ? recording.ended : recording.until(1));
    expect(paths(streaming)).toEqual([`/prefix${STREAM}`]);
  });

  it('sends no token with its own requests', async () => {
    const server = await fake();
    await record(discovering(server).public()).until(1);
    expect(server.requests.map((request) => tokenOf(request))).toEqual([undefined, server.token]);
  });

  it('requests version 1 if version 2 does not exist', async () => {
    const server = await fake();
    server.instance({ v2: 404 });
    await record(discovering(server).public()).until(1);
    expect(paths(server)).toEqual([V2, V1, STREAM]);
  });

  it.each<[string, FakeInstanceResponse]>([
    ['404', 404],
    ['HTML', 'html'],
    ['a document without the URL', () => ({})],
    ['a document that is no object', () => 'x'],
    ['a URL that is null', () => ({ configuration: { urls: { streaming: null } }, urls: null })],
    [
      'a malformed URL',
      () => ({ configuration: { urls: { streaming: 'rubbish' } }, urls: { streaming_api: 42 } }),
    ],
    [
      'a URL of another scheme',
      () => ({
        configuration: { urls: { streaming: 'ftp://x.example' } },
        urls: { streaming_api: 'javascript:alert(1)' },
      }),
    ],
  ])('uses baseUrl if both versions respond with %s', async (_what, answer) => {
    const server = await fake();
    server.instance(typeof answer === 'function' ? constant(answer({})) : answer);
    const timelines = discovering(server);
    await once(server, timelines.public());
    await once(server, timelines.public());
    expect(paths(server)).toEqual([V2, V1, STREAM, STREAM]);
  });

  it('uses baseUrl for one stream if the instance does not respond', async () => {
    const server = await fake();
    server.instance('stall');
    const timelines = discovering(server, { connectTimeout: 1_500 });
    await once(server, timelines.public());
    server.instance('default');
    await record(timelines.public()).until(1);
    expect(paths(server)).toEqual([V2, STREAM, V2, STREAM]);
  });

  it('sends one request per client, also for streams that start together', async () => {
    const server = await fake();
    const timelines = discovering(server);
    const both = [record(timelines.public()), record(timelines.public())];
    await Promise.all(both.map((recording) => recording.until(1)));
    await record(timelines.public()).until(1);
    expect(paths(server).filter((path) => path === V2)).toHaveLength(1);
  });

  it('sends a new request after three streams in a row failed to open', async () => {
    const { rest, streaming } = await twoServers(({ url }) => url);
    const moved = await fake({ token: 'the-token' });
    const timelines = discovering(rest, {
      reconnect: { delay: 1, maxDelay: 1, jitter: false },
    });
    const recording = record(timelines.public());
    await recording.until(1);
    await streaming.waitForConnections();
    rest.instance(constant({ configuration: { urls: { streaming: moved.url } } }));
    await streaming.stop();
    await moved.waitForConnections();

    // The cause of a hidden refusal is requested from this host, too.
    expect(paths(rest).filter((path) => path === V2)).toHaveLength(2);
    const losses = recording.values.filter(({ type }) => type === 'disconnected');
    expect(losses).toHaveLength(4); // the stream itself, and three refusals
  });

  it('sends no new request if a stream was opened between the failures', async () => {
    const server = await fake();
    const timelines = discovering(server);
    await once(server, timelines.public());
    for (let round = 0; round < 3; round++) {
      for (let failure = 0; failure < 2; failure++) {
        server.failNext(503);
        await record(timelines.public()).ended;
      }
      await once(server, timelines.public());
    }
    expect(paths(server).filter((path) => path === V2)).toHaveLength(1);
  });

  it('is skipped if streamingUrl is set', async () => {
    const server = await fake();
    const streamingUrl = server.url.replace('http', 'ws');
    await record(discovering(server, { streamingUrl }).public()).until(1);
    expect(paths(server)).toEqual([STREAM]);
  });

  it('ignores an announced URL with plain http, warns, and sends nothing there', async () => {
    const server = await fake({ streamingUrl: 'ws://streaming.evil.example' });
    const recording = record(discovering(server).public());
    await recording.until(2);
    expect(paths(server)).toEqual([V2, V1, STREAM]);
    expect(recording.values[1]).toEqual({
      type: 'warning',
      payload: {
        code: 'insecure-streaming-url',
        message: expect.stringContaining('streaming.evil.example') as string,
      },
      stream: ['public'],
    });
  });
});

describe('a redirect', () => {
  const code = (event: StreamEvent): unknown =>
    event.type === 'warning' ? event.payload.code : undefined;

  it.each([[301], [302], [307], [308]])(
    seesRefusal
      ? '%i of baseUrl’s server is followed, with the token and a warning'
      : '%i is not followed by a browser, and the token is sent to no other host',
    async (status) => {
      const streaming = await fake({ token: 'the-token' });
      const rest = await fake({ token: 'the-token' });
      rest.redirect(streaming.url, status);
      const recording = record(discovering(rest, { streamingUrl: rest.url }).public());
      if (!seesRefusal) {
        expect(await recording.ended).toMatchObject(refusal({}));
        expect(streaming.requests).toEqual([]);
        return;
      }
      await recording.until(2);

      expect(recording.values.slice(0, 2).map(code)).toEqual([undefined, 'redirected']);
      expect(streaming.requests.at(-1)).toMatchObject({
        path: STREAM,
        headers: { authorization: 'Bearer the-token' },
      });
    },
  );

  it.runIf(overSse)('keeps the query', async () => {
    const streaming = await fake({ token: 'the-token' });
    const rest = await fake({ token: 'the-token' });
    rest.redirect(streaming.url);
    await record(discovering(rest, { streamingUrl: rest.url }).hashtag('日本語')).until(1);
    expect(streaming.requests.at(-1)?.path).toBe(
      '/api/v1/streaming/hashtag?tag=%E6%97%A5%E6%9C%AC%E8%AA%9E',
    );
  });

  it('from another host than baseUrl’s is not followed, and the token is not sent on', async () => {
    // A label of 64 letters is too long for a host, so that no resolver sends a packet.
    const baseUrl = `https://${'x'.repeat(64)}.example`;
    const elsewhere = await fake();
    const streaming = await fake();
    streaming.redirect(elsewhere.url);
    const timelines = timelinesOf(streaming, { baseUrl });
    const error = await record(timelines.public()).ended;

    expect(error).toMatchObject(
      refusal({
        ...{ name: 'MastodonApiError', retryable: false },
        message: expect.stringContaining('set streamingUrl') as string,
      }),
    );
    for (const { headers } of elsewhere.requests) expect(headers.authorization).toBeUndefined();
  });

  it('in a loop is an error, and a fatal one unless fetch hides the redirects', async () => {
    const [a, b] = [await fake(), await fake()];
    a.redirect(b.url);
    b.redirect(a.url);
    const error = await record(discovering(a, { streamingUrl: a.url }).public()).ended;
    expect(error).toBeInstanceOf(MastodonError);
    expect(error).toMatchObject({ retryable: !controlsNetwork });
  });

  it('to its own URL is a loop, and ends', async () => {
    const server = await fake();
    server.redirect(STREAM);
    const error = await record(discovering(server, { streamingUrl: server.url }).public()).ended;
    expect(error).toBeInstanceOf(MastodonError);
    if (controlsNetwork) expect(String(error)).toContain('in a loop');
  });

  it('to plain http elsewhere is a fatal error, and no request is sent there', async () => {
    const server = await fake();
    server.redirect(`http://${'x'.repeat(64)}.invalid`);
    const error = await record(discovering(server, { streamingUrl: server.url }).public()).ended;
    expect(error).toBeInstanceOf(MastodonError);
    // fetch has already sent a request there, without the token, when the library sees the redirect.
    if (controlsNetwork) expect(error).toMatchObject({ status: 301, retryable: false });
  });

  it('without a location is an error of its status', async () => {
    const server = await fake();
    server.failNext(304);
    const error = await record(discovering(server, { streamingUrl: server.url }).public()).ended;
    const told = { name: 'MastodonApiError', status: 304, retryable: false };
    expect(error).toMatchObject(refusal(told));
  });
});
