/** Faults of other libraries over a WebSocket (each was run or read), and the behavior of this one. */
import {
  createTimelines,
  MastodonError,
  ofType,
  StreamListener,
  toAsyncIterable,
  toListener,
  type StreamEvent,
  type TimelinesConfig,
} from 'mastodon-rx';
import { fakeStatus, type FakeMastodon } from 'mastodon-rx/testing';
import { retry, take } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { unhandledErrors } from '../../helpers/calls.ts';
import { fake, fromServer } from '../../helpers/fake.ts';
import { record } from '../../helpers/record.ts';
import { over } from '../../helpers/webSocket.ts';

/** Waits so short that they do not slow a test down. */
const reconnect = { delay: 1, maxDelay: 5, jitter: false, stableAfter: 60_000 } as const;

const attempt = (number: number) => (event: StreamEvent) =>
  event.type === 'connected' && event.payload.attempt === number;

const isDelete = ({ type }: StreamEvent): boolean => type === 'delete';

const waitsOf = (values: readonly StreamEvent[]): number[] =>
  values.flatMap((event) => (event.type === 'disconnected' ? [event.payload.retryIn] : []));

const handshakes = (server: FakeMastodon) =>
  server.requests.filter(({ headers }) => headers.upgrade !== undefined);

/** Opens a stream beside the tested one, which keeps the socket open. */
async function beside(server: FakeMastodon, settings: Partial<TimelinesConfig> = {}) {
  const timelines = over(server, { reconnect, ...settings });
  const other = record(timelines.public());
  await server.waitForConnections();
  return { timelines, other };
}

describe('masto.js', () => {
  it('sends no unsubscribe after a drop: here the server receives one, after any number of drops', async () => {
    const server = await fake();
    const { timelines, other } = await beside(server);
    const recording = record(timelines.user());
    await server.waitForConnections(2);
    for (let drop = 1; drop <= 3; drop++) {
      server.drop();
      await recording.until(attempt(drop));
      await other.until(attempt(drop));
      await server.waitForConnections(2);
    }
    recording.unsubscribe();
    await server.waitForUnsubscriptions(1);
    expect(server.subscriptions).toEqual([['public']]);
  });

  it('resubscribes an ended subscription after the next drop: here it stays ended', async () => {
    const server = await fake();
    const { timelines, other } = await beside(server);
    const recording = record(timelines.user());
    await recording.until(1);
    recording.unsubscribe();
    server.drop();
    await other.until(attempt(1));
    await server.waitForConnections();
    server.publish('user', { event: 'delete', payload: '1' });
    server.publish('public', { event: 'delete', payload: '2' });
    await other.until(isDelete);
    expect(server.subscriptions).toEqual([['public']]);
    expect(recording.values).toHaveLength(1);
  });

  it('throws an in-band error, or a bad frame, in every subscription: here only in its own', async () => {
    const server = await fake();
    server.addList('7', 'bob');
    const { timelines, other } = await beside(server, { reconnect: false });
    expect(await record(timelines.list('7')).ended).toMatchObject({ status: 401 });
    const bad = record(timelines.user());
    await server.waitForConnections(2);
    server.write('{"stream":["user"],"event":"update","payload":"no JSON"}');
    expect(await bad.ended).toMatchObject({ name: 'MastodonMalformedEventError' });
    server.publish('public', { event: 'delete', payload: '1' });
    await other.until(isDelete);
  });

  it('emits a number for announcement.delete and 1 for notifications_merged: here a string and undefined', async () => {
    const server = await fake();
    const recording = record(over(server).user());
    await server.waitForConnections();
    server.publish('user', { event: 'announcement.delete', payload: '8' });
    server.publish('user', { event: 'notifications_merged', payload: '1' });
    await recording.until(({ type }) => type === 'notifications_merged');
    expect(fromServer(recording.values)).toEqual([
      ['announcement.delete', '8'],
      ['notifications_merged', undefined],
    ]);
  });

  it('reconnects after a drop with retry: false: here the stream ends', async () => {
    const server = await fake();
    const recording = record(over(server).user());
    await server.waitForConnections();
    server.drop();
    expect(await recording.ended).toMatchObject({ name: 'MastodonNetworkError' });
    await server.waitForClosedSockets();
    expect(handshakes(server)).toHaveLength(1);
  });

  it('lets a later subscription hang when the retries are used up: here it opens a socket', async () => {
    const server = await fake();
    const timelines = over(server, { reconnect: { ...reconnect, count: 1 } });
    server.failNext(503);
    server.failNext(503);
    expect(await record(timelines.user()).ended).toMatchObject({ status: 503 });
    await record(timelines.user()).until(1);
  });

  it('waits without a cap: here up to maxDelay', async () => {
    const server = await fake();
    await server.stop();
    const waits = { delay: 1, maxDelay: 4, jitter: false } as const;
    const recording = record(over(server, { reconnect: waits }).user());
    await recording.until(6);
    expect(waitsOf(recording.values).slice(0, 6)).toEqual([1, 2, 4, 4, 4, 4]);
  });

  it('waits before the first connection: here it is opened at once', async () => {
    const server = await fake();
    const before = performance.now();
    await record(over(server, { reconnect: 60_000 }).user()).until(1);
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  it('cannot see a 401, and retries for ever: here it is fatal, with the server’s message', async () => {
    const server = await fake();
    const timelines = over(server, { accessToken: 'wrong', reconnect });
    expect(await record(timelines.user()).ended).toMatchObject({
      ...{ name: 'MastodonUnauthorizedError', serverMessage: 'Invalid access token' },
    });
    expect(handshakes(server)).toHaveLength(1);
  });

  it('has no connect timeout, and never notices a dead socket: here both are errors', async () => {
    const server = await fake();
    server.stall();
    const timelines = over(server);
    expect(await record(timelines.user({ connectTimeout: 30 })).ended).toMatchObject({
      message: 'Opening the WebSocket timed out after 30 ms',
    });
    await server.waitForClosedSockets();
    server.resume();
    const recording = record(timelines.user({ timeout: 200 }));
    await server.waitForConnections();
    server.stall();
    expect(await recording.ended).toMatchObject({ name: 'MastodonReadTimeoutError' });
    await server.waitForClosedSockets();
  });

  it('delivers nothing to #cats beside #Cats: here both receive their events', async () => {
    const server = await fake();
    const timelines = over(server);
    const both = ['Cats', 'cats'].map((tag) => record(timelines.hashtag(tag)));
    await Promise.all(both.map((recording) => recording.until(1)));
    await server.waitForConnections();
    server.publish(['hashtag', 'cats'], { event: 'delete', payload: '1' });
    for (const recording of both) await recording.until(isDelete);
    expect(both.map(({ values }) => values.at(-1)?.stream[1])).toEqual(['Cats', 'cats']);
  });

  it('buffers without a limit for a slow consumer: here up to a capacity, and each drop is reported', async () => {
    const server = await fake();
    const timelines = over(server);
    const lost: StreamEvent[] = [];
    const slow = toAsyncIterable(timelines.public(), {
      ...{ capacity: 10, overflow: 'drop-oldest' },
      onDrop: (event: StreamEvent) => lost.push(event),
    });
    const iterator = slow[Symbol.asyncIterator]();
    expect(await iterator.next()).toMatchObject({ value: { type: 'connected' } });
    const fast = record(timelines.public());
    await server.waitForConnections();
    for (let id = 1; id <= 500; id++) {
      server.publish('public', { event: 'delete', payload: String(id) });
    }
    await fast.until(({ payload }) => payload === '500');
    expect(lost).toHaveLength(490);
    expect(await iterator.next()).toMatchObject({ value: { payload: '491' } });
    await iterator.return?.();
  });

  it('never ends the for await after an unsubscribe: here it ends, and the server receives the unsubscribe', async () => {
    const server = await fake();
    const { timelines } = await beside(server);
    const seen: string[] = [];
    for await (const event of toAsyncIterable(timelines.user())) {
      seen.push(event.type);
      if (event.type === 'delete') break;
      await server.waitForConnections(2);
      server.publish('user', { event: 'delete', payload: '1' });
    }
    expect(seen).toEqual(['connected', 'delete']);
    await server.waitForUnsubscriptions(1);
  });

  it('renames keys: here they are like in the server’s documentation', async () => {
    const server = await fake();
    const recording = record(over(server).public().pipe(ofType('update')));
    await server.waitForConnections();
    server.post();
    const [event] = await recording.until(1);
    expect(event?.payload).toHaveProperty('created_at');
    expect(event?.payload).not.toHaveProperty('createdAt');
  });
});

describe('megalodon', () => {
  it('never reconnects after a close with 1000: here it does', async () => {
    const server = await fake();
    const recording = record(over(server, { reconnect }).user());
    await server.waitForConnections();
    server.write(Buffer.of(0x88, 2, 0x03, 0xe8));
    await recording.until(attempt(1));
    expect(recording.values[1]).toMatchObject({
      payload: { error: { name: 'MastodonStreamEndedError' } },
    });
  });

  it('opens a socket when stopped during its wait: here no further one is opened', async () => {
    const server = await fake();
    const recording = record(over(server, { reconnect: { delay: 20, jitter: false } }).user());
    await server.waitForConnections();
    server.drop();
    await recording.until(({ type }) => type === 'disconnected');
    recording.unsubscribe();
    await server.waitForClosedSockets();
    const later = over(server).isHealthy();
    await later;
    expect(handshakes(server)).toHaveLength(1);
  });

  it('crashes when stopped while connecting: here the socket is closed without an error', async () => {
    const server = await fake();
    server.delayHeaders(Infinity);
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('uncaughtException', note);
    process.on('unhandledRejection', note);
    onTestFinished(() => {
      process.off('uncaughtException', note);
      process.off('unhandledRejection', note);
    });
    const recording = record(over(server).user());
    await server.waitForRequests();
    recording.unsubscribe();
    await server.waitForClosedSockets();
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  });

  it('crashes on a 401 without an error listener: here a listener needs none', async () => {
    const server = await fake();
    const timelines = over(server, { accessToken: 'wrong' });
    const handle = toListener(timelines.user(), new StreamListener());
    await expect(handle.done).rejects.toMatchObject({ status: 401 });
  });

  it('reports announcements, filters_changed and notifications_merged as parser errors: here they are events', async () => {
    const server = await fake({ version: '4.2.0' });
    const recording = record(over(server).user());
    await server.waitForConnections();
    server.publish('user', { event: 'filters_changed' });
    server.publish('user', {
      ...{ event: 'announcement.reaction' },
      payload: { name: '🎉', count: 3, announcement_id: '8' },
    });
    server.publish('user', { event: 'notifications_merged', payload: '1' });
    await recording.until(4);
    expect(fromServer(recording.values).map(([type]) => type)).toEqual([
      ...['filters_changed', 'announcement.reaction', 'notifications_merged'],
    ]);
  });

  it('drops notifications of unknown types: here they are emitted', async () => {
    const server = await fake();
    const recording = record(over(server).user().pipe(ofType('notification')));
    await server.waitForConnections();
    server.notify({ type: 'of_the_future' });
    expect(await recording.until(1)).toMatchObject([{ payload: { type: 'of_the_future' } }]);
  });

  it('puts the token into the URL, and the tag unencoded: here the URL has no token, and the tag is encoded', async () => {
    const server = await fake();
    const tag = 'c++&access_token=x #日本語';
    await record(over(server).hashtag(tag)).until(1);
    await server.waitForConnections();
    expect(handshakes(server)[0]?.path).toBe('/api/v1/streaming');
    expect(server.subscriptions).toEqual([['hashtag', tag]]);
    await record(over(server, { multiplex: false }).hashtag(tag)).until(1);
    await server.waitForConnections(2);
    expect(server.subscriptions[1]).toEqual(['hashtag', tag]);
    expect(handshakes(server)[1]?.path).not.toContain(server.token);
  });

  it('parses the id of a delete as a number: here every digit is kept', async () => {
    const server = await fake();
    const recording = record(over(server).user().pipe(ofType('delete')));
    await server.waitForConnections();
    server.publish('user', { event: 'delete', payload: '117420000000000001' });
    server.write('{"stream":["user"],"event":"delete","payload":117420000000000003}');
    const events = await recording.until(2);
    expect(events.map(({ payload }) => payload)).toEqual([
      '117420000000000001',
      '117420000000000003',
    ]);
  });
});

describe('BigBone', () => {
  it('has only raw text for hashtags and lists: here they are typed events', async () => {
    const server = await fake();
    const timelines = over(server);
    const both = [timelines.hashtag('rxjs'), timelines.list('42')].map((stream$) =>
      record(stream$.pipe(ofType('update'))),
    );
    await server.waitForConnections(2);
    const payload = fakeStatus();
    server.publish(['hashtag', 'rxjs'], { event: 'update', payload });
    server.publish(['list', '42'], { event: 'update', payload });
    for (const recording of both) {
      expect(await recording.until(1)).toMatchObject([{ payload: { id: payload.id } }]);
    }
  });

  it('ignores a close by the server: here it ends the stream at once', async () => {
    const server = await fake();
    const recording = record(over(server).user());
    await server.waitForConnections();
    server.end();
    expect(await recording.ended).toMatchObject({ name: 'MastodonStreamEndedError' });
    await server.waitForClosedSockets();
  });

  it('fails for an instance without a streaming URL: here baseUrl is used', async () => {
    const server = await fake({ streamingUrl: null });
    const timelines = over(server, { streamingUrl: undefined });
    await record(timelines.user()).until(1);
    expect(handshakes(server)).toHaveLength(1);
  });

  it('delivers an event twice if the consumer throws: here once, and to the others, too', async () => {
    const server = await fake();
    const unhandled = unhandledErrors();
    const timelines = over(server);
    const seen: unknown[] = [];
    const throwing = timelines.user().subscribe(({ type, payload }) => {
      if (type !== 'delete') return;
      seen.push(payload);
      throw new Error('the consumer’s own');
    });
    const calm = record(timelines.user());
    await calm.until(1);
    await server.waitForConnections();
    server.publish('user', { event: 'delete', payload: '1' });
    server.publish('user', { event: 'delete', payload: '2' });
    await calm.until(3);
    await unhandled.until(2);
    expect(seen).toEqual(['1', '2']);
    throwing.unsubscribe();
  });

  it('sends "Bearer null" without a token: here nothing is sent', async () => {
    const server = await fake();
    await record(over(server, { accessToken: undefined }).user()).ended;
    expect(handshakes(server)[0]?.headers.authorization).toBeUndefined();
    expect(handshakes(server)[0]?.headers['sec-websocket-protocol']).toBeUndefined();
  });

  it('rejects servers that do not call themselves Mastodon: here the name is not requested', async () => {
    const server = await fake({ version: '2.7.2 (compatible; Pleroma 2.6.0)' });
    await record(over(server, { streamingUrl: undefined }).public()).until(1);
    expect(server.requests.map(({ path }) => path)).not.toContain('/.well-known/nodeinfo');
  });
});

describe('go-mastodon', () => {
  it('stops after one failed dial, like at every restart: here it retries', async () => {
    const server = await fake();
    const recording = record(over(server, { reconnect }).user());
    await server.waitForConnections();
    await server.stop();
    await recording.until(
      (event) =>
        event.type === 'disconnected' && event.payload.error.message.includes('ECONNREFUSED'),
    );
    await server.start();
    await server.waitForConnections();
    server.publish('user', { event: 'delete', payload: '1' });
    await recording.until(isDelete);
  });

  it('dials again without a wait: here the waits grow for a server that drops at once', async () => {
    const server = await fake();
    const steep = { delay: 1, factor: 4, maxDelay: 60_000, jitter: false } as const;
    const recording = record(over(server, { reconnect: steep }).user());
    for (let drops = 0; drops < 5; drops++) {
      await recording.until(attempt(drops));
      await server.waitForConnections();
      server.drop();
      await server.waitForDisconnections();
    }
    await recording.until(
      (event) => event.type === 'disconnected' && event.payload.retryIn === 256,
    );
    expect(waitsOf(recording.values)).toEqual([1, 4, 16, 64, 256]);
  });

  it('drops announcements and unknown events: here all are emitted', async () => {
    const server = await fake();
    const recording = record(over(server).user());
    await server.waitForConnections();
    server.publish('user', { event: 'announcement.delete', payload: '8' });
    server.publish('user', { event: 'of.the.future', payload: { a: 1 } });
    await recording.until(3);
    expect(fromServer(recording.values)).toEqual([
      ['announcement.delete', '8'],
      ['unknown', { name: 'of.the.future', data: { a: 1 } }],
    ]);
  });

  it('panics on an update without a payload: here it is malformed, and the stream can continue', async () => {
    const server = await fake();
    const recording = record(over(server, { onMalformed: 'emit' }).user());
    await server.waitForConnections();
    server.write('{"stream":["user"],"event":"update"}');
    server.write('{"stream":["user"],"event":"update","payload":null}');
    server.publish('user', { event: 'delete', payload: '1' });
    await recording.until(isDelete);
    expect(recording.values.slice(1)).toMatchObject([
      { type: 'malformed', payload: { error: { eventName: 'update', reason: 'invalid-json' } } },
      { type: 'unknown', payload: { name: 'update', data: null } },
      { type: 'delete' },
    ]);
  });

  it('ignores the instance’s streaming URL: here it is used', async () => {
    const streaming = await fake({ token: 'the-token' });
    const rest = await fake({
      token: 'the-token',
      streamingUrl: streaming.url.replace('http', 'ws'),
    });
    await record(over(rest, { streamingUrl: undefined }).public()).until(1);
    expect(streaming.webSocketCount).toBe(1);
    expect(handshakes(rest)).toEqual([]);
  });

  it('leaks a goroutine when the reader stops: here the socket is closed', async () => {
    const server = await fake();
    const recording = record(over(server).user().pipe(take(1)));
    await recording.ended;
    await server.waitForClosedSockets();
  });
});

describe('TootSDK', () => {
  it('computes the power with XOR and waits 3, 0, 1, 6: here the waits double', async () => {
    const server = await fake();
    await server.stop();
    const doubling = { delay: 2, jitter: false, count: 4 } as const;
    const recording = record(over(server, { reconnect: doubling }).user());
    await recording.ended;
    expect(waitsOf(recording.values)).toEqual([2, 4, 8, 16]);
  });

  it('stops at its tenth connection: here successes are not counted', async () => {
    const server = await fake();
    const recording = record(
      over(server, { reconnect: { ...reconnect, stableAfter: 0, count: 1 } }).user(),
    );
    for (let drops = 0; drops < 12; drops++) {
      await recording.until(attempt(drops));
      await server.waitForConnections();
      server.drop();
      await server.waitForDisconnections();
    }
    await recording.until(attempt(12));
  });

  it('drops all timelines for one event that cannot be decoded: here it is unknown, and none is dropped', async () => {
    const server = await fake();
    const { timelines, other } = await beside(server, { reconnect: false });
    const recording = record(timelines.user());
    await server.waitForConnections(2);
    server.publish('user', { event: 'update', payload: { id: 42 } });
    server.publish('public', { event: 'delete', payload: '1' });
    await other.until(isDelete);
    expect(recording.values.at(-1)).toMatchObject({ type: 'unknown', payload: { name: 'update' } });
  });

  it('drops all timelines for one in-band error: here only its own stream ends', async () => {
    const server = await fake();
    const { timelines, other } = await beside(server, { reconnect: false });
    const accessTokenHasNoList = record(timelines.list('999999'));
    expect(await accessTokenHasNoList.ended).toMatchObject({ status: 401 });
    server.publish('public', { event: 'delete', payload: '1' });
    await other.until(isDelete);
  });
});

describe('rxjs’ webSocket', () => {
  it('completes on a clean close, so that retry() never fires: here it fires', async () => {
    const server = await fake();
    const recording = record(
      over(server)
        .user()
        .pipe(retry({ count: 1, delay: 1 })),
    );
    await server.waitForConnections();
    server.end();
    await server.waitForDisconnections();
    await server.waitForConnections();
    server.publish('user', { event: 'delete', payload: '1' });
    await recording.until(isDelete);
  });

  it('errors every stream for one bad frame: here only its own', async () => {
    const server = await fake();
    const { timelines, other } = await beside(server, { reconnect: false });
    const recording = record(timelines.user({ onMalformed: 'emit' }));
    await server.waitForConnections(2);
    server.write('{"stream":["user"],"event":"update",');
    server.publish('user', { event: 'delete', payload: '1' });
    server.publish('public', { event: 'delete', payload: '1' });
    await recording.until(isDelete);
    await other.until(isDelete);
    expect(recording.values[1]).toMatchObject({ type: 'malformed' });
  });

  it('errors with an Event: here with an Error and its cause', async () => {
    const server = await fake();
    await server.stop();
    const error = await record(
      createTimelines({
        baseUrl: server.url,
        streamingUrl: server.url,
        transport: 'websocket',
      }).user(),
    ).ended;
    expect(error).toBeInstanceOf(MastodonError);
    expect(error).toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });
});
