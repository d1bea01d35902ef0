/** One socket for all streams of a client, over a real connection. */
import { MastodonStreamEndedError, ofType, type StreamEvent, type Timelines } from 'mastodon-rx';
import type { FakeMastodon } from 'mastodon-rx/testing';
import { timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { fake, fromServer, textFrame, timelinesAt } from '../../helpers/fake.ts';
import { record, type Recording } from '../../helpers/record.ts';
import { socketServer } from '../../helpers/socketServer.ts';
import { over } from '../../helpers/webSocket.ts';

/** Waits so short that they do not slow a test down. */
const reconnect = { delay: 1, maxDelay: 5, jitter: false, stableAfter: 60_000 } as const;

const attempt = (number: number) => (event: StreamEvent) =>
  event.type === 'connected' && event.payload.attempt === number;

const isDelete = ({ type }: StreamEvent): boolean => type === 'delete';

const handshakes = (server: FakeMastodon): string[] =>
  server.requests.filter(({ headers }) => headers.upgrade !== undefined).map(({ path }) => path);

type Row = readonly [(of: Timelines) => ReturnType<Timelines['user']>, ...stream: string[]];

const everyStream: readonly Row[] = [
  [(of) => of.user(), 'user'],
  [(of) => of.userNotification(), 'user:notification'],
  [(of) => of.public(), 'public'],
  [(of) => of.public({ local: true, onlyMedia: true }), 'public:local:media'],
  [(of) => of.hashtag('Café'), 'hashtag', 'Café'],
  [(of) => of.hashtag('日本語', { local: true }), 'hashtag:local', '日本語'],
  [(of) => of.list('42'), 'list', '42'],
  [(of) => of.direct(), 'direct'],
];

describe('the socket', () => {
  it('is one for all streams of a client, of which each receives its own events', async () => {
    const server = await fake();
    const timelines = over(server);
    const recordings = everyStream.map(([of]) => record(of(timelines).pipe(ofType('delete'))));
    await server.waitForConnections(everyStream.length);
    expect(handshakes(server)).toEqual(['/api/v1/streaming']);
    expect(server.webSocketCount).toBe(1);

    for (const [, name, parameter] of everyStream) {
      const channel = parameter === undefined ? name! : ([name, parameter] as ['list', string]);
      server.publish(channel, { event: 'delete', payload: name });
    }
    await Promise.all(recordings.map((recording) => recording.until(1)));
    const got = recordings.map(({ values }) =>
      values.map(({ stream, payload }) => [payload, stream]),
    );
    expect(got).toEqual(
      everyStream.map(([, ...stream]) =>
        stream[0] === 'user'
          ? // A notification of user:notification is also sent on user.
            [
              ['user', ['user']],
              ['user:notification', ['user']],
            ]
          : [[stream[0], stream]],
      ),
    );
  });

  it('is opened by the first subscription, not before', async () => {
    const server = await fake();
    const timelines = over(server);
    everyStream.map(([of]) => of(timelines));
    await timelines.isHealthy();
    expect(handshakes(server)).toEqual([]);
    await record(timelines.user()).until(1);
    expect(handshakes(server)).toHaveLength(1);
  });

  it('is a separate one for each client', async () => {
    const server = await fake();
    record(over(server).user());
    record(over(server).user());
    await server.waitForConnections(2);
    expect(server.webSocketCount).toBe(2);
  });

  it('stays open for closeDelay, during which another stream joins it', async () => {
    const server = await fake();
    const timelines = over(server, { closeDelay: 60_000 });
    const first = record(timelines.user());
    await server.waitForConnections();
    first.unsubscribe();
    const second = record(timelines.direct());
    await second.until(1);
    server.publish('direct', { event: 'delete', payload: '1' });
    await server.waitForConnections(1);
    expect(handshakes(server)).toHaveLength(1);
  });

  it('is closed when closeDelay is over, after 1 s by default', async () => {
    for (const [closeDelay, time] of [
      [undefined, 1_000],
      [50, 50],
      [0, 0],
    ] as const) {
      const server = await fake();
      const recording = record(over(server, { closeDelay }).user());
      await server.waitForConnections();
      const before = performance.now();
      recording.unsubscribe();
      await server.waitForClosedSockets();
      const waited = performance.now() - before;
      expect(waited).toBeGreaterThan(time - 5);
      expect(server.subscriptions).toEqual([]);
    }
  });

  it('is closed with code 1000', async () => {
    const server = await socketServer();
    const config = { transport: 'websocket', multiplex: false, closeDelay: 1 } as const;
    const recording = record(timelinesAt(server.url, config).user());
    await recording.until(1);
    recording.unsubscribe();
    await server.until(({ closeCodes }) => closeCodes.length > 0);
    expect(server.closeCodes).toEqual([1000]);
  });

  it('is opened again by a subscriber after it was closed', async () => {
    const server = await fake();
    const timelines = over(server);
    for (let turn = 1; turn <= 3; turn++) {
      const recording = record(timelines.user());
      await server.waitForConnections();
      recording.unsubscribe();
      await server.waitForClosedSockets();
      expect(handshakes(server)).toHaveLength(turn);
    }
  });

  it('warns every stream about its redirect', async () => {
    const streaming = await fake({ token: 'the-token' });
    const rest = await fake({ token: 'the-token' });
    rest.redirect(streaming.url);
    const timelines = over(rest);
    for (const stream$ of [timelines.public(), timelines.user()]) {
      const recording = record(stream$);
      await recording.until(2);
      expect(recording.values[1]).toMatchObject({ payload: { code: 'redirected' } });
    }
    expect(streaming.webSocketCount).toBe(1);
    expect(streaming.requests.at(0)?.headers.authorization).toBe('Bearer the-token');
  });
});

describe('a subscription', () => {
  it('is shared by all subscribers to a stream, and ends with the last of them', async () => {
    const server = await fake();
    const timelines = over(server);
    const [first, second, other] = [timelines.user(), timelines.user(), timelines.public()].map(
      (stream$) => record(stream$),
    ) as [Recording<StreamEvent>, Recording<StreamEvent>, Recording<StreamEvent>];
    await server.waitForConnections(2);
    expect(server.subscriptions).toEqual([['user'], ['public']]);

    first.unsubscribe();
    server.publish('user', { event: 'delete', payload: '1' });
    await second.until(isDelete);
    second.unsubscribe();
    await server.waitForUnsubscriptions(1);
    expect(server.subscriptions).toEqual([['public']]);
    server.publish('public', { event: 'delete', payload: '2' });
    await other.until(isDelete);
    expect(fromServer(first.values)).toEqual([]);
  });

  it('to tags that the server folds reaches every spelling, also after one subscriber has left', async () => {
    const server = await fake();
    const timelines = over(server);
    const spellings = ['Café', 'CAFE', 'cafe'];
    const recordings = spellings.map((tag) => record(timelines.hashtag(tag)));
    await Promise.all(recordings.map((recording) => recording.until(1)));
    await server.waitForConnections();
    expect(server.subscriptions).toEqual([['hashtag', 'Café']]);
    server.publish(['hashtag', 'cafe'], { event: 'delete', payload: '1' });
    for (const [index, recording] of recordings.entries()) {
      await recording.until(isDelete);
      expect(recording.values.at(-1)?.stream).toEqual(['hashtag', spellings[index]]);
    }

    recordings[0]!.unsubscribe();
    // Longer than the delay of an unsubscribe frame: none may have been sent.
    await record(timer(600)).until(1);
    server.publish(['hashtag', 'cafe'], { event: 'delete', payload: '2' });
    await recordings[1]!.until(({ payload }) => payload === '2');
    await recordings[2]!.until(({ payload }) => payload === '2');
  });

  it('to user and one to user:notification deliver each notification once to each', async () => {
    const server = await fake();
    const timelines = over(server);
    const [user, notification] = [record(timelines.user()), record(timelines.userNotification())];
    await server.waitForConnections(2);
    const { id } = server.notify({ type: 'follow' });
    server.publish('user', { event: 'delete', payload: 'end' });
    server.publish('user:notification', { event: 'notifications_merged', payload: 1 });
    await user.until(isDelete);
    await notification.until(({ type }) => type === 'notifications_merged');

    for (const [recording, stream] of [
      [user, 'user'],
      [notification, 'user:notification'],
    ] as const) {
      const got = recording.values.filter(({ type }) => type === 'notification');
      expect(got).toMatchObject([{ payload: { id }, stream: [stream] }]);
    }
  });

  it('that is refused ends only its own stream, with the server’s message', async () => {
    const server = await fake();
    server.addList('7', 'bob');
    const accessToken = server.addToken({ scopes: ['read:statuses'] });
    const timelines = over(server, { accessToken, reconnect });
    const good = record(timelines.public());
    await server.waitForConnections();

    expect(await record(timelines.list('7')).ended).toMatchObject({
      ...{ name: 'MastodonUnauthorizedError', status: 401, retryable: false },
      serverMessage: 'Not authorized to stream this list',
    });
    expect(await record(timelines.userNotification()).ended).toMatchObject({
      ...{ name: 'MastodonUnauthorizedError', status: 401 },
      serverMessage: 'Access token does not have the required scopes',
    });
    const fork = timelines.channel({ name: 'public:bubble', path: 'public/bubble' });
    expect(await record(fork).ended).toMatchObject({
      ...{ name: 'MastodonApiError', status: 400, serverMessage: 'Unknown stream type' },
    });

    server.publish('public', { event: 'delete', payload: '1' });
    await good.until(isDelete);
    expect(good.values.map(({ type }) => type)).toEqual(['connected', 'delete']);
    expect(handshakes(server)).toHaveLength(1);
  });

  it('that is refused among others that were sent together is identified', async () => {
    const server = await fake();
    server.addList('7', 'bob');
    const timelines = over(server, { reconnect });
    const good = [timelines.list('42'), timelines.user(), timelines.public()].map((stream$) =>
      record(stream$),
    );
    const bad = record(timelines.list('7'));
    const late = record(timelines.direct());
    expect(await bad.ended).toMatchObject({ status: 401 });
    await server.waitForConnections(4);
    server.publish(['list', '42'], { event: 'delete', payload: '1' });
    await good[0]!.until(isDelete);
    for (const { values } of [...good, late]) {
      expect(values.some(({ type }) => type === 'disconnected')).toBe(false);
    }
  });

  it('that an old server refuses without a status has the status of its message', async () => {
    const server = await fake({ version: '4.2.13' });
    const accessToken = server.addToken({ scopes: ['write'] });
    const timelines = over(server, { accessToken });
    expect(await record(timelines.user()).ended).toMatchObject({
      status: 401,
      serverMessage: 'Error: Access token does not cover required scopes',
    });
    const fork = over(server).channel({ name: 'x', path: 'x' });
    expect(await record(fork).ended).toMatchObject({
      status: 400,
      serverMessage: 'Unknown stream type',
    });
  });

  it('whose server fails is repeated by its own reconnect, on the same socket', async () => {
    const server = await fake();
    const timelines = over(server, { reconnect, closeDelay: 1_000 });
    const recording = record(timelines.user());
    await server.waitForConnections();
    // Before any event, so that the client takes it for the response to its subscribe.
    server.write('{"error":"An unexpected error occurred","status":500}');
    await recording.until(attempt(1));
    expect(recording.values[1]).toMatchObject({
      type: 'disconnected',
      payload: { error: { name: 'MastodonServerError', status: 500 } },
    });
    expect(handshakes(server)).toHaveLength(1);
  });
});

describe('a malformed message', () => {
  it('ends only its own stream', async () => {
    const server = await fake();
    const timelines = over(server);
    const [good, bad] = [record(timelines.public()), record(timelines.user())];
    await server.waitForConnections(2);
    server.write('{"stream":["user"],"event":"update","payload":"{\\"id\\":');
    expect(await bad.ended).toMatchObject({
      ...{ name: 'MastodonMalformedEventError', reason: 'invalid-json', eventName: 'update' },
    });
    server.publish('public', { event: 'delete', payload: '1' });
    await good.until(isDelete);
  });

  it('that names no stream is a warning to all, and ends none', async () => {
    const server = await fake();
    const timelines = over(server);
    const both = [record(timelines.public()), record(timelines.user())];
    await server.waitForConnections(2);
    server.write('rubbish');
    for (const recording of both) {
      await recording.until(({ type }) => type === 'warning');
      expect(recording.values.at(-1)).toMatchObject({ payload: { code: 'malformed-message' } });
      expect(JSON.stringify(recording.values)).not.toContain('rubbish');
    }
  });

  it('that is not UTF-8 ends the socket (RFC 6455), and a retry helps', async () => {
    const server = await fake();
    const recording = record(over(server, { reconnect }).public());
    await server.waitForConnections();
    server.write(Buffer.of(0x81, 1, 0xff));
    await recording.until(attempt(1));
    expect(recording.values[1]).toMatchObject({
      payload: { error: { name: 'MastodonNetworkError', retryable: true } },
    });
  });

  it('that is binary is ignored', async () => {
    const server = await fake();
    const recording = record(over(server).public());
    await server.waitForConnections();
    server.write(Buffer.of(0x82, 1, 0xff));
    server.publish('public', { event: 'delete', payload: '1' });
    await recording.until(isDelete);
    expect(recording.values).toHaveLength(2);
  });
});

describe('a lost socket', () => {
  it('is lost for every stream, of which all with subscribers reconnect on one new socket', async () => {
    const server = await fake();
    const timelines = over(server, { reconnect });
    const stayed = [timelines.user(), timelines.hashtag('rxjs')].map((stream$) => record(stream$));
    const left = record(timelines.direct());
    const alone = record(timelines.public({ reconnect: false }));
    await server.waitForConnections(4);
    left.unsubscribe();
    server.drop();

    expect(await alone.ended).toMatchObject({ name: 'MastodonNetworkError' });
    for (const recording of stayed) await recording.until(attempt(1));
    await server.waitForConnections(2);
    expect([...server.subscriptions].sort()).toEqual([['hashtag', 'rxjs'], ['user']]);
    expect(handshakes(server)).toHaveLength(2);
    for (const { values } of stayed) {
      expect(values.map(({ type }) => type)).toEqual(['connected', 'disconnected', 'connected']);
    }
  });

  it('is one connection attempt for all streams that retry together, and each has its own waits', async () => {
    const server = await fake();
    const timelines = over(server);
    const quick = record(timelines.user({ reconnect: { delay: 5, jitter: false } }));
    const slow = record(timelines.public({ reconnect: 60_000 }));
    await server.waitForConnections(2);
    server.drop();
    await quick.until(attempt(1));
    await slow.until(({ type }) => type === 'disconnected');
    expect(slow.values.at(-1)).toMatchObject({ payload: { retryIn: 60_000 } });
    await server.waitForConnections();
    expect(server.subscriptions).toEqual([['user']]);
  });

  it('without a code is followed by the 401 of a revoked token, which ends all streams', async () => {
    const server = await fake();
    const accessToken = server.addToken({});
    const timelines = over(server, { accessToken, reconnect });
    const both = [record(timelines.user()), record(timelines.public())];
    await server.waitForConnections(2);
    server.revoke(accessToken);
    for (const recording of both) {
      expect(await recording.ended).toMatchObject({
        ...{ name: 'MastodonUnauthorizedError', serverMessage: 'Invalid access token' },
      });
      const lost = recording.values.find(({ type }) => type === 'disconnected');
      expect(lost).toMatchObject({ payload: { error: { name: 'MastodonStreamEndedError' } } });
    }
    await server.waitForClosedSockets();
  });

  it('is followed by a separate catch-up on each stream', async () => {
    const server = await fake();
    const timelines = over(server, { reconnect, catchUp: true });
    const both = [record(timelines.public()), record(timelines.list('42'))];
    await server.waitForConnections(2);
    await server.stop();
    for (const recording of both) await recording.until(({ type }) => type === 'disconnected');
    const { id } = server.post();
    await server.start();
    for (const recording of both) {
      await recording.until(({ type }) => type === 'caught-up');
      const updates = recording.values.filter(({ type }) => type === 'update');
      expect(updates).toMatchObject([{ payload: { id }, recovered: true }]);
    }
    expect(server.webSocketCount).toBe(1);
  });

  it('with another code is an error with that code', async () => {
    const server = await fake();
    const recording = record(over(server).public());
    await server.waitForConnections();
    server.write(Buffer.of(0x88, 2, 0x03, 0xf3)); // 1011
    const error = await recording.ended;
    expect(error).toMatchObject({ name: 'MastodonNetworkError', retryable: true });
    expect(error).not.toBeInstanceOf(MastodonStreamEndedError);
    expect(String(error)).toContain('1011');
  });

  it.each([
    ['1000', [0x88, 2, 0x03, 0xe8]],
    ['1001', [0x88, 2, 0x03, 0xe9]],
    ['no code', [0x88, 0]],
  ])('with %s is the end of the stream', async (_code, bytes) => {
    const server = await fake();
    const recording = record(over(server).public());
    await server.waitForConnections();
    server.write(Buffer.from(bytes));
    expect(await recording.ended).toBeInstanceOf(MastodonStreamEndedError);
  });

  it('whose subscriber synchronously resubscribes leads to one new socket', async () => {
    const server = await fake();
    const timelines = over(server);
    let again: Recording<StreamEvent> | undefined;
    const first = timelines.user().subscribe({
      error: () => {
        again = record(timelines.user());
      },
    });
    await server.waitForConnections();
    server.drop();
    await server.waitForDisconnections();
    await server.waitForConnections();
    record(timelines.public());
    await server.waitForConnections(2);
    expect(again?.values.map(({ type }) => type)).toEqual(['connected']);
    expect(handshakes(server)).toHaveLength(2);
    first.unsubscribe();
  });
});

describe('the read timeout', () => {
  it('does not expire as long as pings arrive', async () => {
    const server = await fake({ pingInterval: 100 });
    const recording = record(over(server, { timeout: 1_000 }).public());
    await server.waitForConnections();
    // Fifteen pings take longer than the timeout.
    await record(timer(1_500)).until(1);
    server.publish('public', { event: 'delete', payload: '1' });
    await recording.until(isDelete);
    expect(recording.values).toHaveLength(2);
  });

  it('does not expire as long as events of any stream arrive', async () => {
    const server = await fake();
    const timelines = over(server, { timeout: 1_000 });
    const quiet = record(timelines.direct());
    const busy = record(timelines.public());
    await server.waitForConnections(2);
    // Longer than the timeout, with a margin for a busy machine.
    for (let id = 0; id < 24; id++) {
      server.publish('public', { event: 'delete', payload: String(id) });
      await record(timer(50)).until(1);
    }
    await busy.until(25);
    expect(quiet.values).toHaveLength(1);
    expect(await quiet.ended).toMatchObject({ name: 'MastodonReadTimeoutError', timeout: 1_000 });
  });

  it('does not expire as long as parts of a message arrive', async () => {
    const server = await fake();
    const recording = record(over(server, { timeout: 1_000 }).public());
    await server.waitForConnections();
    const frame = textFrame('{"stream":["public"],"event":"delete","payload":"1"}');
    for (const byte of frame) {
      server.write(Buffer.of(byte));
      await record(timer(25)).until(1);
    }
    await recording.until(isDelete);
  });

  it('replaces the socket for the stream whose timeout is over, and keeps it for a stream with a longer one', async () => {
    const server = await fake();
    const timelines = over(server);
    const quick = record(timelines.user({ timeout: 60, reconnect }));
    const patient = record(timelines.public());
    await server.waitForConnections(2);
    await quick.until(attempt(1));
    expect(handshakes(server).length).toBeGreaterThan(1);
    quick.unsubscribe();
    server.publish('public', { event: 'delete', payload: '1' });
    await patient.until(isDelete);
    expect(patient.values).toHaveLength(2);
  });
});

describe('without multiplexing', () => {
  it('each stream has its own socket, whose URL names the stream', async () => {
    const server = await fake();
    const timelines = over(server, { multiplex: false });
    const recordings = everyStream.map(([of]) => record(of(timelines).pipe(ofType('delete'))));
    await server.waitForConnections(everyStream.length);
    expect(server.webSocketCount).toBe(everyStream.length);
    expect(handshakes(server)).toContain('/api/v1/streaming?stream=hashtag&tag=Caf%C3%A9');
    expect(handshakes(server)).toContain('/api/v1/streaming?stream=public%3Alocal%3Amedia');
    server.publish(['list', '42'], { event: 'delete', payload: '1' });
    await recordings[6]!.until(1);
    expect(recordings.map(({ values }) => values.length)).toEqual([0, 0, 0, 0, 0, 0, 1, 0]);
  });

  it('the same stream is shared, and closed with its last subscriber', async () => {
    const server = await fake();
    const timelines = over(server, { multiplex: false });
    const [first, second, third] = [timelines.user(), timelines.user(), timelines.direct()].map(
      (stream$) => record(stream$),
    ) as [Recording<StreamEvent>, Recording<StreamEvent>, Recording<StreamEvent>];
    await server.waitForConnections(2);
    first.unsubscribe();
    server.publish('user', { event: 'delete', payload: '1' });
    await second.until(isDelete);
    second.unsubscribe();
    await server.waitForClosedSockets(1);
    expect(server.subscriptions).toEqual([['direct']]);
    expect(third.values).toHaveLength(1);
  });

  it('a refusal ends only its stream, and closes its socket', async () => {
    const server = await fake();
    server.addList('7', 'bob');
    const timelines = over(server, { multiplex: false });
    expect(await record(timelines.list('7')).ended).toMatchObject({ status: 401 });
    await server.waitForClosedSockets();
  });
});

describe('the token', () => {
  it('is in the header, and in no URL', async () => {
    const server = await fake();
    await record(over(server).user()).until(1);
    const [request] = server.requests;
    expect(request?.headers.authorization).toBe(`Bearer ${server.token}`);
    expect(request?.headers['sec-websocket-protocol']).toBeUndefined();
    for (const { path } of server.requests) expect(path).not.toContain(server.token);
  });

  it.each([
    ['subprotocol', '/api/v1/streaming', (token: string) => token],
    ['query', '/api/v1/streaming?access_token=TOKEN', () => undefined],
  ] as const)('is in the %s if tokenIn says so', async (tokenIn, path, protocolOf) => {
    const server = await fake();
    await record(over(server, { tokenIn }).public()).until(1);
    const [request] = server.requests;
    expect(request?.path).toBe(path.replace('TOKEN', server.token));
    expect(request?.headers['sec-websocket-protocol']).toBe(protocolOf(server.token));
    expect(request?.headers.authorization).toBeUndefined();
  });

  it('causes an illegal argument error without the token if a subprotocol cannot carry it', async () => {
    const server = await fake();
    const accessToken = 'to/ken=';
    const timelines = over(server, { accessToken, tokenIn: 'subprotocol', reconnect });
    const error = await record(timelines.public()).ended;
    expect(error).toMatchObject({ name: 'MastodonIllegalArgumentError' });
    expect(String(error)).not.toContain(accessToken);
    expect(server.requests).toEqual([]);
  });

  it('is removed from the server’s message, like control characters', async () => {
    const server = await fake();
    const recording = record(over(server).public());
    await server.waitForConnections();
    const error = `\u001b[2J ${server.token} will not do ${'!'.repeat(1_000)}`;
    server.write(JSON.stringify({ error, status: 401 }));
    const shown = String(await recording.ended);
    expect(shown).toContain('[token] will not do');
    expect(shown).not.toContain('\u001b');
    expect(shown.length).toBeLessThan(500);
  });
});
