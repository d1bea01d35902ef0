/** Adapts handshakes of WebSockets over Node's sockets. `ws`, which the real server also uses, does the framing. */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { parse } from 'node:querystring';
import { gzipSync } from 'node:zlib';
import type { WebSocket, WebSocketServer } from 'ws';
import { splitUrl, type FakeHeaders, type Query, type RequestHead } from '../exchange.ts';
import type { Handshake, ServerSocket, SocketListener } from '../handshake.ts';
import { Wire } from '../wire.ts';
import { headOf } from './exchange.ts';
import { WiredDuplex } from './wiredDuplex.ts';

type LoadServer = () => Promise<WebSocketServer>;

/** Makes the handshakes of one server. */
export class Handshakes {
  #server: Promise<WebSocketServer> | undefined;

  /** Returns the handshake that a request asks for. */
  of(request: IncomingMessage, socket: Socket, head: Buffer): Handshake {
    return new LoopbackHandshake(request, socket, head, () => (this.#server ??= loadServer()));
  }
}

/** Loads `ws` with the first WebSocket, so that tests without WebSockets do not need the package. */
async function loadServer(): Promise<WebSocketServer> {
  const { WebSocketServer: Server } = await import('ws');
  const server = new Server({ noServer: true, clientTracking: false });
  server.on('headers', (headers) => headers.push(`X-Request-Id: ${randomUUID()}`));
  return server;
}

class LoopbackHandshake implements Handshake {
  readonly request: RequestHead;
  readonly query: Query;
  readonly wire: Wire;
  readonly #message: IncomingMessage;
  readonly #socket: Socket;
  readonly #head: Buffer;
  readonly #duplex: WiredDuplex;
  readonly #loadServer: LoadServer;
  readonly #giveUp = (): void => void this.#socket.destroy();

  constructor(message: IncomingMessage, socket: Socket, head: Buffer, load: LoadServer) {
    this.request = headOf(message);
    this.query = parse(splitUrl(this.request.url).search);
    this.wire = new Wire(socket);
    this.#message = message;
    this.#socket = socket;
    this.#head = head;
    this.#loadServer = load;
    socket.on('error', () => undefined);
    // Read from the start, to notice when the client disconnects.
    this.#duplex = new WiredDuplex(socket, this.wire);
    socket.once('end', this.#giveUp);
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  refuse(status: number, headers: FakeHeaders, body: string | Uint8Array = ''): void {
    const all: FakeHeaders = {
      Connection: 'close',
      'Content-Type': 'text/plain',
      'Content-Length': Buffer.byteLength(body),
      'X-Request-Id': randomUUID(),
      ...headers,
    };
    const lines = Object.entries(all).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}: ${String(value)}`],
    );
    const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines].join('\r\n');
    this.sendRaw(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), Buffer.from(body)]), true);
  }

  /** Refuses like a server that compresses every response if the client accepts that. */
  refuseInJson(status: number, body: string): void {
    const type = { 'Content-Type': 'application/json' };
    if (/\bgzip\b/.test(String(this.request.headers['accept-encoding'] ?? ''))) {
      this.refuse(status, { ...type, 'Content-Encoding': 'gzip' }, gzipSync(body));
    } else {
      this.refuse(status, type, body);
    }
  }

  sendRaw(bytes: string | Uint8Array, end: boolean): void {
    this.wire.write(Buffer.from(bytes));
    if (end) this.wire.step(() => this.#socket.end());
  }

  accept(open: (socket: ServerSocket) => SocketListener): void {
    this.#loadServer().then(
      (server) => {
        if (this.isClosed) return;
        this.#socket.off('end', this.#giveUp);
        server.handleUpgrade(this.#message, this.#duplex, this.#head, (webSocket) => {
          listen(webSocket, open(serverSocketOf(webSocket, this.#socket)));
        });
      },
      () => {
        const advice = 'The fake Mastodon needs the package ws for WebSockets: npm i -D ws';
        this.refuse(501, {}, advice);
      },
    );
  }

  onClose(listener: () => void): void {
    this.#socket.once('close', listener);
  }
}

const serverSocketOf = (webSocket: WebSocket, socket: Socket): ServerSocket => ({
  send: (text) => webSocket.send(text),
  ping: () => webSocket.ping(),
  close: (code, reason) => webSocket.close(code, reason),
  drop: () => socket.destroySoon(),
  reset: () => void socket.resetAndDestroy(),
  destroy: () => void socket.destroy(),
});

function listen(webSocket: WebSocket, listener: SocketListener): void {
  webSocket.on('pong', () => listener.pong());
  webSocket.on('error', () => undefined);
  webSocket.on('close', () => listener.leave());
  webSocket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) listener.receiveBinary();
    else listener.receive(data.toString());
  });
}
