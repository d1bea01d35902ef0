/** Unsubscribing leaves nothing behind: no socket, no timer, no subscription on the server. */
import { Socket } from 'node:net';
import type { StreamEvent } from 'mastodon-rx';
import { finalize, Subject, take, takeUntil, timer } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { fake, textFrame, timelinesAt } from '../../helpers/fake.ts';
import { rawServer } from '../../helpers/rawServer.ts';
import { record, type Recording } from '../../helpers/record.ts';
import { over } from '../../helpers/webSocket.ts';

/** The number of listeners on the open sockets of this process, both ends of a connection included. */
const listeners = (): number =>
  (process as unknown as { _getActiveHandles(): unknown[] })
    ._getActiveHandles()
    .filter((handle) => handle instanceof Socket)
    .flatMap((socket) => socket.eventNames().map((name) => socket.listenerCount(name)))
    .reduce((sum, count) => sum + count, 0);

describe('unsubscribing', () => {
  it('closes the socket at once during the TCP connection or the TLS handshake', async () => {
    const server = await rawServer(() => undefined, { greeting: true });
    const url = `https://127.0.0.1:${server.port}`;
    const timelines = timelinesAt(url, { transport: 'websocket', closeDelay: 60_000 });
    const recording = record(timelines.user());
    await server.connected();
    recording.unsubscribe();
    await server.disconnected();
  });

  it('closes the socket at once during the WebSocket handshake, whatever the closeDelay', async () => {
    const server = await fake();
    server.delayHeaders(Infinity);
    const recording = record(over(server, { closeDelay: 60_000 }).public());
    await server.waitForRequests();
    recording.unsubscribe();
    await server.waitForClosedSockets();
  });

  it('of one of two streams keeps the handshake of the other', async () => {
    const server = await fake();
    server.stall();
    const timelines = over(server);
    const [leaving, staying] = [record(timelines.public()), record(timelines.direct())];
    await server.waitForRequests();
    leaving.unsubscribe();
    server.resume();
    await staying.until(1);
    await server.waitForConnections();
    expect(server.subscriptions).toEqual([['direct']]);
    expect(server.requests).toHaveLength(1);
  });

  it('opens nothing if the token was still being requested', async () => {
    const server = await fake();
    let recording: Recording<StreamEvent> | undefined;
    const give = await new Promise<(token: string) => void>((asked) => {
      const accessToken = () => new Promise<string>(asked);
      recording = record(over(server, { accessToken }).public());
    });
    recording?.unsubscribe();
    give(server.token);
    await over(server).isHealthy();
    expect(server.requests).toHaveLength(1);
  });

  it('synchronously on `connected` still unsubscribes on the server', async () => {
    const server = await fake();
    const timelines = over(server);
    record(timelines.direct());
    await server.waitForConnections();
    const recording = record(timelines.public().pipe(take(1)));
    await recording.ended;
    await server.waitForConnections(2);
    await server.waitForUnsubscriptions(1);
    expect(server.subscriptions).toEqual([['direct']]);
  });

  it.each([
    [
      'of a frame',
      textFrame('{"stream":["public"],"event":"delete","payload":"1"}').subarray(0, 9),
    ],
    ['of a fragmented message', textFrame('{"stream":', { final: false })],
  ])('in the middle %s closes the socket, and emits nothing more', async (_what, bytes) => {
    const server = await fake();
    const recording = record(over(server).public());
    await recording.until(1);
    server.write(bytes);
    recording.unsubscribe();
    await server.waitForClosedSockets();
    expect(recording.values).toHaveLength(1);
  });

  it('from within the first of two events in one chunk suppresses the second', async () => {
    const server = await fake();
    const stop$ = new Subject<void>();
    const timelines = over(server);
    const recording = record(timelines.public().pipe(takeUntil(stop$)));
    await server.waitForConnections();
    const frame = (id: string) =>
      textFrame(JSON.stringify({ stream: ['public'], event: 'delete', payload: id }));
    const first = recording.until(({ type }) => {
      if (type === 'delete') stop$.next();
      return type === 'delete';
    });
    server.write(Buffer.concat([frame('1'), frame('2')]));
    await first;
    expect(recording.values.map(({ payload }) => payload)).toEqual([{ attempt: 0 }, '1']);
    await server.waitForClosedSockets();
  });

  it('opens nothing if a retry was pending', async () => {
    const server = await fake();
    const recording = record(over(server, { reconnect: 60_000 }).public());
    await server.waitForConnections();
    server.drop();
    await recording.until(({ type }) => type === 'disconnected');
    recording.unsubscribe();
    await server.waitForClosedSockets();
    expect(server.requests).toHaveLength(1);
  });

  it('with takeUntil, like a component that is destroyed, works for every stream', async () => {
    const server = await fake();
    const destroyed$ = new Subject<void>();
    const timelines = over(server);
    const columns = [timelines.user(), timelines.public(), timelines.hashtag('rxjs')];
    const recordings = columns.map((stream$) => record(stream$.pipe(takeUntil(destroyed$))));
    await server.waitForConnections(3);
    destroyed$.next();
    await Promise.all(recordings.map(({ ended }) => ended));
    await server.waitForClosedSockets();
    expect(server.subscriptions).toEqual([]);
  });

  it('closes a socket whose server does not respond to the close frame', async () => {
    const server = await fake();
    const recording = record(over(server).public());
    await server.waitForConnections();
    server.stall();
    recording.unsubscribe();
    await server.waitForClosedSockets();
  });
});

describe('a thousand subscriptions that end again', () => {
  it('beside another stream leave one subscription, and no listener on the socket', async () => {
    const server = await fake();
    const timelines = over(server);
    record(timelines.direct());
    await server.waitForConnections();
    const before = listeners();
    const streams = [
      timelines.userNotification(),
      timelines.public(),
      timelines.hashtag('rxjs'),
      timelines.list('42'),
    ];
    for (let turn = 0; turn < 1_000; turn++) {
      const recording = streams[turn % streams.length]!.subscribe();
      if (turn % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
      recording.unsubscribe();
    }
    await server.waitForConnections(5);
    await server.waitForUnsubscriptions(1);
    expect(server.subscriptions).toEqual([['direct']]);
    expect(server.webSocketCount).toBe(1);
    expect(listeners()).toEqual(before);
  });

  it('with a socket each leave no socket and no timer', async () => {
    const server = await fake();
    const timelines = over(server, { closeDelay: 0 });
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    for (let turn = 0; turn < 1_000; turn++) {
      const recording = record(timelines.public());
      // Some end at once, some in the middle of the handshake, some when they are open.
      if (turn % 3 === 1) await new Promise((resolve) => setImmediate(resolve));
      if (turn % 3 === 2) await recording.until(1);
      recording.unsubscribe();
      vi.advanceTimersByTime(1);
    }
    await server.waitForClosedSockets();
    // The ping timer of the fake server stops with its last WebSocket.
    expect(vi.getTimerCount()).toBe(0);
    expect(server.subscriptions).toEqual([]);
    expect(server.webSocketCount).toBe(0);
  }, 60_000);

  it('to a stream with another subscriber do not affect that subscriber', async () => {
    const server = await fake();
    const timelines = over(server);
    const steady = record(timelines.user());
    await server.waitForConnections();
    let left = 0;
    for (let turn = 0; turn < 1_000; turn++) {
      timelines
        .user()
        .pipe(finalize(() => left++))
        .subscribe()
        .unsubscribe();
    }
    await record(timer(600)).until(1);
    server.publish('user', { event: 'delete', payload: '1' });
    await steady.until(2);
    expect(left).toBe(1_000);
    expect(server.subscriptions).toEqual([['user']]);
  });
});
