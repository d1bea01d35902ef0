/**
 * One WebSocket of the fake, as the real server keeps it: frames in and out, what it is subscribed to,
 * and whether its peer still answers pings. The framing is that of `ws`, which the real server uses too.
 */
import { type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { channelsOf, type FakeEvent, type Hub } from './channels.ts';
import { webSocketRefusalsOf, type Refusal } from './errors.ts';
import { type Lists } from './lists.ts';
import { isSent } from './sse.ts';
import { withoutToken, type FakeConnection } from './stream.ts';
import { normalizeTag } from './tags.ts';
import { hasScope, type Grant } from './tokens.ts';
import { type Traits } from './version.ts';
import { type Wire } from './wire.ts';

/** What a subscribe frame, or the query of the URL, names. */
export interface StreamParams {
  readonly stream?: unknown;
  readonly tag?: unknown;
  readonly list?: unknown;
}

export interface WebSocketSessionConfig {
  readonly hub: Hub;
  readonly lists: Lists;
  readonly traits: Traits;
  /** Names of streams that a fork adds. */
  readonly extraNames: ReadonlySet<string>;
  readonly grant: Grant;
  /** The request's path with its query. */
  readonly path: string;
  readonly userAgent: string | undefined;
  readonly socket: Socket;
  readonly wire: Wire;
  /** Called whenever it is subscribed to something else than before. */
  readonly onChange: () => void;
}

interface Subscription {
  readonly connection: FakeConnection;
  readonly end: () => void;
}

/** Thrown on the way to a subscription. */
class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.error);
    this.refusal = refusal;
  }
}

/** The streams that a WebSocket can be subscribed to, without a parameter. */
const PLAIN_STREAMS: ReadonlySet<string> = new Set([
  ...['user', 'user:notification', 'direct'],
  ...['public', 'public:local', 'public:remote'],
  ...['public:media', 'public:local:media', 'public:remote:media'],
]);

export class WebSocketSession {
  readonly grant: Grant;
  readonly wire: Wire;
  readonly #config: WebSocketSessionConfig;
  readonly #webSocket: WebSocket;
  /** By the channels that feed each, as on the real server: what it folds together is one. */
  readonly #subscriptions = new Map<string, Subscription>();
  #isAlive = true;
  #left = false;

  constructor(webSocket: WebSocket, config: WebSocketSessionConfig) {
    this.#config = config;
    this.#webSocket = webSocket;
    this.grant = config.grant;
    this.wire = config.wire;
    webSocket.on('pong', () => (this.#isAlive = true));
    webSocket.on('error', () => undefined);
    webSocket.on('close', () => this.#leave());
    webSocket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        webSocket.close(1003, 'The mastodon streaming server does not support binary messages');
        return;
      }
      this.#receive(data.toString());
    });
  }

  get connections(): FakeConnection[] {
    return [...this.#subscriptions.values()].map(({ connection }) => connection);
  }

  /** Whether it takes no more events: it was closed, by whichever side. */
  get hasLeft(): boolean {
    return this.#left;
  }

  /** The tick of the server's clock: a peer that has not answered the last ping is cut off. */
  ping(): void {
    if (!this.#isAlive) {
      this.drop();
      return;
    }
    this.#isAlive = false;
    this.#webSocket.ping();
  }

  /**
   * The checks wait for one another as they do on the real server, where an unsubscribe has one fewer:
   * sent right behind its subscribe, it comes too early, and the subscription stays.
   */
  subscribe(params: StreamParams): void {
    const name = firstOf(params.stream);
    this.#checkScopes(name)
      .then(() => this.#channelsOf(name, params))
      .then((channels) => {
        const id = channels.join(';');
        if (this.#left || this.#subscriptions.has(id)) return;
        const label = this.#labelOf(name, params);
        const end = this.#config.hub.subscribe(channels, (event) => this.#send(label, event));
        this.#subscriptions.set(id, { end, connection: this.#connectionOf(label) });
        this.#config.onChange();
      })
      .catch((error: unknown) => {
        if (error instanceof Refused) this.#refuse(error.refusal);
      });
  }

  /** Ends it cleanly and without a code, as the real server does when a token is revoked. */
  end(): void {
    this.#leave();
    this.#webSocket.close();
  }

  drop(): void {
    this.#cut((socket) => socket.destroySoon());
  }

  reset(): void {
    this.#cut((socket) => socket.resetAndDestroy());
  }

  #cut(act: (socket: Socket) => void): void {
    this.wire.discard();
    // A socket that has sent its FIN cannot be reset any more: Node would leave it open.
    if (this.#left) this.#config.socket.destroy();
    else act(this.#config.socket);
    this.#leave();
  }

  /** A text is a message, bytes go onto the wire as they are. */
  write(data: string | Uint8Array): void {
    if (this.#left) return;
    if (typeof data === 'string') this.#webSocket.send(data);
    else this.wire.write(Buffer.from(data));
  }

  #receive(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    if (typeof message !== 'object' || message === null) return;
    const { type, ...params } = message as StreamParams & { readonly type?: unknown };
    if (type === 'subscribe') this.subscribe(params);
    else if (type === 'unsubscribe') this.#unsubscribe(params);
  }

  #unsubscribe(params: StreamParams): void {
    this.#channelsOf(firstOf(params.stream), params)
      .then((channels) => {
        const id = channels.join(';');
        this.#subscriptions.get(id)?.end();
        if (this.#subscriptions.delete(id)) this.#config.onChange();
      })
      .catch(() => this.#sendJson({ error: 'Error unsubscribing from channel' }));
  }

  async #checkScopes(name: unknown): Promise<void> {
    const { grant, traits } = this.#config;
    const narrow = name === 'user:notification' ? 'read:notifications' : 'read:statuses';
    if (!hasScope(grant, 'read', narrow))
      throw new Refused(webSocketRefusalsOf(traits).missingScope);
    return Promise.resolve();
  }

  async #channelsOf(name: unknown, { tag, list }: StreamParams): Promise<string[]> {
    const { grant, traits, lists, extraNames } = this.#config;
    const refusals = webSocketRefusalsOf(traits);
    const channelsFor = (stream: readonly [string, string?]): string[] =>
      channelsOf(stream, grant.account, grant.scopes);

    if (name === 'hashtag' || name === 'hashtag:local') {
      if (tag === undefined || tag === '') throw new Refused(refusals.missingTag);
      if (typeof tag !== 'string') throw new Refused(refusals.unexpected);
      return channelsFor([name, normalizeTag(tag)]);
    }
    if (name === 'list') {
      if (list === undefined || list === '') throw new Refused(refusals.missingList);
      // A look into the database: the answer comes in a later turn.
      await new Promise((resolve) => setImmediate(resolve));
      const id = typeof list === 'string' ? list : JSON.stringify(list);
      if (!lists.find(id, grant.account)) throw new Refused(refusals.foreignList);
      return channelsFor([name, id]);
    }
    if (typeof name !== 'string' || !(PLAIN_STREAMS.has(name) || extraNames.has(name))) {
      throw new Refused(refusals.unknownStream);
    }
    return channelsFor([name]);
  }

  /** As whoever came first wrote it. */
  #labelOf(name: unknown, { tag, list }: StreamParams): unknown[] {
    if (name === 'list') return [name, list];
    return name === 'hashtag' || name === 'hashtag:local' ? [name, tag] : [name];
  }

  #connectionOf(label: readonly unknown[]): FakeConnection {
    const { path, userAgent, grant } = this.#config;
    return {
      transport: 'websocket',
      stream: label.map(String),
      path: withoutToken(path),
      account: grant.account,
      userAgent,
      close: () => this.end(),
      drop: () => this.drop(),
    };
  }

  #send(stream: readonly unknown[], { event, payload }: FakeEvent): void {
    if (!isSent({ event, payload }, this.#config.traits.sendsUndefined)) return;
    const isEntity = typeof payload === 'object' && payload !== null;
    this.#sendJson({ stream, event, payload: isEntity ? JSON.stringify(payload) : payload });
  }

  #refuse({ status, error }: Refusal): void {
    // Up to 4.3 there is no status.
    this.#sendJson(this.#config.traits.errors === 'old' ? { error } : { error, status });
  }

  #sendJson(message: object): void {
    if (!this.#left) this.#webSocket.send(JSON.stringify(message));
  }

  #leave(): void {
    if (this.#left) return;
    this.#left = true;
    for (const { end } of this.#subscriptions.values()) end();
    this.#subscriptions.clear();
    this.#config.onChange();
  }
}

/** As Express takes a parameter that is there twice. */
export const firstOf = (value: unknown): unknown =>
  Array.isArray(value) ? (value as unknown[])[0] : value;

/** What `ws` writes goes the way of all streams' bytes, where it can be held back or slowed down. */
export class WiredDuplex extends Duplex {
  readonly #socket: Socket;
  readonly #wire: Wire;

  constructor(socket: Socket, wire: Wire) {
    super();
    this.#socket = socket;
    this.#wire = wire;
    socket.on('data', (chunk) => {
      if (!this.push(chunk)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', () => undefined);
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#wire.write(chunk);
    done();
  }

  override _final(done: () => void): void {
    this.#wire.step(() => this.#socket.end());
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
