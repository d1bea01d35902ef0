/** A process that is stopped for longer than `timeout`, like a paused container or a laptop with a closed lid. */
import { createTimelines } from 'mastodon-rx';
import { ignoreElements, lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { FakeMastodon } from 'mastodon-rx/testing';
import { fake } from '../helpers/fake.ts';
import { record } from '../helpers/record.ts';
import { streamProcess, type StreamProcess } from '../helpers/streamProcess.ts';

const timeout = 1_000;

const configOf = ({ url, token }: FakeMastodon) => ({
  ...{ baseUrl: url, streamingUrl: url, accessToken: token, timeout },
});

/** Starts a process, and resolves when it has received an event. */
async function streaming(
  server: FakeMastodon,
  transport: 'sse' | 'websocket',
): Promise<StreamProcess> {
  const process = streamProcess({ ...configOf(server), transport });
  await server.waitForConnections();
  server.publish('public', { event: 'delete', payload: 'first' });
  expect(await collect(process, 2)).toEqual([
    ['connected', { attempt: 0 }],
    ['delete', 'first'],
  ]);
  return process;
}

/** Resolves when a stream of this process has been silent for longer than `timeout`. */
const sleep = async (): Promise<void> => {
  const silent = await fake({ heartbeatInterval: 60_000, preamble: false });
  const asleep = createTimelines({ ...configOf(silent), timeout: timeout + 500 }).public();
  await expect(lastValueFrom(asleep.pipe(ignoreElements()))).rejects.toThrow('silent for 1500 ms');
};

/** The next `count` events that are not heartbeats. */
const collect = async (from: StreamProcess, count: number): Promise<unknown[]> => {
  const events: unknown[] = [];
  while (events.length < count) {
    const event = await from.next();
    if (event[0] !== 'heartbeat') events.push(event);
  }
  return events;
};

describe.each(['sse', 'websocket'] as const)('a suspended process, over %s', (transport) => {
  it('loses nothing that was sent meanwhile, and keeps its connection', async () => {
    const server = await fake({ heartbeatInterval: 300, pingInterval: 60_000 });
    const suspended = await streaming(server, transport);

    suspended.suspend();
    const ids = Array.from({ length: 43 }, (_, index) => `${index}`);
    for (const id of ids) server.publish('public', { event: 'delete', payload: id });
    await sleep();
    suspended.wake();

    const events = await collect(suspended, ids.length);
    expect(events).toEqual(ids.map((id) => ['delete', id]));
    server.publish('public', { event: 'delete', payload: 'later' });
    expect(await collect(suspended, 1)).toEqual([['delete', 'later']]);
    expect(server.connections).toHaveLength(1);
  });

  it('times out soon after it wakes if the server has sent nothing', async () => {
    const server = await fake({ heartbeatInterval: 60_000, preamble: false, pingInterval: 60_000 });
    const suspended = await streaming(server, transport);

    suspended.suspend();
    await sleep();
    suspended.wake();
    const awake = performance.now();

    expect(await suspended.next()).toEqual([
      'error',
      expect.objectContaining({ name: 'MastodonReadTimeoutError' }),
    ]);
    expect(performance.now() - awake).toBeLessThan(5_000); // a second, and a margin for the machine
  });
});

describe.each(['sse', 'websocket'] as const)('a process that is busy, over %s', (transport) => {
  it('reads the data that has arrived before it closes a connection', async () => {
    const server = await fake({ heartbeatInterval: 60_000, preamble: false, pingInterval: 60_000 });
    const recording = record(createTimelines({ ...configOf(server), transport }).public());
    await recording.until(({ type }) => type === 'connected');
    await server.waitForConnections();

    server.publish('public', { event: 'delete', payload: '1' });
    // Nothing runs meanwhile; then the timers fire first, while the bytes are still in the socket.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * timeout);

    await recording.until(({ type }) => type === 'delete');
    expect(server.connections).toHaveLength(1);
  });
});
