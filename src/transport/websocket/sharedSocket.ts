/** The sockets of a client: opened by who comes first, shared, and closed a while after who leaves last. */
import {
  asyncScheduler,
  catchError,
  concat,
  defer,
  finalize,
  forkJoin,
  ignoreElements,
  map,
  mergeMap,
  Observable,
  of,
  ReplaySubject,
  share,
  switchMap,
  take,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { controlsNetwork } from '#platform';
import { openSocket } from '#websocket';
import { below } from '../../connect/serverUrl.ts';
import { apiErrorOf, errorFor, fitToShow } from '../../connect/responseError.ts';
import type { Channel } from '../../connect/channels.ts';
import type { TokenPlace } from '../../config/config.ts';
import { within } from '../../connect/connectTimeout.ts';
import {
  MastodonNetworkError,
  type MastodonApiError,
  type MastodonError,
} from '../../model/errors.ts';
import { warningsOf, type Client, type Opened } from '../../connect/openEventStream.ts';
import { untilLeft } from '../../platform/pageLifecycle.ts';
import { follow, followWith } from '../../connect/redirects.ts';
import type { Authorization } from '../../connect/accessToken.ts';
import type { ErrorMessage } from './parseMessage.ts';
import { tokenOf, type OpenedSocket, type SocketRequest } from './socket.ts';
import { keyOf, paramsOf } from './subscriptionKey.ts';
import { Subscriptions } from './subscriptions/subscriptions.ts';
import type { SocketItem } from './subscriptions/subscriptionTable.ts';

export interface SocketsConfig {
  readonly tokenIn: TokenPlace;
  /** Whether one socket carries all streams; if not, each stream has its own. */
  readonly multiplex: boolean;
  /** How long a socket stays open when nobody is left, in ms. */
  readonly grace: number;
}

/** A stream that the server was asked for, over a socket that is open. */
export interface JoinedSocket extends Pick<Opened, 'warnings'> {
  /** What the socket has for it, for one subscriber, who comes in the turn in which this is emitted. */
  readonly items: Observable<SocketItem>;
  /** When the last sign of life came over the socket, by the clock. */
  readonly heardAt: () => number;
  /** The socket is taken for dead: those who come from now on get a new one. */
  readonly abandon: () => void;
}

export interface JoinConfig {
  /** Whether to wait until the server is known to listen: what is published from then on is not missed. */
  readonly waitUntilActive: boolean;
}

type Join = (channel: Channel, config: JoinConfig) => Observable<JoinedSocket>;

/**
 * Returns a function that joins a channel to the socket of the client, which is opened where there is
 * none. It emits once, when the server was asked for the stream, errors when the socket is lost, and leaves
 * with its subscriber.
 */
export function socketsOf(client: Client, config: SocketsConfig): Join {
  const { multiplex, grace } = config;
  /** What can be joined: one socket, or one for each stream. */
  const sockets = new Map<string, Observable<Join>>();

  const shared = (place: string, channel: Channel): Observable<Join> => {
    let isOpen = false;
    const abandon = (): void => {
      if (sockets.get(place) === socket$) sockets.delete(place);
    };
    const socket$: Observable<Join> = openLive(client, config, channel).pipe(
      untilLeft(), // no grace for a page that is left
      // Before its subscribers hear of the error: they may come back in the same turn.
      tap({ next: () => (isOpen = true), error: abandon }),
      finalize(abandon),
      share({
        connector: () => new ReplaySubject(1),
        // A socket that is still connecting, or dead, is of no use to who comes next.
        resetOnRefCountZero: () =>
          isOpen && sockets.get(place) === socket$ ? timer(grace) : of(true),
      }),
      map(
        (live): Join =>
          (each, joinConfig) =>
            live.join(each, joinConfig, abandon),
      ),
    );
    sockets.set(place, socket$);
    return socket$;
  };

  return (channel, joinConfig) =>
    defer(() => {
      const place = multiplex ? '' : keyOf(channel.stream);
      return sockets.get(place) ?? shared(place, channel);
    }).pipe(switchMap((join) => join(channel, joinConfig)));
}

/** Opens a socket; emits once, and takes its messages to whom they are for until it is closed. */
function openLive(client: Client, config: SocketsConfig, channel: Channel): Observable<LiveSocket> {
  const { tokenIn, multiplex } = config;

  return forkJoin({ server: client.discovery.server$, authorization: client.authorization$ }).pipe(
    switchMap(({ server, authorization }) => {
      const url = below(server.url, '/api/v1/streaming');
      if (!multiplex) url.search = new URLSearchParams(paramsOf(channel)).toString();
      const { dispatcher } = client;
      const request = { url, headers: authorization, tokenIn, dispatcher };

      return followWith(openSocket, request, client).pipe(
        mergeMap((answer) =>
          'send' in answer
            ? of(answer)
            : apiErrorOf(request, answer).pipe(mergeMap((error) => throwError(() => error))),
        ),
        catchError((error: unknown) =>
          controlsNetwork || !(error instanceof MastodonNetworkError)
            ? throwError(() => error)
            : reasonOf(error, client, authorization),
        ),
        switchMap((opened) => {
          const warnings = warningsOf(server.refused, url, opened.url);
          const live = new LiveSocket(opened, request, multiplex, warnings);
          return concat(of(live), opened.messages.pipe(tap(live), ignoreElements())).pipe(
            finalize(() => {
              live.close();
            }),
          );
        }),
      );
    }),
  );
}

/** How long the REST API may take to say why, in ms. */
const REASON_PATIENCE = 10_000;

/**
 * A browser does not tell why a handshake failed. Where it is for the token, the REST API says so too.
 *
 * @see https://docs.joinmastodon.org/methods/accounts/#verify_credentials
 */
function reasonOf(
  failure: MastodonNetworkError,
  client: Client,
  authorization: Authorization,
): Observable<never> {
  if (!('authorization' in authorization)) return throwError(() => failure);
  const request = {
    url: below(client.baseUrl, '/api/v1/accounts/verify_credentials'),
    headers: { accept: 'application/json', ...authorization },
    dispatcher: client.dispatcher,
  };
  return follow(request, client).pipe(
    mergeMap((response): Observable<MastodonError> =>
      response.status === 401 ? apiErrorOf(request, response) : of(failure),
    ),
    take(1),
    within(REASON_PATIENCE, 'Nothing was found out'),
    catchError(() => of(failure)),
    mergeMap((error) => throwError(() => error)),
  );
}

/** An open socket with all who share it; it observes its messages. */
class LiveSocket {
  readonly #warnings: Opened['warnings'];
  readonly #subscriptions: Subscriptions;
  #heardAt = asyncScheduler.now();

  constructor(
    { send }: OpenedSocket,
    request: SocketRequest,
    multiplex: boolean,
    warnings: Opened['warnings'],
  ) {
    const errorOf = (refusal: ErrorMessage): MastodonApiError => {
      const words = fitToShow(refusal.error, tokenOf(request));
      return errorFor(request, { status: statusOf(refusal), headers: {} }, words);
    };
    this.#warnings = warnings;
    this.#subscriptions = new Subscriptions({ send, multiplex, errorOf });
  }

  next(message: string | undefined): void {
    this.#heardAt = asyncScheduler.now();
    if (message !== undefined) this.#subscriptions.receive(message);
  }

  join(channel: Channel, config: JoinConfig, abandon: () => void): Observable<JoinedSocket> {
    return new Observable<Observable<SocketItem>>((opened) => {
      this.#subscriptions.join(channel, opened, config);
    }).pipe(
      map((items) => {
        return { items, abandon, warnings: this.#warnings, heardAt: () => this.#heardAt };
      }),
    );
  }

  close(): void {
    this.#subscriptions.close();
  }
}

/** Mastodon up to 4.3 tells no status: its words are known, and others may be helped by a retry. */
function statusOf({ status, error }: ErrorMessage): number {
  if (status !== undefined) return status;
  if (/scope|authorized|access token/i.test(error)) return 401;
  return /unknown stream|no tag|missing/i.test(error) ? 400 : 500;
}
