/**
 * Holds all WebSockets of one server, responds to their handshakes like the real server, and applies faults to
 * them.
 */
import { interval, type Subscription } from 'rxjs';
import { type Hub } from './channels.ts';
import { refusalsOf, wordsOf } from './errors.ts';
import { type Faults, type NextResponse, type Timers } from './faults.ts';
import { type Flavour } from './flavour.ts';
import type { Handshake } from './handshake.ts';
import type { Filters } from './filters.ts';
import { type Lists } from './lists.ts';
import type { ServerPlatform } from './platform.ts';
import { type FakeConnection } from './stream.ts';
import { targetOf, tokenOf } from './streaming.ts';
import { type Grant, type Tokens } from './tokens.ts';
import { type Traits } from './version.ts';
import { type Waiters } from './waiters.ts';
import { WebSocketSession } from './websocket.ts';
import { type FakePace, type Wire } from './wire.ts';

export interface WebSocketsConfig {
  readonly hub: Hub;
  readonly waiters: Waiters;
  readonly traits: Traits;
  readonly flavour: Flavour;
  readonly tokens: Tokens;
  readonly lists: Lists;
  readonly filters: Filters;
  readonly faults: Faults;
  readonly timers: Timers;
  readonly platform: ServerPlatform;
  /** Names of streams that a fork adds. */
  readonly extraNames: ReadonlySet<string>;
  /** In ms. */
  readonly pingInterval: number;
}

export class WebSockets {
  readonly #config: WebSocketsConfig;
  readonly #open = new Set<WebSocketSession>();
  /** The wires of all sockets with a handshake, until they are closed. */
  readonly #wires = new Set<Wire>();
  #clock: Subscription | undefined;
  #stalled = false;
  #pace: FakePace | undefined;

  constructor(config: WebSocketsConfig) {
    this.#config = config;
  }

  get connections(): FakeConnection[] {
    return [...this.#open].flatMap(({ connections }) => connections);
  }

  /** The number of streams that are subscribed to. */
  get subscriptions(): number {
    return this.connections.length;
  }

  /** The number of open WebSockets. */
  get size(): number {
    return [...this.#open].filter(({ hasLeft }) => !hasLeft).length;
  }

  /**
   * The number of streams that are open or closing: a WebSocket that has ended counts until its socket is closed.
   */
  get alive(): number {
    return this.subscriptions + [...this.#open].filter(({ hasLeft }) => hasLeft).length;
  }

  each(act: (session: WebSocketSession) => void): void {
    for (const session of [...this.#open]) act(session);
  }

  stall(): void {
    this.#stalled = true;
    for (const wire of this.#wires) wire.stall();
  }

  resume(): void {
    this.#stalled = false;
    for (const wire of this.#wires) wire.resume();
  }

  slow(pace: FakePace | undefined): void {
    this.#pace = pace;
    for (const wire of this.#wires) wire.slow(pace);
  }

  /** Responds to a handshake; the real server accepts it at any path. */
  upgrade(handshake: Handshake): void {
    const { faults, timers, waiters } = this.#config;
    const { wire, request } = handshake;
    if (this.#stalled) wire.stall();
    wire.slow(this.#pace);
    this.#wires.add(wire);
    handshake.onClose(() => {
      wire.discard();
      this.#wires.delete(wire);
      waiters.check();
    });

    const { redirect } = faults;
    const next = redirect ? undefined : faults.nextStreams.shift();
    timers.after(faults.headerDelay, () => {
      if (handshake.isClosed) return;
      if (redirect) {
        handshake.refuse(redirect.status, { Location: targetOf(redirect.location, request.url) });
      } else if (next) {
        sendNextResponse(handshake, next);
      } else {
        this.#shakeHands(handshake);
      }
    });
  }

  #shakeHands(handshake: Handshake): void {
    const { tokens, traits, flavour, faults, waiters, ...config } = this.#config;
    const { request, query, wire } = handshake;
    const token = tokenOf(handshake);
    const grant = token === undefined ? undefined : tokens.find(token);
    if (!grant) {
      const { missingToken, invalidToken } = refusalsOf(traits);
      const { status, error } = token === undefined ? missingToken : invalidToken;
      if (flavour.unauthorized === undefined) {
        handshake.refuse(status, { 'X-Error-Message': error });
      } else {
        handshake.refuseInJson(status, JSON.stringify({ error: flavour.unauthorized }));
      }
      return;
    }

    handshake.accept((socket) => {
      const session = new WebSocketSession(socket, {
        ...{ ...config, traits, flavour, grant, wire, path: request.url },
        subscribeDelay: (stream) => faults.subscribeDelays.get(stream),
        userAgent: request.headers['user-agent'],
        onChange: () => waiters.check(),
      });
      this.#add(session, handshake);
      if (query['stream'] !== undefined) session.subscribe(query, 'url');
      waiters.check();
      return session;
    });
  }

  #add(session: WebSocketSession, handshake: Handshake): void {
    this.#open.add(session);
    handshake.onClose(() => {
      this.#open.delete(session);
      if (this.#open.size === 0) this.stopClock();
      this.#config.waiters.check();
    });
    // One clock for all sockets, like on the real server: the first ping may come at any time.
    this.#clock ??= interval(this.#config.pingInterval).subscribe(() =>
      this.each((each) => each.ping()),
    );
  }

  stopClock(): void {
    this.#clock?.unsubscribe();
    this.#clock = undefined;
  }

  /** Ends the WebSockets of a token that was revoked. */
  revoke(token: string): void {
    if (this.#config.flavour.outlivesRevocation) return;
    this.each((session) => {
      const { grant }: { readonly grant: Grant } = session;
      if (grant.token === token) session.end();
    });
  }
}

function sendNextResponse(handshake: Handshake, next: NextResponse): void {
  if ('raw' in next) {
    handshake.sendRaw(next.raw, next.end);
    return;
  }
  const { status, headers, body } = next;
  if (body === undefined) {
    handshake.refuse(status, { 'X-Error-Message': wordsOf(status), ...headers });
  } else if (typeof body === 'string') {
    handshake.refuse(status, headers, body);
  } else {
    const typed = { 'Content-Type': 'application/json', ...headers };
    handshake.refuse(status, typed, JSON.stringify(body));
  }
}
