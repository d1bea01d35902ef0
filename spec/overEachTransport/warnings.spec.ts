import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { fake, overSse, ready, timelinesOf } from '../helpers/fake.ts';
import { record } from '../helpers/record.ts';

const PROBE = '/api/v1/notifications?limit=1';

describe('warnings', () => {
  it('are emitted if the token may not read notifications, which a user stream then leaves out', async () => {
    const server = await fake();
    const accessToken = server.addToken({ scopes: ['read:statuses'] });
    const recording = record(timelinesOf(server, { accessToken }).user());
    await recording.until(({ type }) => type === 'warning');

    expect(recording.values.find(({ type }) => type === 'warning')).toEqual({
      type: 'warning',
      payload: {
        code: 'missing-notification-scope',
        message: expect.stringContaining('read:notifications') as string,
      },
      stream: ['user'],
    });
  });

  it.each([
    [
      'GoToSocial, which streams notifications all the same',
      'Forbidden: token has insufficient scope permission',
    ],
    ['a disabled account', 'Your login is currently disabled'],
    ['a firewall in front of the server', undefined],
  ])('are not emitted for a 403 of %s', async (_whose, error) => {
    const server = await fake();
    server.failNextRest(403, {}, error === undefined ? {} : { error });
    const recording = record(timelinesOf(server).user());
    await ready(server, recording);
    await server.waitForRequests(2);
    server.publish('user', { event: 'delete', payload: '1' });
    await recording.until(({ type }) => type === 'delete');
    // A warning would come with the response, which precedes these two round trips.
    await timelinesOf(server).isHealthy();
    await timelinesOf(server).isHealthy();
    expect(server.requests.some(({ path }) => path === PROBE)).toBe(true);
    expect(recording.values.filter(({ type }) => type === 'warning')).toEqual([]);
  });

  it('are not emitted if the token may read notifications, which is requested once per subscription', async () => {
    const server = await fake();
    const reconnect = { delay: 1, maxDelay: 1, jitter: false } as const;
    const recording = record(timelinesOf(server, { reconnect }).user());
    await ready(server, recording);
    await server.waitForRequests(2);
    server.end();
    await recording.until((event) => event.type === 'connected' && event.payload.attempt === 1);
    await server.waitForConnections();
    server.publish('user', { event: 'delete', payload: '1' });
    await recording.until(({ type }) => type === 'delete');

    // A second request, on reconnecting, would have been sent before this round trip.
    await timelinesOf(server).isHealthy();
    expect(recording.values.filter(({ type }) => type === 'warning')).toEqual([]);
    expect(server.requests.filter(({ path }) => path === PROBE)).toHaveLength(1);
  });

  it.runIf(overSse)('are emitted if a proxy buffers the stream', async () => {
    // RxJS waits with setInterval, and sockets do not: the fake clock skips the five seconds.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const server = await fake({ preamble: false });
    const recording = record(timelinesOf(server).public());
    await recording.until(1);
    vi.advanceTimersByTime(5_000);
    expect(recording.values.at(-1)).toMatchObject({
      type: 'warning',
      payload: { code: 'response-buffered' },
    });
  });

  it.runIf(overSse).each([false, true])(
    'are emitted if a proxy buffers the headers, too (catchUp: %s)',
    async (catchUp) => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
      onTestFinished(() => void vi.useRealTimers());
      const server = await fake();
      server.delayHeaders(Infinity);
      const path = '/api/v1/streaming/public';
      const recording = record(timelinesOf(server, { catchUp }).public());
      while (!server.requests.some((request) => request.path === path)) {
        await new Promise(setImmediate);
      }
      vi.advanceTimersByTime(5_000);
      expect(recording.values).toMatchObject([
        { type: 'warning', payload: { code: 'response-buffered' } },
      ]);
      vi.advanceTimersByTime(25_000);
      expect(await recording.ended).toMatchObject({ name: 'MastodonNetworkError' });
      expect(recording.values).toHaveLength(1);
    },
  );

  it('need no request on other streams, nor without a token', async () => {
    const server = await fake();
    await ready(server, record(timelinesOf(server).userNotification()));
    await ready(server, record(timelinesOf(server).public()));
    await record(timelinesOf(server, { accessToken: undefined }).user()).ended;
    expect(server.requests.filter(({ path }) => path === PROBE)).toEqual([]);
  });

  it.each([[401], [404], [429], [500]])(
    'are not emitted if that request fails with a %i',
    async (status) => {
      const server = await fake();
      server.failNextRest(status);
      const recording = record(timelinesOf(server).user());
      await server.waitForRequests(2);
      await ready(server, recording);
      server.publish('user', { event: 'delete', payload: '1' });
      await recording.until(({ type }) => type === 'delete');
      const types = recording.values.map(({ type }) => type);
      expect(types.filter((type) => type !== 'heartbeat')).toEqual(['connected', 'delete']);
    },
  );
});
