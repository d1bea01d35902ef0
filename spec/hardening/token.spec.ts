/** The token stays invisible from outside, however often a server repeats it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createTimelines, StreamListener, toListener, type StreamEvent } from 'mastodon-rx';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fake, timelinesOf } from '../helpers/fake.ts';
import { rawServer } from '../helpers/rawServer.ts';
import { record } from '../helpers/record.ts';
import { shown } from '../helpers/shown.ts';

const token = 'Zx9_aSecretOf43CharactersAsMastodonMakes-it';

/** Half of it would be a leak, too, and a host name in a URL is in lower case. */
const expectSilence = (value: unknown): void => {
  const text = shown(value).toLowerCase();
  expect(text).not.toContain(token.slice(0, 20).toLowerCase());
  expect(text).not.toContain(token.slice(-20).toLowerCase());
};

const STREAM = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n';

describe('a server that repeats the token', () => {
  it.each([
    ['in its message', `HTTP/1.1 401 No\r\n\r\n{"error":"${token} is wrong"}`],
    ['where its message is cut', `HTTP/1.1 401 No\r\n\r\n{"error":"${'x'.repeat(275)}${token}"}`],
    ['in its message, many times', `HTTP/1.1 403 No\r\n\r\n{"error":"${token.repeat(20)}"}`],
    ['in a header with a message', `HTTP/1.1 401 No\r\nx-error-message: ${token}\r\n\r\n`],
    ['in the reason of its status', `HTTP/1.1 500 ${token}\r\n\r\n`],
    ['in its content type', `HTTP/1.1 200 OK\r\ncontent-type: text/${token}\r\n\r\n`],
    [
      'in a content type of any length',
      `HTTP/1.1 200 OK\r\ncontent-type: ${'x'.repeat(290)}${token}\r\n\r\n`,
    ],
    ['in a redirect’s host', `HTTP/1.1 302 Found\r\nlocation: https://${token}.example/\r\n\r\n`],
    ['in a redirect’s path', `HTTP/1.1 302 Found\r\nlocation: /${token}\r\n\r\n`],
    ['in a redirect’s query', `HTTP/1.1 302 Found\r\nlocation: ?access_token=${token}\r\n\r\n`],
    ['in a malformed redirect', `HTTP/1.1 302 Found\r\nlocation: https://[${token}\r\n\r\n`],
    ['in Retry-After', `HTTP/1.1 503 No\r\nretry-after: ${token}\r\n\r\n`],
    ['in place of HTTP', `${token}\r\n\r\n`],
    ['in a malformed header', `HTTP/1.1 200 OK\r\n${token}\r\n\r\n`],
    ['in an invalid header name', `HTTP/1.1 200 OK\r\n${token} : {}\r\n\r\n`],
    [
      'in the framing of its chunks',
      `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n${token}\r\n`,
    ],
    ['in an event’s name', `${STREAM}event: ${token}\ndata: \xff\n\n`],
    ['in an event’s data', `${STREAM}event: update\ndata: ${token}\n\n`],
    ['in an event without a name', `${STREAM}data: ${token}\n\n`],
    ['in a stream that breaks off', `${STREAM}event: update\ndata: ${token}`],
  ])('%s, causes an error without it', async (_where, answer) => {
    const paths: string[] = [];
    const server = await rawServer((socket, request) => {
      paths.push(request.split('\r\n', 1)[0] ?? '');
      socket.end(answer, 'latin1');
    });
    const timelines = createTimelines({
      ...{ baseUrl: server.url, streamingUrl: server.url, accessToken: token },
      reconnect: { delay: 1, jitter: false, count: 1 },
    });
    const recording = record(timelines.public());
    const error = await recording.ended;
    expectSilence(error);
    expectSilence(recording.values.filter(({ type }) => type !== 'unknown'));
    expect(error).toMatchObject({ name: expect.stringMatching(/^Mastodon\w+Error$/) as string });
    expect(server.received).toContain(`Bearer ${token}`);
    expect(new Set(paths)).toEqual(new Set(['GET /api/v1/streaming/public HTTP/1.1']));
  });

  it.each([
    ['an error', (stolen: string) => ({ error: `${stolen} is wrong`, status: 401 })],
    ['an error of no stream', (stolen: string) => ({ error: stolen })],
    ['an event’s name', (stolen: string) => ({ stream: ['public'], event: stolen, payload: 1 })],
  ])('over a WebSocket, in %s, causes output without it', async (_what, message) => {
    const server = await fake({ token });
    const recording = record(
      timelinesOf(server, { transport: 'websocket', closeDelay: 1 }).public({
        onMalformed: 'emit',
      }),
    );
    await recording.until(({ type }) => type === 'connected');
    await server.waitForConnections();
    const text = JSON.stringify(message(token));
    server.write(Buffer.concat([Buffer.of(0x81, text.length), Buffer.from(text)]));
    server.publish('public', { event: 'delete', payload: '1' });
    await Promise.race([recording.ended, recording.until(({ type }) => type === 'delete')]);
    const rest: readonly StreamEvent[] = recording.values;
    expectSilence(rest.filter(({ type }) => type !== 'unknown'));
    recording.unsubscribe();
    if (rest.every(({ type }) => type !== 'delete')) expectSilence(await recording.ended);
    for (const { path } of server.requests) expect(path).not.toContain(token);
  });
});

describe('the objects of the library', () => {
  it.each(['sse', 'websocket'] as const)(
    'show no token when they are printed, over %s',
    async (transport) => {
      const server = await fake({ token });
      const timelines = timelinesOf(server, {
        transport,
        closeDelay: 1,
        reconnect: true,
        catchUp: true,
      });
      const stream$ = timelines.user();
      const recording = record(stream$);
      await recording.until(({ type }) => type === 'connected');
      const handle = toListener(stream$, new StreamListener());
      const subscription = stream$.subscribe();
      for (const thing of [timelines, stream$, recording.values, handle, subscription]) {
        expectSilence(thing);
      }
      subscription.unsubscribe();
      handle.close();
      for (const { path } of server.requests) expect(path).not.toContain(token);
    },
  );

  it('show no token in errors about arguments that contain it', () => {
    for (const config of [
      { baseUrl: `https://${token}@mastodon.example` },
      { baseUrl: `https://mastodon.example/?access_token=${token}` },
      { baseUrl: token },
      { baseUrl: 'https://mastodon.example', accessToken: `${token}\n` },
      { baseUrl: 'https://mastodon.example', streamingUrl: `ws://evil.example/${token}` },
      { baseUrl: `http://mastodon.example/${token}` },
    ]) {
      let thrown: unknown;
      try {
        createTimelines(config);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject({ name: 'MastodonIllegalArgumentError' });
      expectSilence(thrown);
    }
  });
});

describe('a token function', () => {
  const request = { url: 'https://auth.example', headers: { authorization: `Bearer ${token}` } };

  const failures: readonly (readonly [string, () => string | Promise<string>])[] = [
    [
      'throws',
      () => {
        throw Object.assign(new Error('refused'), { request });
      },
    ],
    ['rejects', () => Promise.reject(Object.assign(new Error('refused'), { request }))],
    [
      'throws a value that is not an error',
      () => {
        throw request as unknown as Error;
      },
    ],
    [
      'rejects with an error that has a cause',
      () => Promise.reject(new Error('refused', { cause: request })),
    ],
  ];

  it.each(failures)(
    'that %s causes a network error, without the contents of its error',
    async (_what, accessToken) => {
      const server = await fake();
      const recording = record(timelinesOf(server, { accessToken }).public());
      const error = await recording.ended;
      expect(error).toMatchObject({ name: 'MastodonNetworkError', retryable: true });
      expectSilence(error);
      expect(server.requests).toEqual([]);
    },
  );

  it('that fails is called again, and the stream continues with its token', async () => {
    const server = await fake({ token });
    let asked = 0;
    const accessToken = () => {
      asked++;
      if (asked < 3) throw new Error('not yet');
      return token;
    };
    const reconnect = { delay: 1, jitter: false };
    const recording = record(timelinesOf(server, { accessToken, reconnect }).public());
    await recording.until(({ type }) => type === 'connected');
    expect(recording.values.map(({ type }) => type).slice(0, 3)).toEqual([
      'disconnected',
      'disconnected',
      'connected',
    ]);
  });

  it('that hangs ends after connectTimeout, and its later token is not used', async () => {
    const server = await fake({ token });
    let give!: (token: string) => void;
    const accessToken = () => new Promise<string>((resolve) => (give = resolve));
    const timelines = timelinesOf(server, { accessToken, connectTimeout: 20 });
    expect(await record(timelines.public()).ended).toMatchObject({ name: 'MastodonNetworkError' });
    give(token);
    await new Promise(setImmediate);
    expect(server.requests).toEqual([]);
  });

  it('that hangs has no effect after an unsubscribe', async () => {
    const server = await fake({ token });
    let give!: (token: string) => void;
    const accessToken = () => new Promise<string>((resolve) => (give = resolve));
    const recording = record(timelinesOf(server, { accessToken }).public());
    recording.unsubscribe();
    give(token);
    await new Promise(setImmediate);
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['nothing', undefined],
    ['an object', { token }],
    ['two lines', `${token}\r\nx-evil: 1`],
    ['a space', `${token} x`],
    ['an umlaut', `${token}ü`],
    ['a list', [token]],
    ['a promise of an object', Promise.resolve({ token })],
  ])(
    'that returns %s causes an illegal argument error without the value, and nothing is sent',
    async (_what, rubbish) => {
      const server = await fake();
      const accessToken = () => rubbish as string;
      const error = await record(timelinesOf(server, { accessToken, reconnect: true }).public())
        .ended;
      expect(error).toMatchObject({ name: 'MastodonIllegalArgumentError', retryable: false });
      expectSilence(error);
      expect(server.requests).toEqual([]);
    },
  );
});

/** The output of a process of its own. */
async function printedBy(
  task: 'look' | 'die',
  config: object,
  env: Record<string, string> = {},
): Promise<string> {
  const program = fileURLToPath(new URL('../helpers/tokenChild.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', program, task, JSON.stringify(config)],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => (printed += data.toString()));
  }
  await once(child, 'close');
  return printed;
}

describe('a process', { timeout: 60_000 }, () => {
  it.each([
    ['sse', 'header'],
    ['websocket', 'header'],
    ['websocket', 'subprotocol'],
  ])(
    'with NODE_DEBUG=undici logs the requests over %s, and not the token in the %s',
    async (transport, tokenIn) => {
      const server = await fake({ token });
      const config = { baseUrl: server.url, accessToken: token, transport, tokenIn, catchUp: true };
      const env = { NODE_DEBUG: 'undici,fetch,websocket' };
      const printed = await printedBy('look', { ...config, closeDelay: 1 }, env);
      expect(printed).toContain('/api/v1/streaming');
      expectSilence(printed);
    },
  );

  it('prints nothing of the library’s own', async () => {
    const server = await fake({ token });
    const config = { baseUrl: server.url, accessToken: token, catchUp: true };
    expect(await printedBy('look', config)).toBe('');
  });

  it('that dies of an uncaught error prints no token', async () => {
    const server = await rawServer((socket) => {
      socket.end(`HTTP/1.1 401 No\r\n\r\n{"error":"${token}"}`);
    });
    const { url } = server;
    const printed = await printedBy('die', { baseUrl: url, streamingUrl: url, accessToken: token });
    expect(printed).toContain('MastodonUnauthorizedError');
    expect(printed).toContain('[token]');
    expectSilence(printed);
  });

  it('that dies of a token function’s error prints nothing of its contents', async () => {
    const url = 'http://127.0.0.1:9';
    const carried = { headers: { authorization: `Bearer ${token}` } };
    const printed = await printedBy('die', { baseUrl: url, streamingUrl: url, carried });
    expect(printed).toContain('MastodonNetworkError');
    expectSilence(printed);
  });
});
