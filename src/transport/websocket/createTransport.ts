/** Makes the transport over sockets that the streams of a client share. */
import { map, tap } from 'rxjs';
import { connectTimeout as limitConnectTime } from '../../connect/connectTimeout.ts';
import { reportOutcomeTo } from '../../connect/discovery.ts';
import { MastodonReadTimeoutError } from '../../model/errors.ts';
import type { Client } from '../../connect/client.ts';
import { silence } from '../readTimeout.ts';
import type { Transport } from '../transport.ts';
import { frames } from './toStreamItems.ts';
import { createSockets, type SocketsConfig } from './sharedSocket.ts';

/** Returns the transport of a client, which opens nothing before it is subscribed to. */
export function createTransport(client: Client, config: SocketsConfig): Transport {
  const join = createSockets(client, config);

  return (channel, { catchUp, connectTimeout, timeout, maxEventLength, onMalformed }) =>
    join(channel, { waitUntilActive: catchUp !== false, connectTimeout }).pipe(
      limitConnectTime(connectTimeout, 'Opening the WebSocket'),
      reportOutcomeTo(client.discovery),
      map(({ items, warnings, lastActivity, evict }) => ({
        warnings,
        items: items.pipe(
          silence(timeout, lastActivity), // anything that came over the socket counts
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
