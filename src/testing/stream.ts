import { interval, type Subscription } from 'rxjs';
import { type FakeEvent } from './channels.ts';
import type { Exchange, ServerResponse } from './exchange.ts';
import { setCommonHeaders } from './http.ts';
import { frameOf, isSent } from './sse.ts';
import { type Grant } from './tokens.ts';
import { type Traits } from './version.ts';
import { Wire } from './wire.ts';

/** One open stream, as {@link FakeMastodon.connections} lists it. */
export interface FakeConnection {
  /** The transport: a response, or a subscription of a WebSocket, which may have several. */
  readonly transport: 'sse' | 'websocket';
  /** The stream, as Mastodon names it: `['user']`, `['hashtag', 'rxjs']`, `['list', '42']`. */
  readonly stream: readonly string[];
  /** The request's path with its query, without the access token. */
  readonly path: string;
  readonly account: string;
  readonly userAgent: string | undefined;
  /** Ends this stream cleanly. A WebSocket is closed with all its streams, without a code. */
  close(): void;
  /** Closes this stream's socket in the middle of the body, or without a close frame. */
  drop(): void;
}

export interface EventStreamConfig {
  readonly exchange: Exchange;
  readonly stream: readonly [name: string, parameter?: string];
  readonly grant: Grant;
  readonly traits: Traits;
  readonly preamble: boolean;
  /** In ms. */
  readonly heartbeatInterval: number;
  /** Called once, when the stream accepts no more events. */
  readonly onLeave: (stream: EventStream) => void;
}

/** Sends one response with an endless body: headers, preamble, heartbeats and events. */
export class EventStream {
  readonly connection: FakeConnection;
  readonly grant: Grant;
  readonly wire: Wire;
  readonly #config: EventStreamConfig;
  readonly #response: ServerResponse;
  #heartbeat: Subscription | undefined;
  #left = false;

  constructor(config: EventStreamConfig) {
    const { exchange, stream, grant } = config;
    this.#config = config;
    this.#response = exchange.response;
    this.grant = grant;
    this.wire = new Wire(exchange.response.sink);
    this.connection = {
      transport: 'sse',
      stream: stream.filter((part) => part !== undefined),
      path: withoutToken(exchange.request.url),
      account: grant.account,
      userAgent: exchange.request.headers['user-agent'],
      close: () => this.end(),
      drop: () => this.drop(),
    };
    this.#response.onClose(() => this.#leave());
  }

  open(): void {
    const { exchange, traits, preamble, heartbeatInterval } = this.#config;
    this.wire.step(() => {
      setCommonHeaders(exchange);
      this.#response.begin(200, {
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'private, no-store',
      });
    });
    if (preamble) this.write(':)\n');
    if (this.#left) return;
    this.#heartbeat = interval(heartbeatInterval).subscribe(() => this.write(traits.heartbeat));
  }

  send(event: FakeEvent): void {
    if (this.#left || !isSent(event, this.#config.traits.sendsUndefined)) return;
    this.wire.write(frameOf(event, (text) => this.#response.pieceOf(text)));
  }

  write(data: string | Uint8Array): void {
    if (!this.#left) this.wire.write(this.#response.pieceOf(data));
  }

  /** Sends the last chunk, after everything that is held back; the socket stays open. */
  end(): void {
    if (this.#left) return;
    this.#leave();
    this.wire.step(() => this.#response.end());
  }

  drop(): void {
    this.#leave();
    this.wire.discard();
    this.#response.drop();
  }

  reset(): void {
    this.#leave();
    this.wire.discard();
    this.#response.reset();
  }

  #leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#heartbeat?.unsubscribe();
    this.#config.onLeave(this);
  }
}

/** Removes the token from a URL: logs must not have tokens, not even in tests. */
export const withoutToken = (url: string): string =>
  url.replace(/([?&])access_token=[^&]*(?:&|$)/, '$1').replace(/[?&]$/, '');
