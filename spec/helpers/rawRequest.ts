import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** The options of a request, except the path. */
export interface RawRequestConfig {
  method?: string;
  token?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** A TCP connection that keeps all received bytes, for comparison with a capture. */
export class RawConnection {
  readonly socket: Socket;
  /** How the other side has ended it. */
  readonly ended: Promise<'FIN' | 'RST'>;
  #bytes = Buffer.alloc(0);

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    this.socket.on('data', (chunk) => (this.#bytes = Buffer.concat([this.#bytes, chunk])));
    this.ended = new Promise((resolve) => {
      this.socket.once('end', () => resolve('FIN'));
      this.socket.once('error', () => resolve('RST'));
    });
    onTestFinished(() => void this.socket.destroy());
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  get text(): string {
    return this.#bytes.toString();
  }

  /** The bytes after the headers. */
  get body(): string {
    return this.text.slice(this.text.indexOf('\r\n\r\n') + 4);
  }

  send(path: string, { method = 'GET', token, headers = {}, body }: RawRequestConfig = {}): this {
    const lines = [
      `${method} ${path} HTTP/1.1`,
      'Host: fake.example',
      ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
      ...(body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    this.socket.write(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`);
    return this;
  }

  /** Resolves as soon as the received text contains `text`, or has that many bytes. */
  async until(end: string | number): Promise<this> {
    const isThere = (): boolean =>
      typeof end === 'string' ? this.text.includes(end) : this.#bytes.length >= end;
    while (!isThere()) await once(this.socket, 'data');
    return this;
  }
}

/** Opens a connection and requests `path`; the connection is closed when the test ends. */
export const rawRequest = (
  url: string,
  path: string,
  config: RawRequestConfig = {},
): RawConnection => new RawConnection(url).send(path, config);
