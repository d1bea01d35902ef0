/** Starts a fake Mastodon on loopback. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Socket, type AddressInfo } from 'node:net';
import type { FakeServerConfig } from './config.ts';
import { FaultyServer } from './faultyServer.ts';
import { processIds } from './ids.ts';
import { exchangeOf, headOf } from './loopback/exchange.ts';
import { Handshakes } from './loopback/handshake.ts';
import type { ServerPlatform } from './platform.ts';

/** Options of {@link startFakeMastodon}. */
export interface FakeMastodonConfig extends FakeServerConfig {
  /**
   * The TCP port on 127.0.0.1; 0 is any free one.
   * @defaultValue `0`
   */
  readonly port?: number;
}

const PLATFORM: ServerPlatform = {
  ids: processIds,
  uuid: randomUUID,
  soon: queueMicrotask,
  later: setImmediate,
};

/**
 * A fake Mastodon on loopback, started by {@link startFakeMastodon}. Its methods throw nothing; promises that wait
 * for something reject with an `Error` once the server is closed.
 */
export class FakeMastodon extends FaultyServer implements AsyncDisposable {
  readonly #http: Server;
  readonly #sockets = new Set<Socket>();
  readonly #handshakes = new Handshakes();
  #port: number;

  /** @internal */
  constructor({ port = 0, ...config }: FakeMastodonConfig) {
    super(config, PLATFORM);
    this.#port = port;
    this.#http = createServer((request, response) => this.#receive(request, response));
    this.#http.on('upgrade', (request, socket, head) => {
      this.log(headOf(request));
      if (socket instanceof Socket) this.upgrade(this.#handshakes.of(request, socket, head));
    });
    this.#http.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        this.parts.waiters.check();
      });
    });
  }

  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  override get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The number of open TCP sockets, idle ones included. */
  get socketCount(): number {
    return this.#sockets.size;
  }

  /** Resolves as soon as at most `count` TCP sockets are open, idle ones included. */
  waitForClosedSockets(count = 0): Promise<void> {
    return this.until(() => this.#sockets.size <= count);
  }

  /**
   * Listens again, on the same port. {@link startFakeMastodon} has called it once.
   *
   * @throws `Error` (as a rejection) if another process has the port.
   */
  async start(): Promise<void> {
    if (this.#http.listening) return;
    this.#http.listen(this.#port, '127.0.0.1');
    await once(this.#http, 'listening');
    this.#port = (this.#http.address() as AddressInfo).port;
  }

  /** Stops listening and drops every connection; tokens, posts and faults stay. */
  async stop(): Promise<void> {
    this.drop();
    const closed = new Promise<void>((resolve) => {
      // An error means that it did not listen, which is not a failure here.
      this.#http.close(() => resolve());
    });
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    // Node calls back before the last sockets and responses have emitted `close`.
    await this.parts.waiters.until(
      () => this.#sockets.size === 0 && this.parts.streams.alive === 0,
    );
  }

  /** Calls {@link stop} and {@link start}: the port refuses connections in between. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Closes the port and all sockets, and ends all timers. It may be called twice. */
  async close(): Promise<void> {
    this.endTimers();
    await this.stop();
    this.failWaiters();
  }

  /** Calls {@link close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    this.log(headOf(request));
    const handle = (): void => this.respond(exchangeOf(request, response));
    // A pipelined request gets the socket only after the response before it is written.
    if (response.socket === null) response.once('socket', handle);
    else handle();
  }
}

/**
 * Starts a fake Mastodon on loopback that sends the same bytes as a real streaming server, and fails on request. It
 * prints nothing and needs no network; close it at the end.
 *
 * ```ts
 * const server = await startFakeMastodon();
 * const timelines = createTimelines({ baseUrl: server.url, accessToken: server.token });
 * timelines.user().subscribe(console.log);
 * await server.waitForConnections();
 * server.publish('user', { event: 'delete', payload: '117420000000000001' });
 * await server.close();
 * ```
 *
 * @throws `Error` (as a rejection) if `port` is taken.
 */
export async function startFakeMastodon(config: FakeMastodonConfig = {}): Promise<FakeMastodon> {
  const server = new FakeMastodon(config);
  await server.start();
  return server;
}
