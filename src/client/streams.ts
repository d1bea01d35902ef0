/** Composes a stream from its parts: connect, transport, decode, policies. */
import {
  catchError,
  defer,
  EMPTY,
  identity,
  type MonoTypeOperatorFunction,
  type Observable,
  of,
  share,
  switchMap,
} from 'rxjs';
import { diagnose } from '#diagnostics';
import { controlsNetwork } from '#platform';
import { STREAM_DEFAULTS } from '../config/defaults.ts';
import type { ResolvedStreamConfig, TimelinesConfig } from '../config/options.ts';
import { userChannel, type Channel } from '../connect/channels.ts';
import type { Client } from '../connect/client.ts';
import { decodeEvents } from '../decode/decodeEvents.ts';
import { mergeBriefly } from '../internal/mergeBriefly.ts';
import { prependValues, switchMapOnce } from '../internal/switchMapOnce.ts';
import type { TimelinePage } from '../model/timelineStream.ts';
import type { BaseEvent, Cursor, EventCodecs, EventOf, StreamEvent } from '../model/events.ts';
import { failWhenOfflineOrHidden } from '../platform/pageLifecycle.ts';
import { reconnect } from '../policies/reconnect.ts';
import { warnIfNoResponse } from '../transport/sse/bufferingWarning.ts';
import { preferSse, sseOnly, type TransportName } from '../transport/preferSse.ts';
import { overSse } from '../transport/sse/transport.ts';
import type { Transport } from '../transport/transport.ts';
import type { SocketOptions } from '../transport/websocket/sharedSocket.ts';
import type { Network } from './network.ts';

/** The streams of a client. They are cold: nothing is opened before a subscription. */
export interface Streams<E extends EventCodecs> {
  /** Returns the events of a channel; if there is a `cursor`, those after it. */
  stream(
    channel: Channel,
    config: ResolvedStreamConfig,
    cursor: Cursor | undefined,
  ): Observable<StreamEvent<E>>;
  /** Requests a page of a channel's REST timeline. */
  older(
    channel: Channel,
    kind: keyof Cursor,
    beforeId: string | undefined,
    limit: number,
  ): Observable<TimelinePage<unknown>>;
  /** Emits whether the streaming server is healthy; errors if it cannot be reached. */
  readonly health$: Observable<boolean>;
  /**
   * Emits whether the streaming server is healthy; on a server without the endpoint, whether the instance responds.
   * Never errors.
   */
  readonly healthy$: Observable<boolean>;
}

/** Returns the streams of a client whose config was checked. */
export function createStreams<E extends EventCodecs>(
  client: Client & Network,
  config: TimelinesConfig<E>,
): Streams<E> {
  const { connectTimeout = STREAM_DEFAULTS.connectTimeout, events } = config;
  const [sse, webSocket] = [overSse(client), overWebSocket(client, config)];
  const { overRest$ } = client;
  const hasSse$ = overRest$.pipe(
    switchMap(({ hasHealthEndpoint }) => hasHealthEndpoint(client, connectTimeout)),
  );
  const auto = preferSse({ sse, webSocket, hasSse$ });
  const transports = { auto: auto.transport, sse: sseOnly(sse), websocket: webSocket };

  const active$ = overRest$.pipe(
    switchMap(({ keepActive }) => keepActive(client)),
    share(),
  );
  const isKept = ({ stream: [name] }: Channel): boolean =>
    (config.keepActive ?? controlsNetwork) && (name === 'user' || name === 'list');

  /**
   * The functions that name the transport of the next connection. All streams share them, since there may be
   * thousands.
   */
  const names: Record<ResolvedStreamConfig['transport'], () => TransportName> = {
    auto: auto.current,
    sse: () => 'sse',
    websocket: () => 'websocket',
  };

  return {
    stream: (channel, streamConfig, cursor) => {
      const { stream } = channel;
      const transport = transports[streamConfig.transport];
      const transportName = names[streamConfig.transport];
      const isAlone = streamConfig.reconnect === false;
      const withReconnect = isAlone
        ? identity
        : reconnect<StreamEvent<E>>(streamConfig.reconnect || true, stream, client.random);

      return defer(() => {
        const diagnosis = diagnose(stream, transportName);
        let attempt = 0;
        const connection$ = defer(() => {
          diagnosis.connecting(attempt);
          const isSse = transportName() === 'sse';
          return connect(client, transport, channel, streamConfig, attempt++, events, isSse);
        }).pipe(isAlone ? identity : failWhenOfflineOrHidden());
        return connection$.pipe(
          withReconnect,
          isKept(channel) ? mergeBriefly<StreamEvent<E>>(active$) : identity,
          withCatchUp(client, channel, streamConfig, cursor, transportName),
          diagnosis.observe(),
        );
      });
    },
    older: (...args) => overRest$.pipe(switchMap(({ olderPage }) => olderPage(client, ...args))),
    health$: overRest$.pipe(switchMap(({ checkHealth }) => checkHealth(client, connectTimeout))),
    healthy$: overRest$.pipe(
      switchMap(({ checkHealthOrInstance }) => checkHealthOrInstance(client, connectTimeout)),
      catchError(() => of(false)), // also if it could not be loaded
    ),
  };
}

/** Emits warnings about a stream that has opened. A failure to find them never ends the stream. */
function openingWarnings(
  client: Client & Network,
  channel: Channel,
  timeout: number,
): Observable<EventOf<'warning'>> {
  return client.overRest$.pipe(
    switchMap(({ probeNotificationScope, warnIfFeedIsDisabled }) =>
      channel === userChannel
        ? probeNotificationScope(client, channel.stream, timeout)
        : warnIfFeedIsDisabled(client, channel),
    ),
    catchError(() => EMPTY),
  );
}

/** Tells whether a channel may have a warning about the token's scope or about a disabled feed. */
const isWatched = ({ stream: [name = ''] }: Channel): boolean => /^(user$|pub|hash)/.test(name);

/** Recovers over REST what a stream's connections miss, and what it starts with. */
const withCatchUp =
  <T extends BaseEvent<string, unknown>>(
    client: Client & Network,
    channel: Channel,
    config: ResolvedStreamConfig,
    resumeFrom: Cursor | undefined,
    transportName: () => TransportName,
  ): MonoTypeOperatorFunction<T> =>
  (source) =>
    config.catchUp === false && config.backfill === 0 && resumeFrom === undefined
      ? source
      : client.overRest$.pipe(
          switchMapOnce(({ catchUp, policyOf }) =>
            source.pipe(
              catchUp(client, channel, policyOf(channel, config, resumeFrom, transportName)),
            ),
          ),
        );

/** Opens one connection, and emits its events until it ends with an error. */
function connect<E extends EventCodecs>(
  client: Client & Network,
  transport: Transport,
  channel: Channel,
  config: ResolvedStreamConfig,
  attempt: number,
  events: E | undefined,
  isSse: boolean,
): Observable<StreamEvent<E>> {
  const { stream } = channel;
  const { connectTimeout, onMalformed } = config;

  return transport(channel, config).pipe(
    switchMapOnce(
      ({ items, warnings }) => {
        const events$ = items.pipe(decodeEvents<E>({ stream, events, onMalformed }));
        return events$.pipe(
          attempt === 0 && isWatched(channel)
            ? mergeBriefly<StreamEvent<E>>(openingWarnings(client, channel, connectTimeout))
            : identity,
          prependValues<StreamEvent<E>, StreamEvent<E>>([
            { type: 'connected', payload: { attempt }, stream },
            ...warnings.map((payload) => ({ type: 'warning', payload, stream }) as const),
          ]),
        );
      },
      isSse ? warnIfNoResponse(stream) : undefined,
    ),
  );
}

/** The WebSocket transport, which is loaded by the first stream that uses it. */
function overWebSocket(client: Client & Network, config: SocketOptions): Transport {
  let transport: Transport | undefined;
  return (channel, streamConfig) =>
    client.webSocket$.pipe(
      switchMap((loaded) =>
        (transport ??= loaded.overWebSocket(client, config))(channel, streamConfig),
      ),
    );
}
