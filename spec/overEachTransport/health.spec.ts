import { createTimelines, MastodonNetworkError } from 'mastodon-rx';
import { take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { closed, fake, timelinesOf } from '../helpers/fake.ts';
import { rawServer } from '../helpers/rawServer.ts';
import { record } from '../helpers/record.ts';

const HEALTH = '/api/v1/streaming/health';

describe('isHealthy', () => {
  it('is true for OK, and sends no token', async () => {
    const server = await fake();
    expect(await timelinesOf(server).isHealthy()).toBe(true);
    expect(server.requests.map(({ path }) => path)).toEqual([HEALTH]);
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('sends its request to the streaming host', async () => {
    const streaming = await fake();
    const rest = await fake({ streamingUrl: streaming.url });
    expect(await createTimelines({ baseUrl: rest.url }).isHealthy()).toBe(true);
    expect(streaming.requests.map(({ path }) => path)).toEqual([HEALTH]);
  });

  it('is false for a 503', async () => {
    const server = await fake();
    server.health(false);
    expect(await timelinesOf(server).isHealthy()).toBe(false);
  });

  it('is false for a 200 with another body, like that of a web app in its place', async () => {
    const server = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>');
    });
    const timelines = createTimelines({ baseUrl: server.url, streamingUrl: server.url });
    expect(await timelines.isHealthy()).toBe(false);
  });

  it('is true for "success", the body of other servers', async () => {
    const server = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nsuccess\n');
    });
    const timelines = createTimelines({ baseUrl: server.url, streamingUrl: server.url });
    expect(await timelines.isHealthy()).toBe(true);
  });

  it('rejects if the server has no such endpoint', async () => {
    const server = await rawServer((socket) => {
      socket.write('HTTP/1.1 404 Not Found\r\ncontent-length: 21\r\n\r\n{"error":"Not Found"}');
    });
    const timelines = createTimelines({ baseUrl: server.url, streamingUrl: server.url });
    await expect(timelines.isHealthy()).rejects.toMatchObject({
      ...{ name: 'MastodonNotFoundError', status: 404, serverMessage: 'Not Found' },
    });
  });

  it('rejects if the server cannot be reached or does not respond', async () => {
    const server = await fake();
    server.health('stall');
    const timelines = timelinesOf(server, { connectTimeout: 30 });
    await expect(timelines.isHealthy()).rejects.toBeInstanceOf(MastodonNetworkError);
    await server.stop();
    await expect(timelines.isHealthy()).rejects.toBeInstanceOf(MastodonNetworkError);
  });
});

describe('healthy$', () => {
  it('emits at once and after every healthInterval, and follows changes', async () => {
    const server = await fake();
    const recording = record(timelinesOf(server, { healthInterval: 5 }).healthy$);
    await recording.until(2);
    server.health(false);
    await recording.until((healthy) => !healthy);
    server.health(true);
    await recording.until(recording.values.length + 2);
    expect(recording.values.at(-1)).toBe(true);
  });

  it('emits false while the server cannot be reached, never errors, and emits true when it is back', async () => {
    const server = await fake();
    await server.stop();
    const recording = record(timelinesOf(server, { healthInterval: 5 }).healthy$);
    expect(await recording.until(2)).toEqual([false, false]);
    await server.start();
    await recording.until((healthy) => healthy);
  });

  it('never lets two polls overlap', async () => {
    const server = await fake();
    server.health('stall');
    const timelines = timelinesOf(server, { healthInterval: 1, connectTimeout: 1_000 });
    const recording = record(timelines.healthy$.pipe(take(2)));
    expect(await recording.until(2)).toEqual([false, false]);
    // Two polls took 2 s; overlapping polls every ms would be some thousand requests.
    expect(server.requests).toHaveLength(2);
  });

  it('is shared: late subscribers receive the last value, without a poll of their own', async () => {
    const server = await fake();
    const { healthy$ } = timelinesOf(server, { healthInterval: 60_000 });
    await record(healthy$).until(1);
    expect(await record(healthy$).until(1)).toEqual([true]);
    expect(server.requests).toHaveLength(1);
  });

  it('stops with the last subscriber, also in the middle of a poll, and starts again from nothing', async () => {
    const server = await fake();
    const { healthy$ } = timelinesOf(server, { healthInterval: 60_000 });
    const first = record(healthy$);
    await first.until(1);
    first.unsubscribe();
    server.health('stall');
    const second = record(healthy$);
    await server.waitForRequests(2);
    second.unsubscribe();
    await closed(server);
    expect(second.values).toEqual([]);
  });
});
