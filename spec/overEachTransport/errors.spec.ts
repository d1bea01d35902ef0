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

const hidden = seesRefusal ? '' : ' (hidden: it is a network that fails)';

describe(`an answer that is no stream${hidden}`, () => {
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
  ])('%i errors with its class and the server’s own words', async (status, type, retryable) => {
    const server = await fake();
    const words = 'The words of the server';
    server.failNext(status, {}, { error: words });
    // Of a 408 on a socket that was used before, Chromium asks again by itself.
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
  ] as const)('with %s has the server’s words', async (_what, config, told) => {
    const server = await fake();
    const error = await record(timelinesOf(server, config).user()).ended;
    expect(error).toMatchObject(told);
  });

  it('to a list of somebody else is a 401, and of an unknown channel a 400', async () => {
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
    ['something that only begins like it', 'text/event-streaming', 'x'],
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

  it.runIf(overSse)('a 200 with parameters behind its type is a stream', async () => {
    const server = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: Text/Event-Stream; charset=utf-8\r\n\r\n:)\n');
    });
    const timelines = timelinesAt(server.url);
    await record(timelines.public()).until(2);
  });

  it.each([
    ['that is no JSON', '<h1>Bad gateway</h1>'],
    ['that is JSON of another shape', '[1]'],
    ['that is null', 'null'],
    ['whose error is no text', '{"error":{"code":1}}'],
    ['that is empty', ''],
  ])('with a body %s is still that error', async (_what, body) => {
    const server = await fake();
    server.failNext(502, {}, body);
    const error = await record(timelinesOf(server).public()).ended;
    const told = { name: 'MastodonServerError', status: 502, serverMessage: undefined };
    expect(error).toMatchObject(refusal(told));
  });

  it('whose body never ends, or breaks off, is still that error', async () => {
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

  it('cannot steer a terminal, nor fill it, nor repeat the token', async () => {
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
      'a date, by the server’s clock',
      503,
      { date: 'Sat, 21 Nov 2026 10:00:00 GMT', 'retry-after': 'Sat, 21 Nov 2026 10:01:30 GMT' },
      90_000,
    ],
    [
      'a date that is over',
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
    ['rubbish', 503, { 'retry-after': 'soon' }, undefined],
    ['nothing', 503, {}, undefined],
  ])('tells retryAfter in ms from %s (%i)', async (_what, status, headers, retryAfter) => {
    const server = await fake();
    server.failNext(status, { ...headers, ...EXPOSED });
    const error = await record(timelinesOf(server).public()).ended;
    expect(error).toMatchObject(refusal({ status, retryAfter }));
    if (!seesRefusal) expect(error).not.toHaveProperty('retryAfter');
  });
});

describe('a network that fails', () => {
  it('refuses: MastodonNetworkError with the code', async () => {
    const server = await fake();
    await server.stop();
    const error = await record(timelinesAt(server.url).public()).ended;
    expect(error).toBeInstanceOf(MastodonNetworkError);
    if (inBrowser) return; // it says no more than that it failed
    expect(error).toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    expect(String(error)).toContain('ECONNREFUSED');
  });

  it('does not know the host: MastodonNetworkError', async () => {
    // A label of 64 letters cannot be asked for: the resolver answers by itself, without a packet.
    const error = await record(timelinesAt(`http://${'x'.repeat(64)}.localhost:49999`).public())
      .ended;
    expect(error).toBeInstanceOf(MastodonNetworkError);
    if (!inBrowser) expect(String(error)).toMatch(/ENOTFOUND|EAI_/);
  });

  it('shows a certificate that nobody signed: MastodonNetworkError', async () => {
    const { server, url } = await tlsServer();
    const rejected = once(server, 'tlsClientError');

    const error = await record(timelinesAt(url).public()).ended;
    expect(error).toBeInstanceOf(MastodonNetworkError);
    await rejected; // by the client, at the sight of it
    if (!inBrowser) expect(String(error)).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  it('does not speak HTTP: MastodonNetworkError, and none of its bytes in the error', async () => {
    const server = await rawServer((socket) => socket.end('220 somebodys private mail\r\n'));
    const error = await record(timelinesAt(server.url).public()).ended;
    expect(error).toBeInstanceOf(MastodonNetworkError);
    const { cause } = error as Error;
    expect(inspect([error, cause], { depth: 9, showHidden: true })).not.toContain('private');
  });

  it('ends the socket without a goodbye: MastodonNetworkError after what was complete', async () => {
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
  ] as const)('%s in the middle of an event errors, after what was complete', async (...row) => {
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

  it('falls silent: MastodonReadTimeoutError', async () => {
    const server = await fake();
    const recording = record(timelinesOf(server, { timeout: 150 }).public());
    const error = await recording.ended;
    expect(error).toBeInstanceOf(MastodonReadTimeoutError);
    expect(recording.values.map(({ type }) => type)).toEqual(
      overSse ? ['connected', 'heartbeat'] : ['connected'],
    );
    await closed(server);
  });

  it.runIf(overSse)('sends heartbeats alone: that is life', async () => {
    const server = await fake({ heartbeatInterval: 20 });
    const recording = record(timelinesOf(server, { timeout: 1_000 }).public());
    // 60 heartbeats take longer than the timeout.
    await recording.until(62);
    expect(recording.values.every(({ type }) => type !== 'delete')).toBe(true);
  });

  it('sends no headers: MastodonNetworkError after connectTimeout', async () => {
    const server = await fake();
    server.delayHeaders(Infinity);
    const error = await record(timelinesOf(server, { connectTimeout: 30 }).public()).ended;
    expect(error).toBeInstanceOf(MastodonNetworkError);
    expect(String(error)).toContain('timed out after 30 ms');
    await closed(server);
  });
});

describe('an event that cannot be read', () => {
  const secret = 'somebodys-private-post';
  const of = (event: string | undefined, data: string) => written(['public'], [event, data]);
  const notUtf8 = [
    'is no UTF-8',
    Buffer.concat([Buffer.from(`event: update\ndata: ${secret}`), Buffer.of(0xff, 10, 10)]),
    'invalid-utf-8',
    'update',
  ] as const;

  it.each([
    ['is no JSON', of('update', `{"content":"${secret}`), 'invalid-json', 'update'],
    ['has no name', of(undefined, secret), 'no-event-name', undefined],
    // Of a WebSocket, text that is none is the end (RFC 6455, 8.1).
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

  it('keeps its text where the subscriber can look at it', async () => {
    const server = await fake();
    const recording = record(timelinesOf(server).public({ onMalformed: 'emit' }));
    await server.waitForConnections();
    server.write(of('update', '{no json'));
    await recording.until(({ type }) => type === 'malformed');
    expect(recording.values.at(-1)).toMatchObject({ payload: { raw: '{no json' } });
  });
});

describe('the token', () => {
  it('is in no error, whatever goes wrong', async () => {
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

  it('is asked for again at every connect where it is a function', async () => {
    const server = await fake();
    let asked = 0;
    const accessToken = () => Promise.resolve(asked++ === 0 ? 'stale' : server.token);
    const timelines = timelinesOf(server, { accessToken });
    expect(await record(timelines.public()).ended).toMatchObject({ status: 401 });
    await record(timelines.public()).until(1);
    expect(asked).toBe(2);
  });

  it('that a function fails to get is a network error, which a retry may help', async () => {
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

  it('that a function never gives is waited for until connectTimeout', async () => {
    const server = await fake();
    const accessToken = () => new Promise<string>(() => undefined);
    const timelines = timelinesOf(server, { accessToken, connectTimeout: 20 });
    expect(await record(timelines.public()).ended).toBeInstanceOf(MastodonNetworkError);
  });

  it.each([[undefined], [''], ['two words'], ['a\r\nx: y'], [42], [null]])(
    'that is %o is a fatal illegal argument, and nothing is sent',
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
