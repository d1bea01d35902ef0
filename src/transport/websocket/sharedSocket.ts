/**
 * Opens the sockets of a client, shares them among its streams, and closes each `closeDelay` ms after its last
 * stream.
 */
import {
  concat,
  defer,
  finalize,
  forkJoin,
  ignoreElements,
  map,
  Observable,
  of,
  race,
  ReplaySubject,
  share,
  switchMap,
  take,
  tap,
  timer,
} from 'rxjs';
import { now } from '#clock';
import { urlBelow } from '../../connect/serverUrl.ts';
import { errorFor, redactAndTruncate } from '../../connect/responseError.ts';
import type { Channel } from '../../connect/channels.ts';
import { SOCKET_DEFAULTS } from '../../config/defaults.ts';
import type { TimelinesConfig } from '../../config/options.ts';
import type { MastodonApiError } from '../../model/errors.ts';
import type { EventCodecs } from '../../model/events.ts';
import type { Client } from '../../connect/client.ts';
import { warningsOf, type Opened } from '../../connect/openEventStream.ts';
import { failWhenHidden } from '../../platform/pageLifecycle.ts';
import { shakeHands, type Handshake } from './handshake.ts';
import type { ErrorMessage } from './parseMessage.ts';
import { ServerTraits } from './serverTraits.ts';
import { SocketClosedError, tokenOf, type OpenSocket } from './socket.ts';
import { keyOf, paramsOf } from './subscriptionKey.ts';
import type { Label } from './subscriptions/routing.ts';
import { Subscriptions } from './subscriptions/subscriptions.ts';
import type { SocketItem } from './subscriptions/subscriptionTable.ts';

/** The options that a user sets for a client's sockets: some of `TimelinesConfig`. */
export type SocketOptions = Pick<
  TimelinesConfig<EventCodecs>,
  'tokenIn' | 'multiplex' | 'closeDelay'
>;

export interface SocketsConfig extends SocketOptions {
  /** Opens a socket. */
  readonly openSocket: OpenSocket;
}

/** A stream that is open over a socket. */
export interface JoinedSocket extends Pick<Opened, 'warnings'> {
  /** The stream's items, for one subscriber, which must subscribe synchronously. */
  readonly items: Observable<SocketItem>;
  /** Returns the time of the last sign of life over the socket, by the clock. */
  readonly lastActivity: () => number;
  /** Marks the socket as dead: streams that join from now on get a new one. */
  readonly evict: () => void;
}

export interface JoinConfig {
  /** True if the stream opens only when its subscription is known to be active. */
  readonly waitUntilActive: boolean;
  /** The longest time that the stream may take to open, in ms. */
  readonly connectTimeout: number;
}

type Join = (channel: Channel, config: JoinConfig) => Observable<JoinedSocket>;

/** The longest time to wait for a server to respond to a frame, in ms. */
const FENCE_TIMEOUT = 2_000;

/**
 * Returns a function that joins a channel to a socket of the client, which is opened if there is none. It emits
 * once, when the stream is open, and errors if the socket is lost.
 *
 * The socket is the one that all streams share. A stream whose frame the server may have ignored gets one of
 * its own, whose URL names the stream.
 */
export function createSockets(client: Client, config: SocketsConfig): Join {
  const { multiplex = SOCKET_DEFAULTS.multiplex, closeDelay = SOCKET_DEFAULTS.closeDelay } = config;
  const traits = new ServerTraits();
  const opened = new Set<SharedSocket>();
  /** The sockets that can be joined: the shared one, and those of one stream, by its key. */
  const joinable = new Map<string, Observable<EvictableSocket>>();

  const onDelete = (label: Label, id: string): void => {
    for (const socket of [...opened]) socket.receiveDelete(label, id);
  };

  const connect = (channel: Channel | undefined): Observable<SharedSocket> =>
    forkJoin({ server: client.discovery.server$, authorization: client.authorization$ }).pipe(
      switchMap(({ server, authorization }) => {
        const url = urlBelow(server.url, '/api/v1/streaming');
        if (channel) url.search = new URLSearchParams(paramsOf(channel)).toString();
        return shakeHands(client, url, authorization, config, traits).pipe(
          switchMap((handshake) => {
            const warnings = warningsOf(server.refused, url, handshake.opened.url);
            const isShared = channel === undefined;
            const socket = new SharedSocket(handshake, { isShared, warnings, traits, onDelete });
            opened.add(socket);
            const messages$ = handshake.opened.messages.pipe(tap(socket), ignoreElements());
            return concat(of(socket), messages$).pipe(
              finalize(() => {
                opened.delete(socket);
                socket.close();
              }),
            );
          }),
        );
      }),
    );

  const shareSocket = (socketKey: string, channel: Channel | undefined) => {
    let isOpen = false;
    const evict = (): void => {
      if (joinable.get(socketKey) === socket$) joinable.delete(socketKey);
    };
    const socket$: Observable<EvictableSocket> = connect(channel).pipe(
      failWhenHidden(), // a page that is left closes the socket
      // Before its subscribers receive the error: they may resubscribe synchronously.
      tap({ next: () => (isOpen = true), error: evict }),
      finalize(evict),
      map((socket) => ({ socket, evict })),
      share({
        connector: () => new ReplaySubject(1),
        // A socket that is still connecting, or dead, is closed at once: the next stream cannot use it.
        resetOnRefCountZero: () =>
          isOpen && joinable.get(socketKey) === socket$ ? timer(closeDelay) : of(true),
      }),
    );
    joinable.set(socketKey, socket$);
    return socket$;
  };

  const sharedSocket$ = defer(() => joinable.get('') ?? shareSocket('', undefined));

  const ownSocket = (channel: Channel): Observable<EvictableSocket> =>
    defer(() => {
      const socketKey = keyOf(channel.stream);
      return joinable.get(socketKey) ?? shareSocket(socketKey, channel);
    });

  const joinOwn: Join = (channel, joinConfig) =>
    ownSocket(channel).pipe(
      switchMap(({ socket, evict }) => socket.join(channel, joinConfig, evict)),
    );

  const joinOwnInstead: Join = (channel, joinConfig) =>
    joinOwn(channel, joinConfig).pipe(
      map((joined) =>
        isEverywhere(channel) || traits.confirmedByUrl.has(keyOf(channel.stream))
          ? joined
          : { ...joined, warnings: [...joined.warnings, unconfirmedWarning(channel)] },
      ),
    );

  const joinShared: Join = (channel, joinConfig) =>
    race(
      sharedSocket$.pipe(switchMap(({ socket, evict }) => socket.join(channel, joinConfig, evict))),
      // Subscribed to after it has joined.
      sharedSocket$.pipe(
        switchMap(({ socket }) => socket.unconfirmed(channel)),
        take(1),
        switchMap(() => joinOwnInstead(channel, joinConfig)),
        tap(() => (traits.respondsToFrames ??= false)),
      ),
    );

  return (channel, joinConfig) =>
    defer(() => {
      if (!multiplex) return joinOwn(channel, joinConfig);
      const join = traits.needsOwnSocket(keyOf(channel.stream)) ? joinOwnInstead : joinShared;
      return join(channel, joinConfig);
    });
}

interface EvictableSocket {
  readonly socket: SharedSocket;
  readonly evict: () => void;
}

/** Tells whether every server with the API has the stream, at least over a socket of its own. */
const isEverywhere = ({ stream: [name = ''] }: Channel): boolean =>
  /^(user(:notification)?|public(:local)?|list|direct)$/.test(name);

const unconfirmedWarning = ({ stream }: Channel): Opened['warnings'][number] => ({
  code: 'unconfirmed-stream',
  message:
    `The server does not confirm subscriptions, and no event of ${stream.join(' ')} has come yet: ` +
    'it may not have this stream',
});

interface SharedSocketConfig {
  /** True if all streams may join it; otherwise it has one stream, which its URL names. */
  readonly isShared: boolean;
  readonly warnings: Opened['warnings'];
  readonly traits: ServerTraits;
  readonly onDelete: (label: Label, id: string) => void;
}

/** Holds an open socket and the streams that share it, and observes its messages. */
class SharedSocket {
  readonly #warnings: Opened['warnings'];
  readonly #subscriptions: Subscriptions;
  readonly #send: (text: string) => void;
  #lastActivity = now();

  constructor({ opened, request }: Handshake, config: SharedSocketConfig) {
    const { isShared, warnings, traits, onDelete } = config;
    const errorOf = (refusal: ErrorMessage): MastodonApiError => {
      const words = redactAndTruncate(refusal.error, tokenOf(request));
      return errorFor(request, { status: statusOf(refusal), headers: {} }, words);
    };
    this.#warnings = warnings;
    this.#send = opened.send;
    this.#subscriptions = new Subscriptions({
      ...{ multiplex: isShared, send: opened.send },
      ...{ traits, errorOf, onDelete },
    });
  }

  next(message: string | undefined): void {
    this.#lastActivity = now();
    // Some servers send heartbeats as text: an empty message, or the words of a ping.
    if (message === undefined || message === '' || message === 'pong') return;
    if (message === 'ping') this.#send('pong');
    else this.#subscriptions.receive(message);
  }

  error(error: unknown): void {
    if (!(error instanceof SocketClosedError) || !REFUSALS.has(error.code)) return;
    const words = error.reason || `the server closed the WebSocket with code ${error.code}`;
    this.#subscriptions.receiveClose({ type: 'error', error: words, status: 401 });
  }

  receiveDelete(label: Label, id: string): void {
    this.#subscriptions.receiveDelete(label, id);
  }

  join(
    channel: Channel,
    { waitUntilActive, connectTimeout }: JoinConfig,
    evict: () => void,
  ): Observable<JoinedSocket> {
    // The remaining time is for a socket of its own.
    const fenceTimeout = Math.min(FENCE_TIMEOUT, connectTimeout / 2);
    return new Observable<Observable<SocketItem>>((opened) => {
      this.#subscriptions.join(channel, opened, { waitUntilActive, fenceTimeout });
    }).pipe(
      map((items) => {
        return { items, evict, warnings: this.#warnings, lastActivity: () => this.#lastActivity };
      }),
    );
  }

  unconfirmed(channel: Channel): Observable<void> {
    return this.#subscriptions.unconfirmed(channel);
  }

  close(): void {
    this.#subscriptions.close();
  }
}

/** The close codes that refuse a stream: invalid data (1007) and policy violation (1008). */
const REFUSALS: ReadonlySet<number> = new Set([1007, 1008]);

/**
 * Returns the status of a refusal. Mastodon up to 4.3 sends no status, and Pleroma never does, but their words are
 * known.
 */
function statusOf({ status, error }: ErrorMessage): number {
  if (status !== undefined) return status;
  if (/scope|authorized|access token/i.test(error)) return 401;
  return /unknown stream|no tag|missing|bad_topic/i.test(error) ? 400 : 500;
}
