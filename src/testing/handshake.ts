/** Declares a WebSocket and its handshake as the fake sees them: messages, not frames. */
import type { FakeHeaders, Query, RequestHead } from './exchange.ts';
import type { Wire } from './wire.ts';

/** An open WebSocket, at the server's end. */
export interface ServerSocket {
  /** Sends a text message. */
  send(text: string): void;
  ping(): void;
  /** Starts the closing handshake; without a code, the close frame bears none. */
  close(code?: number, reason?: string): void;
  /** Ends the connection without a close frame. */
  drop(): void;
  /** Resets the connection. */
  reset(): void;
  /** Ends a connection that is closing already. */
  destroy(): void;
}

/** Receives what an open WebSocket sends to the server. */
export interface SocketListener {
  receive(text: string): void;
  receiveBinary(): void;
  pong(): void;
  /** It is closed, by whichever side. */
  leave(): void;
}

/** A request to become a WebSocket. */
export interface Handshake {
  readonly request: RequestHead;
  readonly query: Query;
  /** The way of all bytes to the client. */
  readonly wire: Wire;
  /** True if the connection is gone. */
  readonly isClosed: boolean;
  /** Sends a response that refuses the handshake, and ends the connection. */
  refuse(status: number, headers: FakeHeaders, body?: string): void;
  /** Refuses in JSON, compressed if the client can read that. */
  refuseInJson(status: number, body: string): void;
  /** Sends these bytes in place of a response; ends the connection after them if `end` says so. */
  sendRaw(bytes: string | Uint8Array, end: boolean): void;
  /** Accepts it: calls `open` with the socket, once it is open at the server's end. */
  accept(open: (socket: ServerSocket) => SocketListener): void;
  /** Calls `listener` once, when the connection is gone. */
  onClose(listener: () => void): void;
}
