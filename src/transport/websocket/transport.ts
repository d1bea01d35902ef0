/** The way to a stream over a socket that all streams of a client share. */
import { map, tap } from 'rxjs';
import { SOCKET_DEFAULTS, type TimelinesConfig } from '../../config/config.ts';
import { within } from '../../connect/connectTimeout.ts';
import { toldTo } from '../../connect/discovery.ts';
import { MastodonReadTimeoutError } from '../../model/errors.ts';
import type { EventCodecs } from '../../model/events.ts';
import type { Client } from '../../connect/openEventStream.ts';
import { silence } from '../readTimeout.ts';
import type { Transport } from '../transport.ts';
import { frames } from './toStreamItems.ts';
import { createSockets } from './sharedSocket.ts';

/** Returns the transport of a client, which opens nothing before it is subscribed to. */
export function overWebSocket(client: Client, config: TimelinesConfig<EventCodecs>): Transport {
  const { multiplex, grace } = SOCKET_DEFAULTS;
  const join = createSockets(client, {
    multiplex: config.multiplex ?? multiplex,
    tokenIn: config.tokenIn,
    grace: config.grace ?? grace,
  });

  return (channel, { catchUp, connectTimeout, timeout, maxEventLength, onMalformed }) =>
    join(channel, { waitUntilActive: catchUp !== false, connectTimeout }).pipe(
      within(connectTimeout, 'The server did not open the WebSocket'),
      toldTo(client.discovery),
      map(({ items, warnings, lastActivity, evict }) => ({
        warnings,
        items: items.pipe(
          silence(timeout, lastActivity), // whatever came over the socket counts as life
          tap({
            error: (error: unknown) => {
              if (error instanceof MastodonReadTimeoutError) evict();
            },
          }),
          frames({ maxEventLength, onMalformed }),
        ),
      })),
    );
}
