/** All WebSockets of one server: the handshake as it was recorded, and what befalls every one of them. */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { parse } from 'node:querystring';
import { type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { WebSocketServer } from 'ws';
import { type Hub } from './channels.ts';
import { refusalsOf, wordsOf } from './errors.ts';
import { type Faults, type NextAnswer, type Timers } from './faults.ts';
import { type Flavour } from './flavour.ts';
import { type Lists } from './lists.ts';
import { type FakeConnection } from './stream.ts';
import { targetOf, tokenOf } from './streaming.ts';
import { type Grant, type Tokens } from './tokens.ts';
import { type Traits } from './version.ts';
import { type Waiters } from './waiters.ts';
import { WebSocketSession } from './websocket.ts';
import { WiredDuplex } from './wiredDuplex.ts';
import { Wire, type FakePace } from './wire.ts';

export interface WebSocketsConfig {
  readonly hub: Hub;
  readonly waiters: Waiters;
  readonly traits: Traits;
  readonly flavour: Flavour;
  readonly tokens: Tokens;
  readonly lists: Lists;
  readonly faults: Faults;
  readonly timers: Timers;
  /** Names of streams that a fork adds. */
  readonly extraNames: ReadonlySet<string>;
  /** In ms. */
  readonly pingInterval: number;
}

export class WebSockets {
  readonly #config: WebSocketsConfig;
  readonly #open = new Set<WebSocketSession>();
  /** Of every socket that was asked to become a WebSocket, until it is closed. */
  readonly #wires = new Set<Wire>();
  #handshakes: Promise<WebSocketServer> | undefined;
  #clock: NodeJS.Timeout | undefined;
  #stalled = false;
  #pace: FakePace | undefined;

  constructor(config: WebSocketsConfig) {
    this.#config = config;
  }

  get connections(): FakeConnection[] {
    return [...this.#open].flatMap(({ connections }) => connections);
  }

  /** How many streams are subscribed to. */
  get subscriptions(): number {
    return this.connections.length;
  }

  /** How many WebSockets are open. */
  get size(): number {
    return [...this.#open].filter(({ hasLeft }) => !hasLeft).length;
  }

  /** How many streams are not wholly gone: a WebSocket that has ended counts until its socket is closed. */
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

  /** Answers a request for an upgrade; the real server takes it at any path. */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const { faults, timers, waiters } = this.#config;
    const wire = new Wire(socket);
    if (this.#stalled) wire.stall();
    wire.slow(this.#pace);
    this.#wires.add(wire);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      wire.discard();
      this.#wires.delete(wire);
      waiters.check();
    });

    // Read from the start on, or nobody would notice that the client has given up.
    const duplex = new WiredDuplex(socket, wire);
    const giveUp = (): void => void socket.destroy();
    socket.once('end', giveUp);

    const { redirect } = faults;
    const next = redirect ? undefined : faults.nextStreams.shift();
    timers.after(faults.headerDelay, () => {
      if (socket.destroyed) return;
      const upgrade = { request, socket, head, wire, duplex, giveUp };
      if (redirect) {
        const location = targetOf(redirect.location, request.url ?? '');
        refuse(upgrade, redirect.status, { Location: location });
      } else if (next) {
        answerNext(upgrade, next);
      } else {
        void this.#shakeHands(upgrade);
      }
    });
  }

  async #shakeHands(upgrade: Upgrade): Promise<void> {
    const { request, socket, head, wire, duplex, giveUp } = upgrade;
    const { waiters, tokens, traits, flavour, hub, lists, extraNames, timers, faults } =
      this.#config;
    const { url: path = '/' } = request;
    const query = parse(path.includes('?') ? path.slice(path.indexOf('?') + 1) : '');

    const token = tokenOf({ request, query });
    const grant = token === undefined ? undefined : tokens.find(token);
    if (!grant) {
      const { missingToken, invalidToken } = refusalsOf(traits);
      const { status, error } = token === undefined ? missingToken : invalidToken;
      if (flavour.unauthorized !== undefined) {
        refuseInJson(upgrade, status, flavour.unauthorized);
        return;
      }
      refuse(upgrade, status, { 'X-Error-Message': error });
      return;
    }

    let server: WebSocketServer;
    try {
      server = await (this.#handshakes ??= handshakes());
    } catch {
      refuse(
        upgrade,
        501,
        {},
        'The fake Mastodon needs the package ws for WebSockets: npm i -D ws',
      );
      return;
    }
    if (socket.destroyed) return;
    socket.off('end', giveUp);
    server.handleUpgrade(request, duplex, head, (webSocket) => {
      const session = new WebSocketSession(webSocket, {
        ...{ hub, lists, traits, flavour, extraNames, grant, path, socket, wire, timers },
        subscribeDelay: (stream) => faults.subscribeDelays.get(stream),
        userAgent: request.headers['user-agent'],
        onChange: () => waiters.check(),
      });
      this.#add(session, socket);
      if (query['stream'] !== undefined) session.subscribe(query, 'url');
      waiters.check();
    });
  }

  #add(session: WebSocketSession, socket: Socket): void {
    this.#open.add(session);
    socket.once('close', () => {
      this.#open.delete(session);
      if (this.#open.size === 0) this.stopClock();
      this.#config.waiters.check();
    });
    // One clock for all, as on the real server: the first ping may come at any moment.
    this.#clock ??= setInterval(
      () => this.each((each) => each.ping()),
      this.#config.pingInterval,
    ).unref();
  }

  stopClock(): void {
    clearInterval(this.#clock);
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

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
  readonly wire: Wire;
  readonly duplex: WiredDuplex;
  readonly giveUp: () => void;
}

/** Loaded with the first WebSocket: whoever needs none need not have the package. */
async function handshakes(): Promise<WebSocketServer> {
  const { WebSocketServer: Server } = await import('ws');
  const server = new Server({ noServer: true, clientTracking: false });
  server.on('headers', (headers) => headers.push(`X-Request-Id: ${randomUUID()}`));
  return server;
}

/** The answer to an upgrade that is refused: the connection is closed after it. */
function refuse(
  { wire, socket }: Upgrade,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string | Uint8Array = '',
): void {
  const all = {
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
  wire.write(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), Buffer.from(body)]));
  wire.step(() => socket.end());
}

/** The answer of a server that compresses whatever the client can read. */
function refuseInJson(upgrade: Upgrade, status: number, error: string): void {
  const body = Buffer.from(JSON.stringify({ error }));
  const type = { 'Content-Type': 'application/json' };
  const accepts = upgrade.request.headers['accept-encoding'] ?? '';
  if (/\bgzip\b/.test(accepts)) {
    refuse(upgrade, status, { ...type, 'Content-Encoding': 'gzip' }, gzipSync(body));
  } else {
    refuse(upgrade, status, type, body);
  }
}

function answerNext(upgrade: Upgrade, next: NextAnswer): void {
  if ('raw' in next) {
    const { wire, socket } = upgrade;
    wire.write(Buffer.from(next.raw));
    if (next.end) wire.step(() => socket.end());
    return;
  }
  const { status, headers, body } = next;
  if (body === undefined)
    refuse(upgrade, status, { 'X-Error-Message': wordsOf(status), ...headers });
  else if (typeof body === 'string') refuse(upgrade, status, headers, body);
  else {
    const typed = { 'Content-Type': 'application/json', ...headers };
    refuse(upgrade, status, typed, JSON.stringify(body));
  }
}
