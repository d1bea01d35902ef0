/** Opens each stream over a connection of its own, as server-sent events. */
import { map } from 'rxjs';
import type { Client } from '../../connect/client.ts';
import { connectTimeout as limitConnectTime } from '../../connect/connectTimeout.ts';
import { reportOutcomeTo } from '../../connect/discovery.ts';
import { openEventStream } from '../../connect/openEventStream.ts';
import type { Transport } from '../transport.ts';
import { warnIfBuffered, type FirstByte } from './bufferingWarning.ts';
import { monitorBytes } from './monitorBytes.ts';
import { sse } from './parseEventStream.ts';

/** Returns the SSE transport of a client. It opens nothing before it is subscribed to. */
export const overSse =
  (client: Client): Transport =>
  (channel, { connectTimeout, timeout, maxEventLength, onMalformed }) =>
    openEventStream(client, channel).pipe(
      limitConnectTime(connectTimeout, 'Opening the stream'),
      reportOutcomeTo(client.discovery),
      map(({ body, warnings }) => {
        const firstByte: FirstByte = { warning: undefined };
        return {
          warnings,
          items: body.pipe(
            monitorBytes(timeout, firstByte), // before parsing: heartbeats and half events count as life
            sse({ maxEventLength, onMalformed }),
            warnIfBuffered(channel.stream, firstByte),
          ),
        };
      }),
    );
