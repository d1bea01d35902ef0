/** Streams that lose real connections and regain them; the waits are drawn in spec/policies/reconnect.spec.ts. */
import type { StreamEvent } from 'mastodon-rx';
import { describe, expect, it } from 'vitest';
import {
  closed,
  EXPOSED,
  fake,
  fromServer,
  half,
  overSse,
  ready,
  refusal,
  REFUSED,
  seesRefusal,
  timelinesAt,
  timelinesOf,
  written,
} from '../helpers/fake.ts';
import { rawServer } from '../helpers/rawServer.ts';
import { record, type Recording } from '../helpers/record.ts';

/** Waits so short that they do not slow a test down. */
const reconnect = { delay: 1, maxDelay: 5, jitter: false, stableAfter: 60_000 } as const;

const connections = (recording: Recording<StreamEvent>): unknown[] =>
  recording.values.filter(({ type }) => type === 'connected').map(({ payload }) => payload);

const attempt = (number: number) => (event: StreamEvent) =>
  event.type === 'connected' && event.payload.attempt === number;

describe('with reconnect', () => {
  it.each([
    ['a clean end', 'end', 'MastodonStreamEndedError'],
    ['a bare FIN in the middle of the body', 'drop', 'MastodonNetworkError'],
    ['a reset', 'reset', 'MastodonNetworkError'],
  ] as const)('announces %s, and reconnects', async (_what, fault, name) => {
    const server = await fake();
    const recording = record(timelinesOf(server, { reconnect }).public());
    await ready(server, recording);
    server.publish('public', { event: 'delete', payload: '1' });
    server.write(half());
    await recording.until(({ type }) => type === 'delete');
    server[fault]();
    await recording.until(attempt(1));
    await server.waitForConnections();
    server.publish('public', { event: 'delete', payload: '2' });
    await recording.until(({ payload }) => payload === '2');

    expect(fromServer(recording.values)).toEqual([
      ['delete', '1'],
      ['delete', '2'],
    ]);
    expect(connections(recording)).toEqual([{ attempt: 0 }, { attempt: 1 }]);
    expect(recording.values.find(({ type }) => type === 'disconnected')).toEqual({
      type: 'disconnected',
      payload: { error: expect.objectContaining({ name }) as unknown, retryIn: 1 },
      stream: ['public'],
    });
  });

  it('retries until a restarting server accepts connections again', async () => {
    const server = await fake();
    const recording = record(timelinesOf(server, { reconnect }).public());
    await ready(server, recording);
    await server.stop();
    const refused = (event: StreamEvent) =>
      event.type === 'disconnected' &&
      /ECONNREFUSED|Failed to fetch|No WebSocket/.test(event.payload.error.message);
    await recording.until(refused);
    await server.start();
    await server.waitForConnections();
    server.publish('public', { event: 'delete', payload: '1' });
    await recording.until(({ type }) => type === 'delete');
  });

  it('reconnects after a read timeout', async () => {
    const server = await fake();
    const recording = record(timelinesOf(server, { reconnect, timeout: 20 }).public());
    await recording.until(attempt(1));
    const lost = recording.values.find(({ type }) => type === 'disconnected');
    expect(lost).toMatchObject({ payload: { error: { name: 'MastodonReadTimeoutError' } } });
  });

  it('ends with a fatal 401 after the clean end of a revoked token', async () => {
    const server = await fake();
    const accessToken = server.addToken({});
    const recording = record(timelinesOf(server, { reconnect, accessToken }).public());
    await ready(server, recording);
    server.revoke(accessToken);

    expect(await recording.ended).toMatchObject({
      name: 'MastodonUnauthorizedError',
      status: 401,
      serverMessage: seesRefusal ? 'Invalid access token' : 'The access token was revoked',
      retryable: false,
    });
    expect(recording.values.map(({ type }) => type)).toEqual(
      overSse ? ['connected', 'heartbeat', 'disconnected'] : ['connected', 'disconnected'],
    );
    expect(server.requests).toHaveLength(1 + REFUSED);
  });

  it.each([[429], [503]])(
    seesRefusal
      ? 'retries a %i after Retry-After, not before'
      : 'retries a hidden %i without its Retry-After, which the browser hides, too',
    async (status) => {
      const server = await fake();
      server.failNext(status, { 'retry-after': '3600', ...EXPOSED });
      const recording = record(timelinesOf(server, { reconnect }).public());
      await recording.until(1);
      const retryIn = seesRefusal ? 3_600_000 : reconnect.delay;
      expect(recording.values[0]).toMatchObject({
        type: 'disconnected',
        payload: { retryIn, error: refusal({ status }) },
      });
      recording.unsubscribe();
    },
  );

  it.each([[400], [403], [404], [410], [422]])(
    seesRefusal ? 'does not retry a %i' : 'retries a hidden %i like a network failure',
    async (status) => {
      const server = await fake();
      server.failNext(status);
      const recording = record(timelinesOf(server, { reconnect }).public());
      if (seesRefusal) {
        expect(await recording.ended).toMatchObject({ status });
        expect(recording.values).toEqual([]);
      } else {
        await recording.until(attempt(1));
        expect(recording.values[0]).toMatchObject({ payload: { error: refusal({}) } });
      }
      // After a 404 over SSE, the library asks for the server's health, to see whether it has SSE at all.
      const requests = server.requests.filter(({ path }) => !path.endsWith('/health'));
      expect(requests).toHaveLength(seesRefusal ? 1 : 3);
    },
  );

  it('reconnects after a malformed event', async () => {
    const server = await fake();
    const recording = record(timelinesOf(server, { reconnect }).public());
    await ready(server, recording);
    server.write(written(['public'], ['update', '{']));
    await recording.until(attempt(1));
    expect(recording.values.find(({ type }) => type === 'disconnected')).toMatchObject({
      payload: { error: { name: 'MastodonMalformedEventError' } },
    });
    await server.waitForDisconnections(1);
  });

  it.runIf(overSse)('lets the waits grow if a server drops every connection at once', async () => {
    const server = await rawServer((socket) => {
      socket.end('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n:)\n');
    });
    const timelines = timelinesAt(server.url);
    const steep = { delay: 1, factor: 4, maxDelay: 60_000, jitter: false } as const;
    const recording = record(timelines.public({ reconnect: steep }));
    const isFifthLoss = (event: StreamEvent) =>
      event.type === 'disconnected' && event.payload.retryIn === 256;
    await recording.until(isFifthLoss);

    const waits = recording.values.flatMap((event) =>
      event.type === 'disconnected' ? [event.payload.retryIn] : [],
    );
    expect(waits).toEqual([1, 4, 16, 64, 256]);
    recording.unsubscribe();
  });

  it('counts the attempts of each subscription separately', async () => {
    const server = await fake();
    const stream$ = timelinesOf(server, { reconnect }).public();
    const first = record(stream$);
    await ready(server, first);
    server.end();
    await first.until(attempt(1));
    const second = record(stream$);
    await second.until(1);
    expect(connections(second)).toEqual([{ attempt: 0 }]);
  });

  it('prefers the option of the stream to that of the client', async () => {
    const server = await fake();
    const recording = record(timelinesOf(server, { reconnect }).public({ reconnect: false }));
    await ready(server, recording);
    server.end();
    expect(await recording.ended).toMatchObject({ name: 'MastodonStreamEndedError' });
    await closed(server);
  });
});
