/** Makes a fake Mastodon in memory. */
import { asyncScheduler, Observable, of } from 'rxjs';
import type { Network } from '../../client/network.ts';
import * as overRest from '../../client/overRest.ts';
import type { Timelines } from '../../client/timelines.ts';
import { createTimelinesOver } from '../../client/timelinesOver.ts';
import type { TimelinesConfig } from '../../config/options.ts';
import type { Http } from '../../http/http.ts';
import type { EventCodecs, NoEvents } from '../../model/events.ts';
import { createTransport } from '../../transport/websocket/createTransport.ts';
import type { OpenSocket } from '../../transport/websocket/socket.ts';
import type { FakeServerConfig } from '../config.ts';
import { FaultyServer } from '../faultyServer.ts';
import { Ids } from '../ids.ts';
import type { ServerPlatform } from '../platform.ts';
import { MemoryHandshake } from './handshake.ts';
import { exchangeOf } from './request.ts';
import { MemoryResponse } from './response.ts';

/** Options of {@link createFakeMastodon}. */
export interface MemoryMastodonConfig extends FakeServerConfig {
  /**
   * The server's URL. No request to it leaves the process.
   * @defaultValue `'https://mastodon.example'`
   */
  readonly url?: string;
  /**
   * Other fakes in memory that this one's timelines can reach, for redirects between hosts.
   * @defaultValue `[]`
   */
  readonly neighbours?: readonly MemoryMastodon[];
}

/** Options of {@link MemoryMastodon.timelines}: those of `createTimelines`, all optional. */
export type MemoryTimelinesConfig<E extends EventCodecs = NoEvents> = Partial<
  Omit<TimelinesConfig<E>, 'dispatcher'>
>;

/**
 * A fake Mastodon in memory, made by {@link createFakeMastodon}. Its methods throw nothing; promises that wait for
 * something reject with an `Error` once the server is closed.
 */
export class MemoryMastodon extends FaultyServer implements Disposable {
  /** The config's URL, or `https://mastodon.example`, without a slash at its end. */
  override readonly url: string;

  readonly #hosts: readonly MemoryMastodon[];
  readonly #open = new Set<MemoryResponse | MemoryHandshake>();
  #isListening = true;

  /** @internal */
  constructor({ url = DEFAULT_URL, neighbours = [], ...config }: MemoryMastodonConfig) {
    super(config, platformInMemory());
    this.url = new URL(url).origin;
    this.#hosts = [this, ...neighbours];
  }

  /**
   * Returns timelines of this server: the library's own, with all policies, over this fake instead of a network.
   * They belong to `alice` unless the config has another `accessToken`, and their waits have the same jitter in
   * every run.
   *
   * ```ts
   * server.timelines({ reconnect: true, catchUp: true }).user().subscribe(…);
   * ```
   *
   * @throws `MastodonIllegalArgumentError` if the config is wrong; its message says what to do.
   */
  timelines<E extends EventCodecs = NoEvents>(config: MemoryTimelinesConfig<E> = {}): Timelines<E> {
    return createTimelinesOver<E>(this.#network(), {
      baseUrl: this.url,
      accessToken: this.token,
      ...config,
    });
  }

  /** Listens again. A server listens from the start. */
  start(): void {
    this.#isListening = true;
  }

  /** Stops listening and drops every connection; tokens, posts and faults stay. */
  stop(): void {
    this.#isListening = false;
    this.drop();
    for (const connection of [...this.#open]) connection.drop();
  }

  /** Calls {@link stop} and {@link start}. */
  restart(): void {
    this.stop();
    this.start();
  }

  /** Closes all connections, and ends all timers. It may be called twice. */
  close(): void {
    this.endTimers();
    this.stop();
    this.failWaiters();
  }

  /** Calls {@link close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #network(): Network {
    return {
      http: this.#http,
      random: sameNumbers(),
      overRest$: of(overRest),
      webSocket$: of({
        overWebSocket: (client, options) =>
          createTransport(client, { ...options, openSocket: this.#openSocket }),
      }),
    };
  }

  readonly #http: Http = (request) =>
    new Observable((subscriber) => {
      const { uuid } = this.parts.platform;
      const response = new MemoryResponse(subscriber, request.url, uuid());
      // Asynchronously: no server responds while the request is being sent.
      const sending = asyncScheduler.schedule(() => {
        this.#reach(request.url, response, (server) => {
          const exchange = exchangeOf(request, response);
          server.log(exchange.request);
          server.respond(exchange);
        });
      });
      return () => {
        sending.unsubscribe();
        response.leave();
      };
    });

  readonly #openSocket: OpenSocket = (request) =>
    new Observable((subscriber) => {
      const handshake = new MemoryHandshake(request, subscriber);
      const sending = asyncScheduler.schedule(() => {
        this.#reach(request.url, handshake, (server) => {
          server.log(handshake.request);
          server.upgrade(handshake);
        });
      });
      return () => {
        sending.unsubscribe();
        handshake.leave();
      };
    });

  /** Connects to the server at a URL, if one listens there. */
  #reach(
    url: URL,
    connection: MemoryResponse | MemoryHandshake,
    connect: (server: MemoryMastodon) => void,
  ): void {
    const server = this.#hosts.find((each) => each.#isAt(url.origin));
    if (!server) {
      connection.fail('ENOTFOUND');
    } else if (!server.#isListening) {
      connection.fail('ECONNREFUSED');
    } else {
      server.#open.add(connection);
      connection.onClose(() => void server.#open.delete(connection));
      connect(server);
    }
  }

  /** Tells whether it listens at an origin: that of its own URL, or of its streaming URL. */
  #isAt(origin: string): boolean {
    const { streamingUrl } = this.parts.config;
    const urls = [this.url, ...(streamingUrl ? [streamingUrl.replace(/^ws/, 'http')] : [])];
    return urls.some((url) => new URL(url).origin === origin);
  }
}

const DEFAULT_URL = 'https://mastodon.example';

/**
 * Makes the platform of a server in memory: with the same names and ids in every run, and no timers but the
 * scheduler's.
 */
function platformInMemory(): ServerPlatform {
  let names = 0;
  return {
    // Different from the ids that `fakeStatus()` makes in the same millisecond.
    ids: new Ids(() => 0n, 0x8000),
    uuid: () => `00000000-0000-4000-8000-${String(++names).padStart(12, '0')}`,
    soon: (step) => asyncScheduler.schedule(step),
    later: (step) => asyncScheduler.schedule(step, 1),
  };
}

/** Returns a generator of pseudo-random numbers from 0 to 1, the same in every run. */
function sameNumbers(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Makes a fake Mastodon in memory: `startFakeMastodon()` without sockets, for unit tests in Node and in browsers,
 * for virtual time, and for pages without a server. Its only timers are those of RxJS's `asyncScheduler`, so that
 * `TestScheduler.run()` and fake timers control it, and it behaves the same in every run.
 *
 * ```ts
 * const server = createFakeMastodon();
 * server.timelines({ reconnect: true, catchUp: true }).user().subscribe(console.log);
 * await server.waitForConnections();
 * server.post({ content: '<p>Hello</p>' });
 * server.drop();
 * ```
 *
 * @throws `TypeError` if `url` is not a URL.
 */
export function createFakeMastodon(config: MemoryMastodonConfig = {}): MemoryMastodon {
  return new MemoryMastodon(config);
}
