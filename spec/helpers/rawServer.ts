import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { controlsNetwork } from '#platform';

/** A TCP server that writes no HTTP of its own. */
export interface RawServer {
  readonly url: string;
  readonly port: number;
  /** The number of open sockets. */
  readonly sockets: number;
  /** The text that clients have sent. */
  readonly received: string;
  /** Resolves when that many sockets are open. */
  connected(count?: number): Promise<void>;
  /** Resolves when no socket is open (at once if fetch has the sockets, and not the library). */
  disconnected(): Promise<void>;
}

/** Handles a socket when the head of its request has arrived (at once with `greeting`). */
export type OnRequest = (socket: Socket, request: string) => void;

/** Starts a raw server on loopback; it is closed with its sockets when the test ends. */
export async function rawServer(
  onRequest: OnRequest,
  { greeting = false }: { greeting?: boolean } = {},
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const waiters = new Set<() => void>();
  let received = '';
  const look = (): void => {
    for (const waiter of waiters) waiter();
  };
  const until = (there: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const waiter = (): void => {
        if (!there()) return;
        waiters.delete(waiter);
        resolve();
      };
      waiters.add(waiter);
      waiter();
    });

  const server = createServer((socket) => {
    sockets.add(socket);
    look();
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      sockets.delete(socket);
      look();
    });
    if (greeting) onRequest(socket, '');
    let head = '';
    socket.on('data', (data) => {
      received += data.toString('latin1');
      if (greeting) return;
      head += data.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      const request = head;
      head = '';
      onRequest(socket, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get sockets() {
      return sockets.size;
    },
    get received() {
      return received;
    },
    connected: (count = 1) => until(() => sockets.size >= count),
    // Node's own fetch keeps idle sockets open for some seconds.
    disconnected: () => until(() => sockets.size === 0 || !controlsNetwork),
  };
}
