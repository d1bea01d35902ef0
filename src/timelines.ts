/** Every timeline as a cold Observable: the way of a byte, on one screen. */
import {
  catchError,
  defer,
  exhaustMap,
  firstValueFrom,
  identity,
  map,
  merge,
  of,
  ReplaySubject,
  share,
  shareReplay,
  switchMap,
  timer,
  type Observable,
} from 'rxjs';
import { diagnose } from '#diagnostics';
import { addressOf } from './address.ts';
import { catchUp } from './catchUp.ts';
import {
  directChannel,
  forkChannel,
  hashtagChannel,
  listChannel,
  publicChannel,
  userChannel,
  userNotificationChannel,
  type Channel,
  type ChannelConfig,
  type HashtagConfig,
  type PublicConfig,
} from './channels.ts';
import {
  checkTimelinesConfig,
  HEALTH_INTERVAL,
  MAX_WAIT,
  pickStreamConfig,
  resolveResumeFrom,
  resolveStreamConfig,
  STREAM_DEFAULTS,
  type ResolvedStreamConfig,
  type StreamConfig,
  type TimelinesConfig,
} from './config.ts';
import { within } from './deadline.ts';
import { decodeEvents } from './decode.ts';
import { discover, known, toldTo } from './discovery.ts';
import { endless } from './endless.ts';
import type { EventCodecs, NoEvents, StreamEvent } from './events.ts';
import { beginWith, goOver } from './goOver.ts';
import { checkHealth } from './health.ts';
import { metered, type Meter } from './meter.ts';
import { loaded } from './loaded.ts';
import { probeNotificationScope } from './notificationScope.ts';
import { open, type Client } from './open.ts';
import { untilAway } from './page.ts';
import { expectPreamble, noAnswer } from './preamble.ts';
import { reconnect } from './reconnect.ts';
import { sse } from './sse.ts';
import { authorizationOf } from './token.ts';
import type { Transport } from './transport.ts';

/**
 * The timelines of one server, as one user.
 *
 * Each method returns a cold Observable: it does nothing until subscribed to, opens one connection per
 * subscription, and closes it at once on unsubscription. What the methods take overrides what the client
 * was given. Wrong arguments throw `MastodonIllegalArgumentError` at the call; what goes wrong later
 * comes through `error`, as a `MastodonError`.
 *
 * @see https://docs.joinmastodon.org/methods/streaming/
 */
export interface Timelines<E = NoEvents> {
  /** Home posts and notifications of the token's account (scope `read`, or `read:statuses` and `read:notifications`). */
  user(config?: StreamConfig): Observable<StreamEvent<E>>;
  /** Notifications of the token's account (scope `read` or `read:notifications`). */
  userNotification(config?: StreamConfig): Observable<StreamEvent<E>>;
  /** All public posts that the server knows; `local`, `remote` and `onlyMedia` narrow them (scope `read:statuses`). */
  public(config?: PublicConfig & StreamConfig): Observable<StreamEvent<E>>;
  /** @deprecated Use `public({ local: true })`. */
  local(config?: Omit<PublicConfig, 'local' | 'remote'> & StreamConfig): Observable<StreamEvent<E>>;
  /** Public posts with a tag, which is given without the `#` (scope `read:statuses`). */
  hashtag(tag: string, config?: HashtagConfig & StreamConfig): Observable<StreamEvent<E>>;
  /** Posts of the accounts of a list of one's own (scope `read:lists` or `read`). */
  list(list: string | { readonly id: string }, config?: StreamConfig): Observable<StreamEvent<E>>;
  /** Direct conversations of the token's account (scope `read:statuses`). */
  direct(config?: StreamConfig): Observable<StreamEvent<E>>;
  /** An endpoint that a fork adds, e.g. `{ name: 'public:bubble', path: 'public/bubble' }`. */
  channel(config: ChannelConfig & StreamConfig): Observable<StreamEvent<E>>;
  /**
   * Whether the streaming server is well, asked at once and then every `healthInterval` ms while there
   * are subscribers, who share the answers. False on any failure; never errors, never completes.
   */
  readonly healthy$: Observable<boolean>;
  /**
   * Whether the streaming server is well, asked once (`/api/v1/streaming/health`; no token is sent).
   * Rejects with a `MastodonNetworkError` where it cannot be reached.
   */
  isHealthy(): Promise<boolean>;
}

/**
 * Returns the timelines of the server at `baseUrl`. Opens nothing yet.
 *
 * ```ts
 * const timelines = createTimelines({ baseUrl: 'https://mastodon.social', accessToken: token });
 * timelines.user({ reconnect: true }).pipe(ofType('update')).subscribe(({ payload }) => …);
 * ```
 *
 * @throws `MastodonIllegalArgumentError` where the config is wrong; its message says what to do.
 */
export function createTimelines<E extends EventCodecs = NoEvents>(
  config: TimelinesConfig<E>,
): Timelines<E> {
  const client = clientOf(config);
  const defaults = resolveStreamConfig(pickStreamConfig(config));
  const { events, healthInterval = HEALTH_INTERVAL } = config;
  const transports = { sse: overSse(client), websocket: overWebSocket(client, config) };

  const stream = (channel: Channel, streamConfig: StreamConfig): Observable<StreamEvent<E>> => {
    const { resumeFrom, ...own } = streamConfig;
    const cursor = resolveResumeFrom(resumeFrom, Object.keys(channel.rest));
    const given = resolveStreamConfig(own, defaults);
    const resolved = { ...given, catchUp: given.catchUp || cursor !== undefined };
    const transport = transports[resolved.transport];
    return defer(() => {
      let attempt = 0;
      const connection$ = defer(() => {
        const connection = { stream: channel.stream, transport: resolved.transport, attempt };
        return connect(client, transport, channel, resolved, attempt++, events).pipe(
          diagnose(connection),
        );
      }).pipe(resolved.reconnect === false ? identity : untilAway());
      const again = (lost$: Observable<StreamEvent<E>>): Observable<StreamEvent<E>> =>
        resolved.reconnect === false
          ? lost$
          : lost$.pipe(reconnect<StreamEvent<E>>(resolved.reconnect, channel.stream));
      return resolved.catchUp === false
        ? connection$.pipe(again)
        : connection$.pipe(catchUp(client, channel, resolved.catchUp, cursor, again));
    });
  };
  const health$ = checkHealth(client, defaults.connectTimeout);

  return {
    user: (streamConfig = {}) => stream(userChannel, streamConfig),
    userNotification: (streamConfig = {}) => stream(userNotificationChannel, streamConfig),
    public: ({ local, remote, onlyMedia, ...streamConfig } = {}) =>
      stream(publicChannel({ local, remote, onlyMedia }), streamConfig),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- here it is made
    local: ({ onlyMedia, ...streamConfig } = {}) =>
      stream(publicChannel({ local: true, onlyMedia }), streamConfig),
    hashtag: (tag, { local, ...streamConfig } = {}) =>
      stream(hashtagChannel(tag, { local }), streamConfig),
    list: (list, streamConfig = {}) => stream(listChannel(list), streamConfig),
    direct: (streamConfig = {}) => stream(directChannel, streamConfig),
    channel: ({ name, path, params, ...streamConfig }) =>
      stream(forkChannel({ name, path, params }), streamConfig),
    healthy$: timer(0, healthInterval).pipe(
      exhaustMap(() => health$.pipe(catchError(() => of(false)))),
      share({ connector: () => new ReplaySubject(1) }),
    ),
    isHealthy: () => firstValueFrom(health$),
  };
}

/** One connection, from the request to the error that it ends with. */
function connect<E extends EventCodecs>(
  client: Client,
  transport: Transport,
  channel: Channel,
  config: ResolvedStreamConfig,
  attempt: number,
  events: E | undefined,
): Observable<StreamEvent<E>> {
  const { stream } = channel;
  const { connectTimeout, onMalformed } = config;

  return transport(channel, config).pipe(
    goOver(
      ({ items, warnings, meter }) => {
        const events$ = items.pipe(decodeEvents<E>({ stream, events, onMalformed }));
        return (
          channel === userChannel && attempt === 0
            ? merge(events$, probeNotificationScope(client, stream, connectTimeout))
            : events$
        ).pipe(
          beginWith<StreamEvent<E>, StreamEvent<E>>([
            { type: 'connected', payload: metered({ attempt }, meter), stream },
            ...warnings.map((payload) => ({ type: 'warning', payload, stream }) as const),
          ]),
        );
      },
      config.transport === 'sse' ? noAnswer(stream) : undefined,
    ),
  );
}

const overSse =
  (client: Client): Transport =>
  (channel, { connectTimeout, timeout, maxEventLength, onMalformed }) =>
    open(client, channel).pipe(
      within(connectTimeout, 'The server did not open the stream'),
      toldTo(client.discovery),
      map(({ body, warnings }) => {
        const meter: Meter = { bytes: 0, patience: undefined };
        return {
          ...{ warnings, meter },
          items: body.pipe(
            endless(timeout, meter), // before sse(): heartbeats and half events count as life
            sse({ maxEventLength, onMalformed }),
            expectPreamble(channel.stream, meter),
          ),
        };
      }),
    );

/** Loaded by the first stream that comes so. */
function overWebSocket(client: Client, config: TimelinesConfig<EventCodecs>): Transport {
  const transport$ = loaded(() => import('./websocket/transport.ts')).pipe(
    map(({ overWebSocket: overSockets }) => overSockets(client, config)),
    shareReplay({ bufferSize: 1, refCount: false }),
  );
  return (channel, streamConfig) =>
    transport$.pipe(switchMap((transport) => transport(channel, streamConfig)));
}

function clientOf(config: TimelinesConfig<EventCodecs>): Client {
  checkTimelinesConfig(config);
  const { accessToken, streamingUrl, allowInsecure = false, dispatcher } = config;
  const { connectTimeout = STREAM_DEFAULTS.connectTimeout } = config;
  const baseUrl = addressOf('baseUrl', config.baseUrl, allowInsecure);
  const rules = { baseUrl, allowInsecure, dispatcher };

  return {
    ...rules,
    authorization$: authorizationOf(accessToken),
    discovery:
      streamingUrl === undefined
        ? // Half of what a stream may take to open: a silent instance must not use it all up.
          discover({ ...rules, patience: Math.min(connectTimeout / 2, MAX_WAIT) })
        : known(addressOf('streamingUrl', streamingUrl, allowInsecure)),
  };
}
