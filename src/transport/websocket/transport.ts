/** Opens streams over the WebSockets of the platform. */
import { openSocket } from '#websocket';
import type { Client } from '../../connect/client.ts';
import type { Transport } from '../transport.ts';
import { createTransport } from './createTransport.ts';
import type { SocketOptions } from './sharedSocket.ts';

/** Returns the transport of a client, which opens nothing before it is subscribed to. */
export const overWebSocket = (client: Client, options: SocketOptions): Transport =>
  createTransport(client, { ...options, openSocket });
