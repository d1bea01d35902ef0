import { once } from 'node:events';
import { inspect } from 'node:util';
import {
  MastodonApiError,
  MastodonError,
  MastodonMalformedEventError,
  MastodonNetworkError,
  MastodonNotFoundError,
  MastodonRateLimitError,
  MastodonReadTimeoutError,
  MastodonServerError,
  MastodonStreamEndedError,
  MastodonUnauthorizedError,
} from 'mastodon-rx';
import { describe, expect, it } from 'vitest';
import {
  closed,
  EXPOSED,
  fake,
  fromServer,
  half,
  inBrowser,
  overSse,
  refusal,
  seesRefusal,
  timelinesAt,
  timelinesOf,
  UNKNOWN_TOKEN,
  written,
} from '../helpers/fake.ts';
import { rawServer } from '../helpers/rawServer.ts';
import { record } from '../helpers/record.ts';
import { tlsServer } from '../helpers/tls.ts';

const told401 = (words: string) => ({
  ...{ name: 'MastodonUnauthorizedError', status: 401, serverMessage: words },
});

const hidden = seesRefusal ? '' : ' (hidden: seen as a network failure)';

describe(`a response that is not an event stream${hidden}`, () => {
  it.each([
    [400, MastodonApiError, false],
    [401, MastodonUnauthorizedError, false],
    [403, MastodonApiError, false],
    [404, MastodonNotFoundError, false],
    [408, MastodonApiError, true],
    [410, MastodonApiError, false],
    [422, MastodonApiError, false],
    [425, MastodonApiError, true],
    [429, MastodonRateLimitError, true],
    [500, MastodonServerError, true],
    [502, MastodonServerError, true],
    [503, MastodonServerError, true],
  ])('%i errors with its class and the server’s message', async (status, type, retryable) => {
    const server = await fake();
    const words = 'The words of the server';
    server.failNext(status, {}, { error: words });
    // Chromium repeats a request by itself after a 408 on a reused socket.
    if (inBrowser && overSse && status === 408) server.failNext(status, {}, { error: words });
    const error = await record(timelinesOf(server).public()).ended;

    expect(error).toMatchObject(refusal({ status, retryable, serverMessage: words }));
    if (seesRefusal) expect(error).toBeInstanceOf(type);
    if (seesRefusal) expect(String(error)).toContain(words);
    await closed(server);
  });

  it.each([
    ['a wrong token', { accessToken: 'wrong' }, told401(UNKNOWN_TOKEN)],
    ['no token', { accessToken: undefined }, refusal(told401('Missing access token'))],
  ] as const)('with %s has the server’s message', async (_what, config, told) => {
    const server = await fake();
    const error = await record(timelinesOf(server, config).user()).ended;
    expect(error).toMatchObject(told);
  });

  it('is a 401 for a list of another user, and a 400 for an unknown channel', async () => {
    const server = await fake();
    const timelines = timelinesOf(server);
    expect(await record(timelines.list('4243')).ended).toMatchObject({
      status: 401,
      serverMessage: 'Not authorized to stream this list',
    });
    expect(await record(timelines.channel({ name: 'x', path: 'x' })).ended).toMatchObject({
      status: 400,
      serverMessage: overSse ? 'Unknown channel requested' : 'Unknown stream type',
    });
  });

  it.each([
    ['HTML', 'text/html', '<html>'],
    ['JSON', 'application/json', '{"error":"x"}'],
    ['no content type', undefined, 'x'],
    ['another type that begins with text/event-stream', 'text/event-streaming', 'x'],
  ])('a 200 with %s is a MastodonApiError', async (_what, type, body) => {
    const server = await rawServer((socket) => {
      const header = type === undefined ? '' : `content-type: ${type}\r\n`;
      socket.write(`HTTP/1.1 200 OK\r\n${header}content-length: ${body.length}\r\n\r\n${body}`);
    });
    const timelines = timelinesAt(server.url);
    const error = await record(timelines.public()).ended;
    expect(error).toMatchObject(
      refusal({
        ...{ name: 'MastodonApiError', status: 200, retryable: false },
        message: expect.stringContaining('is it a Mastodon server') as string,
      }),
    );
    await server.disconnected();
  });

  it.runIf(overSse)('a 200 with parameters after its content type is a stream', async () => {
    const server = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: Text/Event-Stream; charset=utf-8\r\n\r\n:)\n');
    });
    const timelines = timelinesAt(server.url);
    await record(timelines.public()).until(2);
  });

  it.each([
    ['that is not JSON', '<h1>Bad gateway</h1>'],
    ['that is JSON of another shape', '[1]'],
    ['that is null', 'null'],
    ['whose error is not text', '{"error":{"code":1}}'],
    ['that is empty', ''],
  ])('with a body %s is still an error of its status', async (_what, body) => {
    const server = await fake();
    server.failNext(502, {}, body);
    const error = await record(timelinesOf(server).public()).ended;
    const told = { name: 'MastodonServerError', status: 502, serverMessage: undefined };
    expect(error).toMatchObject(refusal(told));
  });

  it('with a body that never ends or breaks off is still an error of its status', async () => {
    for (const end of [false, true]) {
      const server = await rawServer((socket) => {
        socket.write('HTTP/1.1 503 Oh\r\ncontent-length: 100\r\n\r\n{"error":');
        if (end) socket.end();
      });
      const timelines = timelinesAt(server.url);
      expect(await record(timelines.public()).ended).toMatchObject(refusal({ status: 503 }));
      await server.disconnected();
    }
  });

  it('has a message without control characters and the token, and a bounded length', async () => {
    const server = await fake();
    const words = `\u001b[2J${server.token} is wrong${'!'.repeat(10_000)}`;
    server.failNext(401, {}, { error: words });
    const error = await record(timelinesOf(server).public()).ended;
    if (seesRefusal) expect(String(error)).toContain('[token] is wrong');
    expect(String(error)).not.toContain(server.token);
    expect(String(error).length).toBeLessThan(500);
    expect(String(error)).not.toContain('\u001b');
  });

  it.each([
    ['seconds', 503, { 'retry-after': '120' }, 120_000],
    ['seconds', 429, { 'retry-after': '0' }, 0],
    [
      'a date, relative to the server’s clock',
      503,
      { date: 'Sat, 21 Nov 2026 10:00:00 GMT', 'retry-after': 'Sat, 21 Nov 2026 10:01:30 GMT' },
      90_000,
    ],
    [
      'a date in the past',
      429,
      { date: 'Sat, 21 Nov 2026 10:00:00 GMT', 'retry-after': 'Sat, 21 Nov 2026 09:00:00 GMT' },
      0,
    ],
    [
      'the end of Mastodon’s rate limit',
      429,
      { date: 'Sat, 21 Nov 2026 10:00:00 GMT', 'x-ratelimit-reset': '2026-11-21T10:05:00.000Z' },
      300_000,
    ],
    ['malformed text', 503, { 'retry-after': 'soon' }, undefined],
    ['no header', 503, {}, undefined],
  ])('has retryAfter in ms from %s (%i)', async (_what, status, headers, retryAfter) => {
    const server = await fake();
    server.failNext(status, { ...headers, ...EXPOSED });
    const error = await record(timelinesOf(server).public()).ended;
    expect(error).toMatchObject(refusal({ status, retryAfter }));
    if (!seesRefusal) expect(error).not.toHaveProperty('retryAfter');
  });
});

describe('a network failure', () => {
  it('is a MastodonNetworkError with the code if the port refuses the connection', async () => {
    const server = await fake();
    await server.stop();
    const error = await record(timelinesAt(server.url).public()).ended;
    expect(error).toBeInstanceOf(MastodonNetworkError);
    if (inBrowser) return; // its error has no code
    expect(error).toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    expect(String(error)).toContain('ECONNREFUSED');
  });

  it('is a MastodonNetworkError if the host does not exist', async () => {
    // A label of 64 letters is too long for a host: the resolver fails without sending a packet.
    const error = await record(timelinesAt(`http://${'x'.repeat(64)}.localhost:49999`).public())
      .ended;
    expect(error).toBeInstanceOf(MastodonNetworkError);
    if (!inBrowser) expect(String(error)).toMatch(/ENOTFOUND|EAI_/);
  });

  it('is a MastodonNetworkError if the certificate is self-signed', async () => {
    const { server, url } = await tlsServer();
    const rejected = once(server, 'tlsClientError');

    const error = await record(timelinesAt(url).public()).ended;
    expect(error).toBeInstanceOf(MastodonNetworkError);
    await rejected; // by the client, when it sees the certificate
    if (!inBrowser) expect(String(error)).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  it('is a MastodonNetworkError without the server’s bytes if the server does not speak HTTP', async () => {
    const server = await rawServer((socket) => socket.end('220 somebodys private mail\r\n'));
    const error = await record(timelinesAt(server.url).public()).ended;
    expect(error).toBeInstanceOf(MastodonNetworkError);
    const { cause } = error as Error;
    expect(inspect([error, cause], { depth: 9, showHidden: true })).not.toContain('private');
  });

  it('is a MastodonNetworkError after the complete events if the socket ends without a final chunk', async () => {
    const server = await fake();
    const recording = record(timelinesOf(server).public());
    await server.waitForConnections();
    server.publish('public', { event: 'delete', payload: '1' });
    await recording.until(({ type }) => type === 'delete');
    server.drop();
    expect(await recording.ended).toBeInstanceOf(MastodonNetworkError);
    expect(await recording.ended).not.toBeInstanceOf(MastodonStreamEndedError);
  });

  it.each([
    ['a clean end', 'end', MastodonStreamEndedError],
    ['a bare FIN', 'drop', MastodonNetworkError],
    ['a reset', 'reset', MastodonNetworkError],
  ] as const)('is an error after the complete events if %s cuts an event', async (...row) => {
    const [, fault, type] = row;
    const server = await fake();
    const recording = record(timelinesOf(server).public());
    await server.waitForConnections();
    server.publish('public', { event: 'delete', payload: '1' });
    server.write(half());
    await recording.until(({ type: name }) => name === 'delete');
    server[fault]();

    expect(await recording.ended).toBeInstanceOf(type);
    expect(fromServer(recording.values)).toEqual([['delete', '1']]);
    await closed(server);
  });

  it('is a MastodonReadTimeoutError if the server falls silent', async () => {
    const server = await fake();
    const recording = record(timelinesOf(server, { timeout: 150 }).public());
    const error = await recording.ended;
    expect(error).toBeInstanceOf(MastodonReadTimeoutError);
    expect(recording.values.map(({ type }) => type)).toEqual(
      overSse ? ['connected', 'heartbeat'] : ['connected'],
    );
    await closed(server);
  });

  it.runIf(overSse)('does not exist if the server sends only heartbeats', async () => {
    const server = await fake({ heartbeatInterval: 20 });
    const recording = record(timelinesOf(server, { timeout: 1_000 }).public());
    // 60 heartbeats take longer than the timeout.
    await recording.until(62);
    const types = new Set(recording.values.map(({ type }) => type));
    expect(types).toEqual(new Set(['connected', 'heartbeat']));
  });

  it('is a MastodonNetworkError after connectTimeout if the headers never arrive', async () => {
    const server = await fake();
    server.delayHeaders(Infinity);
    const error = await record(timelinesOf(server, { connectTimeout: 30 }).public()).ended;
    expect(error).toBeInstanceOf(MastodonNetworkError);
    expect(String(error)).toContain('timed out after 30 ms');
    await closed(server);
  });
});

describe('a malformed event', () => {
  const secret = 'somebodys-private-post';
  const of = (event: string | undefined, data: string) => written(['public'], [event, data]);
  const notUtf8 = [
    'is not UTF-8',
    Buffer.concat([Buffer.from(`event: update\ndata: ${secret}`), Buffer.of(0xff, 10, 10)]),
    'invalid-utf-8',
    'update',
  ] as const;

  it.each([
    ['is not JSON', of('update', `{"content":"${secret}`), 'invalid-json', 'update'],
    ['has no name', of(undefined, secret), 'no-event-name', undefined],
    // A WebSocket closes on text that is not UTF-8 (RFC 6455, 8.1).
    ...(overSse ? [notUtf8] : []),
    ['is too long', of('update', secret.repeat(20)), 'too-long', 'update'],
  ] as const)('because it %s', async (_why, text, reason, event) => {
    const server = await fake();
    const timelines = timelinesOf(server, { maxEventLength: 200 });
    const failing = record(timelines.public());
    const going = record(timelines.public({ onMalformed: 'emit' }));
    await Promise.all([failing.until(1), going.until(1)]);
    await server.waitForConnections(overSse ? 2 : 1);
    server.publish('public', { event: 'delete', payload: '1' });
    server.write(text);
    server.publish('public', { event: 'delete', payload: '3' });

    const error = await failing.ended;
    expect(error).toBeInstanceOf(MastodonMalformedEventError);
    expect(error).toMatchObject({ reason, eventName: event, position: 2, retryable: true });
    expect(fromServer(failing.values)).toEqual([['delete', '1']]);
    const shown = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error);
    expect(shown).not.toContain(secret);

    await going.until(({ payload }) => payload === '3');
    expect(going.values.slice(-3)).toMatchObject([
      { type: 'delete', payload: '1' },
      {
        type: 'malformed',
        payload: { error: { reason, eventName: event, position: 2 } },
        stream: ['public'],
      },
      { type: 'delete', payload: '3' },
    ]);
  });

  it('is emitted with its text', async () => {
    const server = await fake();
    const recording = record(timelinesOf(server).public({ onMalformed: 'emit' }));
    await server.waitForConnections();
    server.write(of('update', '{no json'));
    await recording.until(({ type }) => type === 'malformed');
    expect(recording.values.at(-1)).toMatchObject({ payload: { raw: '{no json' } });
  });
});

describe('the token', () => {
  it('is in no error', async () => {
    const server = await fake();
    const errors: unknown[] = [];
    for (const fault of [
      () => server.failNext(500),
      () => server.respondNext('rubbish', { end: true }),
      () => server.respondNext('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n', { end: true }),
      () => server.redirect(`http://${'x'.repeat(64)}.invalid`),
    ]) {
      fault();
      errors.push(await record(timelinesOf(server).public()).ended);
    }
    await server.stop();
    errors.push(await record(timelinesOf(server).public()).ended);

    for (const error of errors) {
      expect(error).toBeInstanceOf(MastodonError);
      const { cause } = error as Error;
      const shown = inspect([error, cause], { depth: 9, showHidden: true, getters: true });
      expect(shown + JSON.stringify([error, cause])).not.toContain(server.token);
    }
  });

  it('is requested at every connect if accessToken is a function', async () => {
    const server = await fake();
    let asked = 0;
    const accessToken = () => Promise.resolve(asked++ === 0 ? 'stale' : server.token);
    const timelines = timelinesOf(server, { accessToken });
    expect(await record(timelines.public()).ended).toMatchObject({ status: 401 });
    await record(timelines.public()).until(1);
    expect(asked).toBe(2);
  });

  it('causes a retryable network error if its function fails', async () => {
    const server = await fake();
    for (const accessToken of [
      () => Promise.reject(new Error('refresh failed')),
      () => {
        throw new Error('refresh failed');
      },
    ]) {
      const error = await record(timelinesOf(server, { accessToken }).public()).ended;
      expect(error).toBeInstanceOf(MastodonNetworkError);
      expect(error).toMatchObject({ cause: { message: 'refresh failed' } });
    }
    expect(server.requests).toEqual([]);
  });

  it('causes a network error after connectTimeout if its function never returns one', async () => {
    const server = await fake();
    const accessToken = () => new Promise<string>(() => undefined);
    const timelines = timelinesOf(server, { accessToken, connectTimeout: 20 });
    expect(await record(timelines.public()).ended).toBeInstanceOf(MastodonNetworkError);
  });

  it.each([[undefined], [''], ['two words'], ['a\r\nx: y'], [42], [null]])(
    'causes a fatal illegal argument error if it is %o, and nothing is sent',
    async (rubbish) => {
      const server = await fake();
      const accessToken = () => rubbish as string;
      const timelines = timelinesOf(server, { accessToken, reconnect: true });
      expect(await record(timelines.public()).ended).toMatchObject({
        name: 'MastodonIllegalArgumentError',
        retryable: false,
      });
      expect(server.requests).toEqual([]);
    },
  );
});
