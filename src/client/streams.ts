/** From a channel to its events: the way of a byte, on one screen. */
import { defer, identity, map, merge, switchMap, type Observable } from 'rxjs';
import { diagnose } from '#diagnostics';
import { catchUp } from '../policies/catchUp/catchUp.ts';
import { userChannel, type Channel } from '../connect/channels.ts';
import {
  MAX_WAIT,
  STREAM_DEFAULTS,
  type ResolvedStreamConfig,
  type TimelinesConfig,
} from '../config/config.ts';
import type { Cursor } from '../model/cursorOf.ts';
import { within } from '../connect/connectTimeout.ts';
import { decodeEvents } from '../decode/decodeEvents.ts';
import { discover, known, toldTo } from '../connect/discovery.ts';
import { endless } from '../transport/sse/monitorBytes.ts';
import type { EventCodecs, StreamEvent } from '../model/events.ts';
import { beginWith, goOver } from '../internal/switchMapOnce.ts';
import { checkHealth } from '../connect/health.ts';
import { loaded } from '../platform/lazyImport.ts';
import { metered, type Meter } from '../transport/meter.ts';
import { probeNotificationScope } from '../policies/notificationScope.ts';
import { open, type Client } from '../connect/openEventStream.ts';
import { untilAway } from '../platform/pageLifecycle.ts';
import { expectPreamble, noAnswer } from '../transport/sse/bufferingWarning.ts';
import { reconnect } from '../policies/reconnect.ts';
import { sse } from '../transport/sse/parseEventStream.ts';
import { authorizationOf } from '../connect/accessToken.ts';
import type { Transport } from '../transport/transport.ts';

/** Where a client's server is, checked. */
export interface Addresses {
  readonly baseUrl: URL;
  /** Undefined: it is looked for. */
  readonly streamingUrl: URL | undefined;
}

/** What a client asks its server for. Cold: nothing is opened before a subscription. */
export interface Streams<E extends EventCodecs> {
  /** The events of a channel, after `cursor` where there is one. */
  stream(
    channel: Channel,
    config: ResolvedStreamConfig,
    cursor: Cursor | undefined,
  ): Observable<StreamEvent<E>>;
  /** Whether the streaming server is well; errors where it cannot be asked. */
  readonly health$: Observable<boolean>;
}

/** Returns the streams of a client whose config was checked. */
export function streamsOf<E extends EventCodecs>(
  config: TimelinesConfig<E>,
  addresses: Addresses,
): Streams<E> {
  const { connectTimeout = STREAM_DEFAULTS.connectTimeout, events } = config;
  const client = clientOf(config, addresses, connectTimeout);
  const transports = { sse: overSse(client), websocket: overWebSocket(client, config) };

  return {
    stream: (channel, streamConfig, cursor) => {
      const transport = transports[streamConfig.transport];
      return defer(() => {
        let attempt = 0;
        const connection$ = defer(() => {
          const connection = { stream: channel.stream, transport: streamConfig.transport, attempt };
          return connect(client, transport, channel, streamConfig, attempt++, events).pipe(
            diagnose(connection),
          );
        }).pipe(streamConfig.reconnect === false ? identity : untilAway());
        const again = (lost$: Observable<StreamEvent<E>>): Observable<StreamEvent<E>> =>
          streamConfig.reconnect === false
            ? lost$
            : lost$.pipe(reconnect<StreamEvent<E>>(streamConfig.reconnect, channel.stream));
        return streamConfig.catchUp === false
          ? connection$.pipe(again)
          : connection$.pipe(catchUp(client, channel, streamConfig.catchUp, cursor, again));
      });
    },
    health$: checkHealth(client, connectTimeout),
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
  const transport$ = loaded(async () => {
    const { overWebSocket: overSockets } = await import('../transport/websocket/transport.ts');
    return overSockets(client, config);
  });
  return (channel, streamConfig) =>
    transport$.pipe(switchMap((transport) => transport(channel, streamConfig)));
}

function clientOf(
  { accessToken, allowInsecure = false, dispatcher }: TimelinesConfig<EventCodecs>,
  { baseUrl, streamingUrl }: Addresses,
  connectTimeout: number,
): Client {
  const rules = { baseUrl, allowInsecure, dispatcher };
  return {
    ...rules,
    authorization$: authorizationOf(accessToken),
    discovery:
      streamingUrl === undefined
        ? // Half of what a stream may take to open: a silent instance must not use it all up.
          discover({ ...rules, patience: Math.min(connectTimeout / 2, MAX_WAIT) })
        : known(streamingUrl),
  };
}
