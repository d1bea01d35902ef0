/** Declares a WebSocket and its handshake as the fake sees them: messages, not frames. */
import type { FakeHeaders, Query, RequestHead } from './exchange.ts';
import type { Wire } from './wire.ts';

/** An open WebSocket, at the server's end. */
export interface ServerSocket {
  /** Sends a text message. */
  send(text: string): void;
  ping(): void;
  /** Starts the closing handshake; without a code, the close frame has none. */
  close(code?: number, reason?: string): void;
  /** Closes the connection without a close frame. */
  drop(): void;
  /** Resets the connection. */
  reset(): void;
  /** Ends a connection that is already closing. */
  destroy(): void;
}

/** Receives what an open WebSocket sends to the server. */
export interface SocketListener {
  receive(text: string): void;
  receiveBinary(): void;
  pong(): void;
  /** Called when the socket is closed, by either side. */
  leave(): void;
}

/** The handshake of a WebSocket. */
export interface Handshake {
  readonly request: RequestHead;
  readonly query: Query;
  /** The wire that all bytes to the client pass. */
  readonly wire: Wire;
  /** True if the connection is closed. */
  readonly isClosed: boolean;
  /** Sends a response that refuses the handshake, and closes the connection. */
  refuse(status: number, headers: FakeHeaders, body?: string): void;
  /** Refuses with JSON, compressed if the client accepts that. */
  refuseInJson(status: number, body: string): void;
  /** Sends these bytes instead of a response; if `end` is true, closes the connection after them. */
  sendRaw(bytes: string | Uint8Array, end: boolean): void;
  /** Accepts it, and calls `open` with the socket once it is open at the server's end. */
  accept(open: (socket: ServerSocket) => SocketListener): void;
  /** Calls `listener` once, when the connection is closed. */
  onClose(listener: () => void): void;
}
