/** Adapts requests and responses of Node's HTTP server to the fake. */
import { randomUUID } from 'node:crypto';
import type {
  IncomingMessage,
  OutgoingHttpHeaders,
  ServerResponse as NodeResponse,
} from 'node:http';
import { parse } from 'node:querystring';
import {
  splitUrl,
  type Exchange,
  type FakeHeaders,
  type RequestHead,
  type ServerRequest,
  type ServerResponse,
  type Sink,
} from '../exchange.ts';

/** Returns the head of a Node request. */
export const headOf = ({ method = 'GET', url = '/', headers }: IncomingMessage): RequestHead => ({
  ...{ method, url, headers },
});

/** Returns a request and its response. */
export function exchangeOf(message: IncomingMessage, response: NodeResponse): Exchange {
  const head = headOf(message);
  const { path, search } = splitUrl(head.url);
  const request: ServerRequest = {
    ...head,
    readBody: (done) => {
      let body = '';
      message.setEncoding('utf8');
      message.on('data', (text: string) => (body += text));
      message.once('end', () => done(body));
    },
  };
  return { request, response: new LoopbackResponse(message, response), path, query: parse(search) };
}

class LoopbackResponse implements ServerResponse {
  readonly requestId = randomUUID();
  readonly sink: Sink;
  readonly #response: NodeResponse;
  readonly #request: IncomingMessage;
  /** False for HTTP/1.0, nginx's default: without chunks, the body ends with the socket. */
  readonly #hasChunks: boolean;

  constructor(request: IncomingMessage, response: NodeResponse) {
    this.#request = request;
    this.#response = response;
    this.#hasChunks = request.httpVersion !== '1.0';
    this.sink = request.socket;
  }

  get isClosed(): boolean {
    return this.#response.destroyed || this.#request.socket.destroyed;
  }

  setHeader(name: string, value: string | number | readonly string[]): void {
    this.#response.setHeader(name, value);
  }

  send(status: number, headers: FakeHeaders, body?: string | Uint8Array): void {
    this.#response.writeHead(status, headers as OutgoingHttpHeaders).end(body);
  }

  sendRaw(bytes: string | Uint8Array, end: boolean): void {
    const { socket } = this.#request;
    socket.write(bytes);
    if (end) socket.end();
  }

  begin(status: number, headers: FakeHeaders): void {
    this.#response.writeHead(status, {
      ...(headers as OutgoingHttpHeaders),
      ...(this.#hasChunks && { 'Transfer-Encoding': 'chunked' }),
    });
    const { socket } = this.#request;
    // Headers and preamble are sent in one segment, like by the real server.
    socket.cork();
    process.nextTick(() => socket.uncork());
    this.#response.flushHeaders();
  }

  pieceOf(data: string | Uint8Array): Uint8Array {
    return this.#hasChunks ? chunkOf(data) : Buffer.from(data);
  }

  end(): void {
    this.#response.end();
  }

  drop(): void {
    this.#request.socket.destroySoon();
  }

  reset(): void {
    this.#request.socket.resetAndDestroy();
  }

  onClose(listener: () => void): void {
    this.#response.once('close', listener);
  }
}

/** Returns `data` as one HTTP chunk; no bytes if it is empty, since an empty chunk would end the body. */
function chunkOf(data: string | Uint8Array): Uint8Array {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  if (bytes.length === 0) return Buffer.alloc(0);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, CRLF]);
}

const CRLF = Buffer.from('\r\n');
