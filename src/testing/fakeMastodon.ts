import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Socket, type AddressInfo } from 'node:net';
import { Archive } from './archive.ts';
import { Hub, keyOfChannel, type FakeChannel, type FakeEvent } from './channels.ts';
import {
  type FakeConversation,
  type FakeConversationPartial,
  type FakeNotification,
  type FakeNotificationPartial,
  type FakeStatus,
  type FakeStatusPartial,
} from './entities.ts';
import { noFaults, Timers, type Faults } from './faults.ts';
import { flavourOf, type FakeFlavour, type Flavour } from './flavour.ts';
import { answerJson, exchangeOf } from './http.ts';
import { type FakeInstanceAnswer } from './instance.ts';
import { Lists } from './lists.ts';
import { handleRest, RateLimit } from './rest.ts';
import { type FakeConnection } from './stream.ts';
import { handleStreaming } from './streaming.ts';
import { Streams } from './streams.ts';
import { Tokens, type FakeTokenConfig } from './tokens.ts';
import { traitsOf, type Traits } from './version.ts';
import { Waiters } from './waiters.ts';
import { WebSockets } from './websockets.ts';
import { type FakePace } from './wire.ts';

/** What {@link startFakeMastodon} may be told. */
export interface FakeMastodonConfig {
  /**
   * The TCP port on 127.0.0.1; 0 is any free one.
   * @defaultValue `0`
   */
  readonly port?: number;
  /**
   * What kind of server it is. `'gotosocial'`: as GoToSocial 0.20 was recorded. It streams over WebSocket
   * only, ignores the frames that it does not know, labels lists its own way, says a `delete` once per
   * socket, has ULIDs, and refuses requests without a User-Agent.
   * @defaultValue `'mastodon'`
   */
  readonly flavour?: FakeFlavour;
  /**
   * How long an event waits between its creation, when it is in the REST timelines, and its publication, in
   * ms. A function returns the time for each, so that later ones may overtake it.
   * @defaultValue None: events are published as they are created.
   */
  readonly publishDelay?: number | (() => number) | undefined;
  /**
   * What the instance documents say, and how the wire speaks: up to 4.4 heartbeats are `:thump\n`,
   * up to 4.3 errors have their old words, up to 4.2 `filters_changed` comes as `data: undefined`.
   * @defaultValue `'4.5.0'`; of GoToSocial `'0.20.0'`
   */
  readonly version?: string;
  /**
   * The time between two heartbeats, in ms.
   * @defaultValue `15_000`
   */
  readonly heartbeatInterval?: number;
  /**
   * The time between two pings of all WebSockets, in ms: one that has not answered the ping before is cut.
   * @defaultValue `30_000`
   */
  readonly pingInterval?: number;
  /**
   * Whether heartbeats are `:thump\n`, without the blank line.
   * @defaultValue What `version` says.
   */
  readonly oldHeartbeats?: boolean;
  /**
   * Whether a stream begins with `:)\n`.
   * @defaultValue `true`
   */
  readonly preamble?: boolean;
  /**
   * The streaming URL in the instance documents; `null` leaves it out.
   * @defaultValue The server's own, `ws://127.0.0.1:PORT`.
   */
  readonly streamingUrl?: string | null | undefined;
  /**
   * Streams that a fork adds, by their path below `/api/v1/streaming/`:
   * `{ 'public/bubble': 'public:bubble' }`.
   * @defaultValue `{}`
   */
  readonly streams?: Readonly<Record<string, string>>;
  /**
   * How many posts, and how many of an account's notifications and conversations, the REST timelines hold.
   * @defaultValue `2_000`
   */
  readonly historyLimit?: number;
  /**
   * The access token of `alice`, with the scope `read`.
   * @defaultValue A random one.
   */
  readonly token?: string;
}

/** A request, as {@link FakeMastodon.requests} logs it. */
export interface FakeRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** With lower-case names. */
  readonly headers: IncomingHttpHeaders;
  /** When it came, in ms since 1970. */
  readonly at: number;
}

/** How {@link FakeMastodon.respondNext} goes on after its bytes. */
export interface FakeAnswerConfig {
  /**
   * Whether the socket is ended (a FIN) after the bytes.
   * @defaultValue `false`
   */
  readonly end?: boolean;
}

/** The answers of the two instance documents, where they differ. */
export interface FakeInstanceAnswers {
  /** Of `/api/v1/instance`. */
  readonly v1?: FakeInstanceAnswer;
  /** Of `/api/v2/instance`. */
  readonly v2?: FakeInstanceAnswer;
}

/**
 * A Mastodon on loopback; {@link startFakeMastodon} starts one. What orders something throws nothing; what
 * waits rejects with an `Error` once the server is closed.
 */
export class FakeMastodon implements AsyncDisposable {
  /** A token of the account `alice` with the scope `read`. */
  readonly token: string;

  /** Every request since the start, the oldest first. */
  readonly requests: FakeRequest[] = [];

  readonly #config: FakeMastodonConfig;
  readonly #traits: Traits;
  readonly #flavour: Flavour;
  readonly #http: Server;
  readonly #sockets = new Set<Socket>();
  readonly #hub = new Hub();
  readonly #waiters = new Waiters();
  readonly #streams = new Streams(this.#hub, this.#waiters);
  readonly #webSockets: WebSockets;
  readonly #tokens = new Tokens();
  readonly #lists = new Lists();
  readonly #archive: Archive;
  readonly #rateLimit = new RateLimit();
  readonly #faults: Faults = noFaults();
  readonly #timers = new Timers();
  readonly #extraStreams: ReadonlyMap<string, string>;
  readonly #instanceAnswers: { v1: FakeInstanceAnswer; v2: FakeInstanceAnswer } = {
    v1: 'default',
    v2: 'default',
  };
  #port: number;
  #closed = false;

  /** @internal */
  constructor(config: FakeMastodonConfig) {
    const { port = 0, oldHeartbeats, token, streams = {}, publishDelay } = config;
    this.#flavour = flavourOf(config.flavour ?? 'mastodon');
    const { version = this.#flavour.version } = config;
    this.#config = config;
    this.#port = port;
    const traits = traitsOf(version);
    this.#traits =
      oldHeartbeats === undefined
        ? traits
        : { ...traits, heartbeat: oldHeartbeats ? ':thump\n' : ':thump\n\n' };
    this.#extraStreams = new Map(Object.entries(streams));
    this.#webSockets = new WebSockets({
      hub: this.#hub,
      waiters: this.#waiters,
      traits: this.#traits,
      flavour: this.#flavour,
      tokens: this.#tokens,
      lists: this.#lists,
      faults: this.#faults,
      timers: this.#timers,
      extraNames: new Set(this.#extraStreams.values()),
      pingInterval: config.pingInterval ?? 30_000,
    });
    this.#archive = new Archive({
      historyLimit: config.historyLimit ?? 2_000,
      hub: this.#hub,
      lists: this.#lists,
      tokens: this.#tokens,
      flavour: this.#flavour,
      publishing: (publish) => {
        const delay = typeof publishDelay === 'function' ? publishDelay() : publishDelay;
        this.#timers.after(delay, publish);
      },
    });
    this.#lists.add('42');
    this.token = this.#tokens.add(token === undefined ? {} : { token });

    this.#http = createServer((request, response) => this.#answer(request, response));
    this.#http.on('upgrade', (request, socket, head) => {
      this.#log(request);
      if (!(socket instanceof Socket)) return;
      if (this.#isAnonymous(request)) socket.end(TEAPOT_RESPONSE);
      else this.#webSockets.upgrade(request, socket, head);
    });
    this.#http.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        this.#waiters.check();
      });
    });
  }

  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The streams that are open right now, the oldest first, those over SSE before those over WebSockets. */
  get connections(): readonly FakeConnection[] {
    return [...this.#streams.connections, ...this.#webSockets.connections];
  }

  /** What WebSockets are subscribed to right now, as whoever subscribed first wrote it. */
  get subscriptions(): readonly (readonly string[])[] {
    return this.#webSockets.connections.map(({ stream }) => stream);
  }

  /** How many WebSockets are open. */
  get webSocketCount(): number {
    return this.#webSockets.size;
  }

  /** How many TCP sockets are open, idle ones included. */
  get socketCount(): number {
    return this.#sockets.size;
  }

  // Tokens and lists

  /** Makes a token: of `alice` and with the scope `read`, where nothing else is said. */
  addToken(config: FakeTokenConfig = {}): string {
    return this.#tokens.add(config);
  }

  /** Ends the token's open streams cleanly; later requests with it get a 401. */
  revoke(token: string): void {
    this.#tokens.revoke(token);
    this.#streams.each((stream) => {
      if (stream.grant.token === token) stream.end();
    });
    this.#webSockets.revoke(token);
  }

  /**
   * Makes a list of `account`. It holds the posts of `members`, each an `acct`, or of everybody
   * where they are left out. The list `42` of `alice`, of everybody, is there from the start.
   */
  addList(id: string, account = 'alice', members?: readonly string[]): void {
    this.#lists.add(id, account, members);
  }

  // Events

  /**
   * Publishes on one channel, as Redis's PUBLISH does: who listens there gets it, nobody else.
   *
   * Streams get everything in the order in which it is published. A real server does not promise
   * that for public and hashtag streams: publish a `delete` before its `update` to see it.
   */
  publish(channel: FakeChannel, event: FakeEvent): void {
    this.#hub.publish(keyOfChannel(channel), event);
  }

  /** A new id: greater than all before it, and as the server makes them. */
  nextId(): string {
    return this.#flavour.nextId();
  }

  /**
   * Posts: an `update` goes to every stream where a real server sends it, and the post into the REST
   * timelines, which hold the last 2,000 (`historyLimit`). Every account follows everybody. A direct post becomes a
   * conversation of `alice`.
   *
   * @returns The whole post, what was left out filled in as by {@link fakeStatus}.
   */
  post(status: FakeStatusPartial = {}): FakeStatus {
    return this.#archive.post(status);
  }

  /** Changes fields of a post, found by its `id`, and sends it as `status.update`. */
  edit(status: FakeStatusPartial & { readonly id: string }): FakeStatus {
    return this.#archive.edit(status);
  }

  /** Deletes a post, and sends a `delete` wherever it was; one never seen counts as a public one. */
  remove(id: string): void {
    this.#archive.remove(id);
  }

  /** Notifies an account: live, on `user` and `user:notification`, and over REST. */
  notify(notification: FakeNotificationPartial = {}, account = 'alice'): FakeNotification {
    return this.#archive.notify(notification, account);
  }

  /** Starts a conversation, or goes on with it: live, on `direct`, and over REST. */
  converse(conversation: FakeConversationPartial = {}, account = 'alice'): FakeConversation {
    return this.#archive.converse(conversation, account);
  }

  // Waiting

  /**
   * Resolves as soon as at least so many streams are open at once.
   *
   * @throws `Error` (as a rejection) once the server is closed.
   */
  waitForConnections(count = 1): Promise<void> {
    return this.#until(() => this.#streams.open + this.#webSockets.subscriptions >= count);
  }

  /** Resolves as soon as at most so many streams are left, their responses or sockets closed. */
  waitForDisconnections(count = 0): Promise<void> {
    return this.#until(() => this.#streams.alive + this.#webSockets.alive <= count);
  }

  /** Resolves as soon as at most so many WebSockets are subscribed to something, counted by streams. */
  waitForUnsubscriptions(count = 0): Promise<void> {
    return this.#until(() => this.#webSockets.subscriptions <= count);
  }

  /** Resolves as soon as at least so many requests have come, since the start. */
  waitForRequests(count = 1): Promise<void> {
    return this.#until(() => this.requests.length >= count);
  }

  /** Resolves as soon as at most so many TCP sockets are open, idle ones included. */
  waitForClosedSockets(count = 0): Promise<void> {
    return this.#until(() => this.#sockets.size <= count);
  }

  // Faults

  /** Ends the socket of every open stream in the middle of the body, as a killed server does. */
  drop(): void {
    this.#streams.each((stream) => stream.drop());
    this.#webSockets.each((webSocket) => webSocket.drop());
  }

  /** Resets (RST) the socket of every open stream. */
  reset(): void {
    this.#streams.each((stream) => stream.reset());
    this.#webSockets.each((webSocket) => webSocket.reset());
  }

  /**
   * Ends every open stream cleanly: with the last chunk, and the sockets live on; WebSockets with a close
   * frame that bears no code.
   */
  end(): void {
    this.#streams.each((stream) => stream.end());
    this.#webSockets.each((webSocket) => webSocket.end());
  }

  /**
   * From now on no stream, open or new, sends a byte, neither headers nor heartbeats. What it would
   * have sent waits for {@link resume}, as in a TCP connection that stalls.
   */
  stall(): void {
    this.#streams.stall();
    this.#webSockets.stall();
  }

  /** Sends what {@link stall} held back, and goes on. */
  resume(): void {
    this.#streams.resume();
    this.#webSockets.resume();
  }

  /** Slows the bodies of all streams down, open and new; `undefined` ends it. */
  throttle(pace: FakePace | undefined): void {
    this.#streams.slow(pace);
    this.#webSockets.slow(pace);
  }

  /**
   * Writes raw text or bytes into every open stream, as one HTTP chunk. Into a WebSocket a text goes as one
   * message, and bytes as they are, so that half a frame can be sent.
   */
  write(data: string | Uint8Array): void {
    this.#streams.each((stream) => stream.write(data));
    this.#webSockets.each((webSocket) => webSocket.write(data));
  }

  /**
   * Refuses the next streaming request; n calls refuse the next n, in order. Health and preflight
   * requests do not count; handshakes of WebSockets do.
   *
   * @param body A text is sent as HTML, an object as JSON; without it, `{ "error": … }` in the
   * server's words for `status`, which a handshake gets as its header `X-Error-Message`.
   */
  failNext(status: number, headers: OutgoingHttpHeaders = {}, body?: string | object): void {
    this.#faults.nextStreams.push({ status, headers, body });
  }

  /**
   * Answers the next streaming request with these very bytes, the status line included. It queues
   * up with {@link failNext}.
   */
  respondNext(raw: string | Uint8Array, { end = false }: FakeAnswerConfig = {}): void {
    this.#faults.nextStreams.push({ raw, end });
  }

  /** Delays each new stream's or refusal's headers so many ms; `Infinity` for ever. */
  delayHeaders(delay: number | undefined): void {
    this.#faults.headerDelay = delay;
  }

  /**
   * Answers all streaming paths with a redirect. An origin gets the request's path and query, as
   * Mastodon's REST host does it; any other location is sent as it is. `undefined` ends it.
   */
  redirect(location: string | undefined, status = 301): void {
    this.#faults.redirect = location === undefined ? undefined : { location, status };
  }

  /** What `/api/v1/streaming/health` says: 200 `OK`, 503, or nothing for ever. */
  health(health: boolean | 'stall'): void {
    this.#faults.health = health;
  }

  /**
   * Refuses the next request for a REST timeline, notifications or conversations; n calls refuse the
   * next n, in order. The body is `{ "error": … }` in the server's words, where none is given.
   */
  failNextRest(status: number, headers: OutgoingHttpHeaders = {}, body?: object): void {
    this.#faults.nextRest.push({ status, headers, body });
  }

  /**
   * Delays each WebSocket's subscription to the streams of this name so many ms, as a database does that is
   * far away or locked: until then their events go elsewhere. Other frames are dealt with meanwhile.
   */
  delaySubscribe(stream: string, delay: number | undefined): void {
    if (delay === undefined) this.#faults.subscribeDelays.delete(stream);
    else this.#faults.subscribeDelays.set(stream, delay);
  }

  /** Delays each of the answers that {@link failNextRest} is about so many ms. */
  delayRest(delay: number | undefined): void {
    this.#faults.restDelay = delay;
  }

  /** How the instance documents are answered: both alike, or each its own way. */
  instance(answer: FakeInstanceAnswer | FakeInstanceAnswers): void {
    Object.assign(
      this.#instanceAnswers,
      typeof answer === 'object' ? answer : { v1: answer, v2: answer },
    );
  }

  // The server's own life

  /**
   * Listens again, on the port that it had. {@link startFakeMastodon} has called it once.
   *
   * @throws `Error` (as a rejection) where somebody else has the port.
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
      // The error says that it did not listen, which is what was wanted.
      this.#http.close(() => resolve());
    });
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    // Node calls back before the last sockets and responses have told that they are closed.
    await this.#waiters.until(() => this.#sockets.size === 0 && this.#streams.alive === 0);
  }

  /** {@link stop} and {@link start}: the port refuses connections in between. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Ends everything at once: the port, all sockets, all timers. It may be called twice. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timers.clear();
    this.#webSockets.stopClock();
    await this.stop();
    this.#waiters.fail(new Error('The fake Mastodon is closed'));
  }

  /** {@link close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #until(holds: () => boolean): Promise<void> {
    const waiting = this.#waiters.until(holds);
    if (this.#closed) this.#waiters.fail(new Error('The fake Mastodon is closed'));
    return waiting;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.#log(request);
    const exchange = exchangeOf(request, response);
    if (this.#isAnonymous(request)) {
      answerJson(exchange, 418, TEAPOT);
      return;
    }
    const handle = (): void => {
      if (handleRest(this.#restConfig, exchange)) return;
      handleStreaming(this.#streamingConfig, exchange);
    };
    // A pipelined request gets the socket only once the answer before it is written.
    if (response.socket === null) response.once('socket', handle);
    else handle();
  }

  /** Whether it must say what it is of, and does not. */
  #isAnonymous({ headers }: IncomingMessage): boolean {
    return this.#flavour.needsUserAgent && !headers['user-agent'];
  }

  #log({ method = 'GET', url: path = '/', headers }: IncomingMessage): void {
    this.requests.push({ method, path, headers, at: Date.now() });
    this.#waiters.check();
  }

  get #restConfig(): Parameters<typeof handleRest>[0] {
    const { version = this.#flavour.version, streamingUrl } = this.#config;
    const own = this.url.replace('http:', 'ws:');
    return {
      instance: {
        version,
        url: this.url,
        streamingUrl: streamingUrl === undefined ? own : streamingUrl,
      },
      instanceAnswers: this.#instanceAnswers,
      archive: this.#archive,
      tokens: this.#tokens,
      lists: this.#lists,
      faults: this.#faults,
      timers: this.#timers,
      rateLimit: this.#rateLimit,
      flavour: this.#flavour,
    };
  }

  get #streamingConfig(): Parameters<typeof handleStreaming>[0] {
    const { preamble = true, heartbeatInterval = 15_000 } = this.#config;
    return {
      traits: this.#traits,
      flavour: this.#flavour,
      preamble,
      heartbeatInterval,
      extraStreams: this.#extraStreams,
      tokens: this.#tokens,
      lists: this.#lists,
      streams: this.#streams,
      faults: this.#faults,
      timers: this.#timers,
    };
  }
}

/** What GoToSocial says to a request without a User-Agent. */
const TEAPOT = { error: "I'm a teapot: no user-agent sent with request" };

const TEAPOT_RESPONSE = [
  "HTTP/1.1 418 I'm a teapot",
  'Content-Type: application/json',
  `Content-Length: ${JSON.stringify(TEAPOT).length}`,
  'Connection: close',
  '',
  JSON.stringify(TEAPOT),
].join('\r\n');

/**
 * Starts a Mastodon on loopback that speaks the wire of a real streaming server byte for byte, and
 * that fails to order. It prints nothing and needs no network; close it at the end.
 *
 * ```ts
 * const server = await startFakeMastodon();
 * const timelines = createTimelines({ baseUrl: server.url, accessToken: server.token });
 * timelines.user().subscribe(console.log);
 * await server.connected();
 * server.publish('user', { event: 'delete', payload: '117420000000000001' });
 * await server.close();
 * ```
 *
 * @throws `Error` (as a rejection) where `port` is taken.
 */
export async function startFakeMastodon(config: FakeMastodonConfig = {}): Promise<FakeMastodon> {
  const server = new FakeMastodon(config);
  await server.start();
  return server;
}
