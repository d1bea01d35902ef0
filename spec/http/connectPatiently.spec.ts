/** Hosts with two addresses, of which the first is slow and the second is unreachable. */
import { spawn } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { createTimelines } from 'mastodon-rx';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { freePort } from '../helpers/programs.ts';
import { record } from '../helpers/record.ts';

const SLOW = '127.0.0.2';
const DEAD = '127.0.0.3';

/** A server that queues no more than two connections until it accepts them. */
const PROGRAM = `
  const server = require('node:http').createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(':)\\n');
  });
  server.listen({ host: '${SLOW}', port: Number(process.argv[1]), backlog: 1 }, () => console.log('ready'));`;

/** Starts the server, which accepts no connection until `wake`. */
async function sleepingServer(port: number): Promise<{ wake(): void }> {
  const child = spawn(process.execPath, ['-e', PROGRAM, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(createInterface(child.stdout), 'line');
  child.kill('SIGSTOP');
  const waiting: Socket[] = [];
  for (let count = 0; count < 2; count++) {
    const socket = connect(port, SLOW);
    waiting.push(socket);
    await once(socket, 'connect');
  }
  onTestFinished(() => waiting.forEach((socket) => socket.destroy()));
  return { wake: () => void child.kill('SIGCONT') };
}

/** Resolves the host to two addresses, and calls `onLookup` at each look-up. */
function resolveTo(addresses: readonly string[], onLookup: (count: number) => void): void {
  let count = 0;
  const lookup = vi.spyOn(dns, 'lookup');
  lookup.mockImplementation(((
    _name: string,
    _options: unknown,
    callback: (error: null, addresses: dns.LookupAddress[]) => void,
  ) => {
    onLookup(++count);
    callback(
      null,
      addresses.map((address) => ({ address, family: 4 })),
    );
  }) as never);
  onTestFinished(() => void vi.restoreAllMocks());
}

describe('a host with two addresses', () => {
  it.each(['sse', 'websocket'] as const)(
    'is connected to over %s although the first address takes longer than 250 ms and the second is dead',
    async (transport) => {
      const port = await freePort();
      const server = await sleepingServer(port);
      // Linux tries again after a second, when the server is awake.
      resolveTo([SLOW, DEAD], (count) => count === 2 && setTimeout(() => server.wake(), 100));
      const url = `http://slow.example:${port}`;
      const config = { baseUrl: url, streamingUrl: url, allowInsecure: true, transport };
      const recording = record(createTimelines(config).public());

      if (transport === 'sse') expect((await recording.until(1))[0]!.type).toBe('connected');
      // It is not a WebSocket server, but it was reached.
      else expect(String(await recording.ended)).toContain('instead of a stream');
    },
  );

  it('is a network error if no address responds', async () => {
    const port = await freePort();
    resolveTo([DEAD, DEAD], () => undefined);
    const url = `http://dead.example:${port}`;
    const config = { baseUrl: url, streamingUrl: url, allowInsecure: true };
    const error = await record(createTimelines(config).public()).ended;
    expect(error).toMatchObject({ name: 'MastodonNetworkError', retryable: true });
  });

  it('has no connection attempt left after an unsubscribe, also between two attempts', async () => {
    const port = await freePort();
    await sleepingServer(port);
    let lookups = 0;
    const second = new Promise<void>((resolve) => {
      resolveTo([SLOW, DEAD], (count) => {
        lookups = count;
        if (count === 2) resolve();
      });
    });
    const url = `http://slow.example:${port}`;
    const config = { baseUrl: url, streamingUrl: url, allowInsecure: true };
    const recording = record(createTimelines(config).public());
    await second;
    recording.unsubscribe();
    expect(process.getActiveResourcesInfo()).not.toContain('TCPConnectWrap');
    expect(lookups).toBe(2);
  });
});
