import { once } from 'node:events';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startFakeMastodon } from '../../src/testing/index.ts';
import { rawRequest, type RawConnection } from '../helpers/rawRequest.ts';

// Alone in this file, since the resources of other tests would be counted, too.
const tcpHandles = (): string[] =>
  process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP'));

it('close() leaves no socket, no timer and no port, even on a busy server', async () => {
  const before = tcpHandles();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const server = await startFakeMastodon();
  const clients: RawConnection[] = [];
  const ask = (path: string): void => {
    clients.push(rawRequest(server.url, path, { token: server.token }));
  };

  for (const path of ['user', 'public', 'direct']) ask(`/api/v1/streaming/${path}`);
  await server.waitForConnections(3);
  server.throttle({ bytes: 1, every: 100 });
  server.publish('user', { event: 'delete', payload: '1' });
  server.delayHeaders(1_000);
  server.delayRest(1_000);
  for (const path of ['streaming/user', 'streaming/health', 'timelines/home'])
    ask(`/api/v1/${path}`);
  await server.waitForRequests(6);
  // Three heartbeats, one throttled body, two delays.
  expect(vi.getTimerCount()).toBe(6);

  await server.close();
  await server.close();
  expect(server.socketCount).toBe(0);
  expect(server.connections).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);

  await Promise.all(clients.map(({ ended }) => ended));
  const closed = clients.map(({ socket }) => once(socket, 'close'));
  for (const { socket } of clients) socket.destroy();
  await Promise.all(closed);
  expect(tcpHandles()).toEqual(before);
});
