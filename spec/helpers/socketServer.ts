import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';

/** A WebSocket of a server that is not Mastodon. */
export interface ServerSocket {
  /** The stream in the URL: `user`, or `list 42`; empty without one. */
  readonly stream: string;
  /** The received frames: `subscribe list 42`. */
  readonly frames: readonly string[];
  send(message: object | string): void;
  close(code: number, reason?: string): void;
}

export interface SocketServerConfig {
  /** The status and body of a refused handshake; undefined accepts it. */
  readonly refuse?: (
    request: IncomingMessage,
  ) => readonly [status: number, body: string] | undefined;
  /** The status, content type and body of other responses; a 404 by default. */
  readonly respond?: (path: string) => readonly [status: number, type: string, body: string];
  readonly onOpen?: (socket: ServerSocket) => void;
  /** Called with each frame, and with each text that is not JSON. */
  readonly onFrame?: (
    socket: ServerSocket,
    frame: Readonly<Record<string, string>>,
    text: string,
  ) => void;
}

export interface SocketServer {
  readonly url: string;
  /** The path and query of each handshake. */
  readonly handshakes: readonly IncomingMessage[];
  /** The sockets that are open, the oldest first. */
  readonly sockets: readonly ServerSocket[];
  /** The codes with which the clients have closed their sockets, in order; 1006 without a close frame. */
  readonly closeCodes: readonly number[];
  /** Resolves when a condition holds, which is checked at each change of a socket. */
  until(holds: (server: SocketServer) => boolean): Promise<void>;
}

/** Starts a WebSocket server on loopback that sends nothing by itself; it is closed when the test ends. */
export async function socketServer(config: SocketServerConfig = {}): Promise<SocketServer> {
  const webSockets = new WebSocketServer({ noServer: true });
  const { respond = () => [404, 'application/json', '{"error":"Not Found"}'] as const } = config;
  const http = createServer(({ url = '' }, response) => {
    const [status, type, body] = respond(url);
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  const waiters = new Set<() => void>();
  const check = (): void => {
    for (const waiter of [...waiters]) waiter();
  };
  const handshakes: IncomingMessage[] = [];
  const sockets: ServerSocket[] = [];
  const closeCodes: number[] = [];
  const tcp = new Set<Socket>();

  http.on('connection', (socket) => {
    tcp.add(socket);
    socket.once('close', () => tcp.delete(socket));
  });
  http.on('upgrade', (request, socket, head) => {
    handshakes.push(request);
    socket.on('error', () => undefined);
    const refusal = config.refuse?.(request);
    if (refusal) {
      const [status, body] = refusal;
      socket.end(
        `HTTP/1.1 ${status} No\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
      );
    } else {
      webSockets.handleUpgrade(request, socket, head, (webSocket) => open(webSocket, request));
    }
    check();
  });

  const open = (webSocket: WebSocket, request: IncomingMessage): void => {
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    query.delete('access_token');
    const frames: string[] = [];
    const socket: ServerSocket = {
      stream: [...query.values()].join(' '),
      frames,
      send: (message) =>
        webSocket.send(typeof message === 'string' ? message : JSON.stringify(message)),
      close: (code, reason) => webSocket.close(code, reason),
    };
    sockets.push(socket);
    webSocket.on('message', (data: Buffer) => {
      const text = data.toString();
      let frame: Record<string, string> = {};
      try {
        frame = JSON.parse(text) as Record<string, string>;
        frames.push(Object.values(frame).join(' '));
      } catch {
        frames.push(text);
      }
      config.onFrame?.(socket, frame, text);
      check();
    });
    webSocket.on('close', (code) => {
      closeCodes.push(code);
      sockets.splice(sockets.indexOf(socket), 1);
      check();
    });
    config.onOpen?.(socket);
    check();
  };

  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    for (const socket of tcp) socket.destroy();
    http.close();
  });

  const server: SocketServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    handshakes,
    sockets,
    closeCodes,
    until: (holds) =>
      new Promise((resolve) => {
        const waiter = (): void => {
          if (!holds(server)) return;
          waiters.delete(waiter);
          resolve();
        };
        waiters.add(waiter);
        waiter();
      }),
  };
  return server;
}
