/** Serves one WebSocket like the real server: its messages, its subscriptions and its pings. */
import type { FakeEvent, Hub } from './channels.ts';
import type { Refusal } from './errors.ts';
import type { Filters } from './filters.ts';
import type { ServerSocket, SocketListener } from './handshake.ts';
import { isSent } from './sse.ts';
import { withoutToken, type FakeConnection } from './stream.ts';
import {
  firstOf,
  StreamLookUp,
  type StreamLookUpConfig,
  type StreamParams,
} from './streamLookUp.ts';
import { type Grant } from './tokens.ts';
import { type Wire } from './wire.ts';

export interface WebSocketSessionConfig extends StreamLookUpConfig {
  readonly hub: Hub;
  readonly filters: Filters;
  /** The request's path with its query. */
  readonly path: string;
  readonly userAgent: string | undefined;
  readonly wire: Wire;
  /** Called whenever its subscriptions have changed. */
  readonly onChange: () => void;
}

interface Subscription {
  /** The stream's name. */
  readonly name: string;
  readonly connection: FakeConnection;
  readonly end: () => void;
}

export class WebSocketSession implements SocketListener {
  readonly grant: Grant;
  readonly wire: Wire;
  readonly #config: WebSocketSessionConfig;
  readonly #lookUp: StreamLookUp;
  readonly #socket: ServerSocket;
  /**
   * The subscriptions, by the channels that feed them, like on the real server: streams with the same channels are
   * one.
   */
  readonly #subscriptions = new Map<string, Subscription>();
  /** A pending `delete` for one of several streams, and the names of those that had the post. */
  #pendingDelete: { readonly event: FakeEvent; readonly names: Set<string> } | undefined;
  #isAlive = true;
  #left = false;

  constructor(socket: ServerSocket, config: WebSocketSessionConfig) {
    this.#config = config;
    this.#lookUp = new StreamLookUp(config);
    this.#socket = socket;
    this.grant = config.grant;
    this.wire = config.wire;
  }

  get connections(): FakeConnection[] {
    return [...this.#subscriptions.values()].map(({ connection }) => connection);
  }

  /** Tells whether it was closed, by either side. */
  get hasLeft(): boolean {
    return this.#left;
  }

  /** Sends a ping; closes the socket if the peer has not responded to the last one. */
  ping(): void {
    if (!this.#isAlive) {
      this.drop();
      return;
    }
    this.#isAlive = false;
    this.#socket.ping();
  }

  /**
   * Subscribes to a stream, with the real server's asynchronous checks. An unsubscribe has one check fewer: sent
   * directly after its subscribe, it is processed too early, and the subscription stays.
   */
  subscribe(params: StreamParams, by: 'frames' | 'url'): void {
    const name = firstOf(params.stream);
    if (this.#ignores(name, by)) return;
    const { soon } = this.#config.platform;
    soon(() => {
      const refusal = this.#lookUp.scopeRefusal(name);
      if (refusal) {
        soon(() => this.#refuse(refusal));
        return;
      }
      soon(() => {
        this.#lookUp.channels(name, params, (channels) => {
          if ('error' in channels) this.#refuse(channels);
          else if (name === 'list')
            this.#add(name, params, channels); // the look-up has succeeded
          else this.#lookUp.afterDelay(name, soon, () => this.#add(name, params, channels));
        });
      });
    });
  }

  #add(name: unknown, params: StreamParams, channels: readonly string[]): void {
    const id = channels.join(';');
    if (this.#left || this.#subscriptions.has(id)) return;
    const label = this.#labelOf(name, params);
    const { filters, grant } = this.#config;
    const end = this.#config.hub.subscribe(channels, (event) =>
      this.#sendOf(String(name), label, filters.markEvent(event, grant.account, String(name))),
    );
    const connection = this.#connectionOf(this.#streamOf(name, params));
    this.#subscriptions.set(id, { name: String(name), end, connection });
    this.#config.onChange();
  }

  /** Closes it cleanly and without a code, like the real server when a token is revoked. */
  end(): void {
    this.leave();
    this.#socket.close();
  }

  drop(): void {
    this.#cut((socket) => socket.drop());
  }

  reset(): void {
    this.#cut((socket) => socket.reset());
  }

  #cut(act: (socket: ServerSocket) => void): void {
    this.wire.discard();
    // Node cannot reset a socket that has sent its FIN, and would leave it open.
    if (this.#left) this.#socket.destroy();
    else act(this.#socket);
    this.leave();
  }

  /** Writes a text as a message, and bytes as they are. */
  write(data: string | Uint8Array): void {
    if (this.#left) return;
    if (typeof data === 'string') this.#socket.send(data);
    else this.wire.write(data);
  }

  pong(): void {
    this.#isAlive = true;
  }

  receiveBinary(): void {
    this.#socket.close(1003, 'The mastodon streaming server does not support binary messages');
  }

  receive(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      if (this.#config.flavour.socket.closesOnRubbish) this.end();
      return;
    }
    if (typeof message !== 'object' || message === null) return;
    const { type, ...params } = message as StreamParams & { readonly type?: unknown };
    if (type === 'subscribe') this.subscribe(params, 'frames');
    else if (type === 'unsubscribe') this.#unsubscribe(params);
  }

  #unsubscribe(params: StreamParams): void {
    if (this.#ignores(firstOf(params.stream), 'frames')) return;
    const name = firstOf(params.stream);
    this.#lookUp.channels(name, params, (channels) => {
      if (name === 'list') this.#remove(channels);
      else this.#config.platform.soon(() => this.#remove(channels));
    });
  }

  #remove(channels: readonly string[] | Refusal): void {
    if ('error' in channels) {
      const isTold = this.#config.flavour.socket.frames === undefined;
      if (isTold) this.#sendJson({ error: 'Error unsubscribing from channel' });
      return;
    }
    const id = channels.join(';');
    this.#subscriptions.get(id)?.end();
    if (this.#subscriptions.delete(id)) this.#config.onChange();
  }

  /** Tells whether a frame or a URL that names the stream is silently ignored. */
  #ignores(name: unknown, by: 'frames' | 'url'): boolean {
    const names = this.#config.flavour.socket[by];
    return names !== undefined && !(typeof name === 'string' && names.has(name));
  }

  /** Returns the stream's label, as the first subscriber wrote it. */
  #streamOf(name: unknown, { tag, list }: StreamParams): readonly unknown[] {
    if (name === 'list') return [name, list];
    return name === 'hashtag' || name === 'hashtag:local' ? [name, tag] : [name];
  }

  #labelOf(name: unknown, params: StreamParams): readonly unknown[] {
    const stream = this.#streamOf(name, params);
    return stream.length === 1
      ? stream
      : this.#config.flavour.socket.labelOf(String(name), stream[1]);
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

  #sendOf(name: string, label: readonly unknown[], event: FakeEvent): void {
    const { deleteOrder } = this.#config.flavour.socket;
    if (deleteOrder === undefined || event.event !== 'delete') {
      this.#sendPendingDelete();
      this.#send(label, event);
      return;
    }
    if (this.#pendingDelete?.event.payload !== event.payload) this.#sendPendingDelete();
    // It comes over several channels, one after the other; the stream that receives it is chosen after the last.
    if (this.#pendingDelete === undefined) {
      this.#config.platform.soon(() => this.#sendPendingDelete());
    }
    this.#pendingDelete ??= { event, names: new Set() };
    this.#pendingDelete.names.add(name);
  }

  #sendPendingDelete(): void {
    if (this.#pendingDelete === undefined) return;
    const { event, names } = this.#pendingDelete;
    this.#pendingDelete = undefined;
    const first = this.#config.flavour.socket.deleteOrder?.find((name) => names.has(name));
    if (first !== undefined) this.#send([first], event);
  }

  #send(stream: readonly unknown[], { event, payload }: FakeEvent): void {
    if (!isSent({ event, payload }, this.#config.traits.sendsUndefined)) return;
    const isEntity = typeof payload === 'object' && payload !== null;
    this.#sendJson({ stream, event, payload: isEntity ? JSON.stringify(payload) : payload });
  }

  #refuse({ status, error }: Refusal): void {
    // Refusals up to 4.3 have no status.
    this.#sendJson(this.#config.traits.errors === 'old' ? { error } : { error, status });
  }

  #sendJson(message: object): void {
    const { frameEnd } = this.#config.flavour.socket;
    if (!this.#left) this.#socket.send(JSON.stringify(message) + frameEnd);
  }

  leave(): void {
    if (this.#left) return;
    this.#left = true;
    for (const { end } of this.#subscriptions.values()) end();
    this.#subscriptions.clear();
    this.#config.onChange();
  }
}
