/** The servers that receive the token: real servers with names of their own, over TLS and without. */
import {
  createTimelines,
  MastodonApiError,
  type StreamEvent,
  type TimelinesConfig,
} from 'mastodon-rx';
import { describe, expect, it } from 'vitest';
import {
  host,
  instance,
  loopbackDispatcher,
  openStream,
  redirectTo,
  type Host,
} from '../helpers/hosts.ts';
import { record, type Recording } from '../helpers/record.ts';

const token = 'aSecretThatMustNotLeave';
const bearer = `Bearer ${token}`;

/** A server that must not receive a connection. */
const nobody = host.bind(undefined, 'evil.example', openStream);

const listen = (server: Host, config: Partial<TimelinesConfig> = {}): Recording<StreamEvent> => {
  const dispatcher = loopbackDispatcher();
  const timelines = createTimelines({
    ...{ baseUrl: server.url, accessToken: token, dispatcher },
    ...config,
  });
  return record(timelines.public());
};

/** The stream requests, with their tokens. */
const streamsOf = ({ requests }: Host) =>
  requests.filter(({ path }) => path.startsWith('/api/v1/streaming'));

describe('an instance that announces its streaming server', () => {
  it.each([['ws'], ['http']])(
    'as %s://, in plain text, gets the stream request itself',
    async (scheme) => {
      const evil = await nobody({ secure: false });
      const announced = evil.url.replace('http', scheme);
      const home = await host('instance.example', instance(announced));
      const recording = listen(home);
      await recording.until(({ type }) => type === 'heartbeat');

      expect(evil.connections).toBe(0);
      expect(streamsOf(home)).toEqual([
        { path: '/api/v1/streaming/public', authorization: bearer },
      ]);
      const [warning] = recording.values.filter(({ type }) => type === 'warning');
      expect(warning).toMatchObject({ payload: { code: 'insecure-streaming-url' } });
    },
  );

  it('elsewhere with TLS is used, and no token is sent for discovery', async () => {
    const stream = await host('stream.example', openStream);
    const home = await host('instance.example', instance(stream.webSocketUrl));
    await listen(home).until(({ type }) => type === 'heartbeat');

    expect(home.requests).toEqual([{ path: '/api/v2/instance', authorization: undefined }]);
    expect(streamsOf(stream)).toEqual([
      { path: '/api/v1/streaming/public', authorization: bearer },
    ]);
  });

  it('through a redirect to plain text is not requested there', async () => {
    const evil = await host('evil.example', instance('wss://evil.example'), { secure: false });
    const home = await host('instance.example', (request, response) => {
      const isDocument = request.url?.endsWith('/instance') === true;
      (isDocument ? redirectTo(evil.url) : openStream)(request, response);
    });
    await listen(home).until(({ type }) => type === 'heartbeat');
    expect(evil.connections).toBe(0);
  });
});

describe.each(['sse', 'websocket'] as const)('a redirect, over %s', (transport) => {
  const refused = async (from: Host, config = {}): Promise<MastodonApiError> => {
    const error = await listen(from, { transport, streamingUrl: from.url, ...config }).ended;
    expect(error).toBeInstanceOf(MastodonApiError);
    expect(error).toMatchObject({ retryable: false });
    return error as MastodonApiError;
  };

  it.each([[301], [302], [303], [307], [308]])(
    'to plain http is not followed (%i)',
    async (status) => {
      const evil = await nobody({ secure: false });
      const home = await host('instance.example', redirectTo(evil.url, status));
      expect((await refused(home)).message).toContain('can be read on the way');
      expect(evil.connections).toBe(0);
    },
  );

  it('to plain http on this machine is not followed from TLS', async () => {
    const evil = await host('localhost', openStream, { secure: false });
    await refused(await host('instance.example', redirectTo(evil.url)));
    expect(evil.connections).toBe(0);
  });

  it('from the streaming server to a third one is not followed', async () => {
    const evil = await nobody();
    const stream = await host('stream.example', redirectTo(evil.url));
    const home = await host('instance.example', instance(stream.webSocketUrl));
    const error = await refused(stream, { baseUrl: home.url });
    expect(error.message).toContain('if that is right, set streamingUrl');
    expect(evil.connections).toBe(0);
  });

  it('from the server of baseUrl to another one, and from there to a third, ends at the second', async () => {
    const evil = await nobody();
    const second = await host('second.example', redirectTo(evil.url));
    const home = await host('instance.example', redirectTo(second.url));
    await refused(home);
    expect(second.connections).toBe(1);
    expect(evil.connections).toBe(0);
  });

  it('to another port of the same host is one to another origin', async () => {
    const evil = await host('stream.example', openStream);
    const stream = await host('stream.example', redirectTo(evil.url));
    const home = await host('instance.example', openStream);
    await refused(stream, { baseUrl: home.url });
    expect(evil.connections).toBe(0);
  });

  it.each([
    ['a user name in it', (url: string) => url.replace('://', '://user@')],
    ['a password in it', (url: string) => url.replace('://', '://user:password@')],
  ])('with %s is not followed', async (_what, spoil) => {
    const evil = await nobody();
    await refused(await host('instance.example', redirectTo(spoil(evil.url))));
    expect(evil.connections).toBe(0);
  });

  it.each([
    ['path', (url: string) => `${url}/${token}`],
    ['query', (url: string) => `${url}/?access_token=${token}&path=`],
    ['name', (url: string) => url.replace('evil', token)],
    ['query, escaped', (url: string) => `${url}/?t=${token.replace('S', '%53')}&path=`],
  ])(
    'that has the token in its %s is not followed, and not repeated in the error',
    async (_where, spoil) => {
      const evil = await nobody();
      const error = await refused(await host('instance.example', redirectTo(spoil(evil.url))));
      expect(error.message.toLowerCase()).not.toContain(token.toLowerCase());
      expect(evil.connections).toBe(0);
    },
  );

  it.each([['file:///etc/passwd'], ['data:text/event-stream,'], ['javascript:0'], ['https://[']])(
    'to %s is a response that is not a stream',
    async (location) => {
      const home = await host('instance.example', (_request, response) => {
        response.writeHead(302, { location }).end();
      });
      await refused(home);
    },
  );

  it('from the server of baseUrl to TLS elsewhere is followed, with the token', async () => {
    const stream = await host('stream.example', (_request, response) => {
      response.writeHead(410).end();
    });
    const home = await host('instance.example', redirectTo(stream.url));
    const recording = listen(home, { transport, streamingUrl: home.url });
    expect(await recording.ended).toMatchObject({ status: 410 });
    expect(stream.requests.map(({ authorization }) => authorization)).toEqual([bearer]);
  });
});

describe('a request that needs no token', () => {
  it('is sent without it: the health check', async () => {
    const home = await host('instance.example', (_request, response) => response.end('OK'));
    const timelines = createTimelines({
      baseUrl: home.url,
      streamingUrl: home.url,
      accessToken: token,
      dispatcher: loopbackDispatcher(),
    });
    expect(await timelines.isHealthy()).toBe(true);
    expect(home.requests.map(({ authorization }) => authorization)).toEqual([undefined]);
  });
});
