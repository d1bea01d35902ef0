/** Declares a client's access to the network, and the parts that are loaded when a stream needs them. */
import type { Observable } from 'rxjs';
import type { Http } from '../http/http.ts';
import type { Client } from '../connect/client.ts';
import type { Transport } from '../transport/transport.ts';
import type { SocketOptions } from '../transport/websocket/sharedSocket.ts';
import type * as overRest from './overRest.ts';

/** The ways in which a client reaches its server. */
export interface Network {
  /** Sends a request. */
  readonly http: Http;
  /** Emits the functions that use the REST API; synchronously if they are loaded. */
  readonly overRest$: Observable<OverRest>;
  /** Emits the WebSocket transport; synchronously if it is loaded. */
  readonly webSocket$: Observable<OverWebSocket>;
  /**
   * Returns a number from 0 to 1, from which the jitter of `reconnect` is drawn.
   * @defaultValue `Math.random`
   */
  readonly random?: (() => number) | undefined;
}

/** The parts of the library that use the REST API. */
export type OverRest = typeof overRest;

/** The module of the WebSocket transport. */
export interface OverWebSocket {
  /** Returns the WebSocket transport of a client. It opens nothing before it is subscribed to. */
  readonly overWebSocket: (client: Client, options: SocketOptions) => Transport;
}
