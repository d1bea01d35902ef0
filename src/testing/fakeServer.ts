/** Implements a fake Mastodon, independently of how its requests arrive. */
import { asyncScheduler } from 'rxjs';
import { keyOfChannel, type FakeChannel, type FakeEvent } from './channels.ts';
import type { FakeRequest, FakeServerConfig } from './config.ts';
import type {
  FakeConversation,
  FakeConversationPartial,
  FakeNotification,
  FakeNotificationPartial,
  FakeStatus,
  FakeStatusPartial,
} from './entityTypes.ts';
import type { Exchange, RequestHead } from './exchange.ts';
import type { FakeFilter } from './filters.ts';
import type { Handshake } from './handshake.ts';
import { respondJson } from './http.ts';
import { createParts, type Parts } from './parts.ts';
import type { ServerPlatform } from './platform.ts';
import { handleRest } from './rest.ts';
import { type FakeConnection } from './stream.ts';
import { handleStreaming } from './streaming.ts';
import { type FakeTokenConfig } from './tokens.ts';

/**
 * A fake Mastodon with its posts, tokens and streams. Its methods throw nothing; promises that wait for something
 * reject with an `Error` once the server is closed.
 */
export abstract class FakeServer {
  /** A token of the account `alice` with the scope `read`. */
  readonly token: string;

  /** Every request since the start, oldest first. */
  readonly requests: FakeRequest[] = [];

  /** @internal */
  protected readonly parts: Parts;
  #closed = false;

  /** @internal */
  constructor(config: FakeServerConfig, platform: ServerPlatform) {
    this.parts = createParts(config, platform);
    const { token } = config;
    this.token = this.parts.tokens.add(token === undefined ? {} : { token });
  }

  /** The server's URL, without a slash at its end. */
  abstract get url(): string;

  /** The open streams, oldest first, those over SSE before those over WebSockets. */
  get connections(): readonly FakeConnection[] {
    return [...this.parts.streams.connections, ...this.parts.webSockets.connections];
  }

  /** The streams that WebSockets are subscribed to, as the first subscriber wrote them. */
  get subscriptions(): readonly (readonly string[])[] {
    return this.parts.webSockets.connections.map(({ stream }) => stream);
  }

  /** The number of open WebSockets. */
  get webSocketCount(): number {
    return this.parts.webSockets.size;
  }

  // Tokens and lists

  /** Makes a token: by default for `alice`, with the scope `read`. */
  addToken(config: FakeTokenConfig = {}): string {
    return this.parts.tokens.add(config);
  }

  /** Revokes a token: ends its open streams cleanly; later requests with it get a 401. */
  revoke(token: string): void {
    this.parts.tokens.revoke(token);
    this.parts.streams.each((stream) => {
      if (stream.grant.token === token) stream.end();
    });
    this.parts.webSockets.revoke(token);
  }

  /**
   * Makes a list of `account`. It has the posts of `members`, each an `acct`, or without `members` those of every
   * account. From the start, `alice` has the list `42`, with the posts of every account.
   */
  addList(id: string, account = 'alice', members?: readonly string[]): void {
    this.parts.lists.add(id, account, members);
  }

  // Events

  /**
   * Publishes an event on one channel, like Redis's PUBLISH: only its listeners receive it.
   *
   * Streams receive events in the order in which they are published. A real server does not guarantee that for
   * public and hashtag streams: publish a `delete` before its `update` to test it.
   */
  publish(channel: FakeChannel, event: FakeEvent): void {
    this.parts.hub.publish(keyOfChannel(channel), event);
  }

  /** Returns a new id, in the server's format, greater than all before it. */
  nextId(): string {
    return this.parts.flavour.nextId(this.parts.platform.ids);
  }

  /**
   * Creates a post: sends an `update` on every stream on which a real server does, and adds the post to the REST
   * timelines, which have the last 2,000 (`historyLimit`). Every account follows every other. A direct post becomes
   * a conversation of `alice`.
   *
   * @returns The complete post, with the missing fields of {@link fakeStatus}.
   */
  post(status: FakeStatusPartial = {}): FakeStatus {
    return this.parts.archive.post(status);
  }

  /** Changes fields of a post, found by its `id`, and sends it as `status.update`. */
  edit(status: FakeStatusPartial & { readonly id: string }): FakeStatus {
    return this.parts.archive.edit(status);
  }

  /**
   * Deletes a post, and sends a `delete` on the streams that had it; an unknown id counts as that of a public post.
   */
  remove(id: string): void {
    this.parts.archive.remove(id);
  }

  /** Creates a notification of an account, live on `user` and `user:notification`, and over REST. */
  notify(notification: FakeNotificationPartial = {}, account = 'alice'): FakeNotification {
    return this.parts.archive.notify(notification, account);
  }

  /** Starts or continues a conversation, live on `direct`, and over REST. */
  converse(conversation: FakeConversationPartial = {}, account = 'alice'): FakeConversation {
    return this.parts.archive.converse(conversation, account);
  }

  /**
   * Adds a filter of an account, and returns its id. Matching posts have its mark, live on the account's streams
   * and over REST.
   */
  addFilter(filter: FakeFilter, account = 'alice'): string {
    return this.parts.filters.add(filter, account);
  }

  /** Removes a filter, by its id. */
  removeFilter(id: string): void {
    this.parts.filters.remove(id);
  }

  // Waiting

  /**
   * Resolves as soon as at least `count` streams are open at once.
   *
   * @throws `Error` (as a rejection) once the server is closed.
   */
  waitForConnections(count = 1): Promise<void> {
    return this.until(() => this.parts.streams.open + this.parts.webSockets.subscriptions >= count);
  }

  /** Resolves as soon as at most `count` streams are left, the responses or sockets of the others closed. */
  waitForDisconnections(count = 0): Promise<void> {
    return this.until(() => this.parts.streams.alive + this.parts.webSockets.alive <= count);
  }

  /** Resolves as soon as WebSockets are subscribed to at most `count` streams. */
  waitForUnsubscriptions(count = 0): Promise<void> {
    return this.until(() => this.parts.webSockets.subscriptions <= count);
  }

  /** Resolves as soon as at least `count` requests have come since the start. */
  waitForRequests(count = 1): Promise<void> {
    return this.until(() => this.requests.length >= count);
  }

  // Called by a front end

  /** @internal Responds to a request. */
  protected respond(exchange: Exchange): void {
    if (this.#isAnonymous(exchange.request)) {
      respondJson(exchange, 418, TEAPOT);
      return;
    }
    const { parts } = this;
    const defaultUrl = this.url.replace(/^http/, 'ws');
    const { streamingUrl = defaultUrl, version = parts.flavour.version } = parts.config;
    const instance = { version, url: this.url, streamingUrl };
    if (!handleRest({ ...parts, instance }, exchange)) handleStreaming(parts, exchange);
  }

  /** @internal Responds to the handshake of a WebSocket. */
  protected upgrade(handshake: Handshake): void {
    if (this.#isAnonymous(handshake.request)) {
      const body = JSON.stringify(TEAPOT);
      handshake.sendRaw(
        [
          "HTTP/1.1 418 I'm a teapot",
          'Content-Type: application/json',
          `Content-Length: ${body.length}`,
          'Connection: close',
          '',
          body,
        ].join('\r\n'),
        true,
      );
    } else {
      this.parts.webSockets.upgrade(handshake);
    }
  }

  /** @internal Logs a request that has come. */
  protected log({ method, url: path, headers }: RequestHead): void {
    this.requests.push({ method, path, headers, at: asyncScheduler.now() });
    this.parts.waiters.check();
  }

  /** @internal Ends all timers. */
  protected endTimers(): void {
    this.#closed = true;
    this.parts.timers.clear();
    this.parts.webSockets.stopClock();
  }

  /** @internal Rejects the promises that are still waiting. */
  protected failWaiters(): void {
    this.parts.waiters.fail(new Error('The fake Mastodon is closed'));
  }

  /** @internal Resolves as soon as the condition holds. */
  protected until(holds: () => boolean): Promise<void> {
    const waiting = this.parts.waiters.until(holds);
    if (this.#closed) this.failWaiters();
    return waiting;
  }

  /** Tells whether a request lacks the User-Agent that the server requires. */
  #isAnonymous({ headers }: RequestHead): boolean {
    return this.parts.flavour.needsUserAgent && !headers['user-agent'];
  }
}

/** GoToSocial's response to a request without a User-Agent. */
const TEAPOT = { error: "I'm a teapot: no user-agent sent with request" };
