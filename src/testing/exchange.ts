/**
 * Declares a request and its response as the fake sees them: over a socket on loopback, or by a call in memory.
 */

/** The headers of a response; undefined ones are left out. */
export type FakeHeaders = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** The headers of a request, with lower-case names. */
export interface FakeRequestHeaders {
  readonly [name: string]: string | string[] | undefined;
  readonly accept?: string | undefined;
  readonly authorization?: string | undefined;
  readonly 'accept-encoding'?: string | string[] | undefined;
  readonly 'access-control-request-headers'?: string | undefined;
  readonly 'content-type'?: string | undefined;
  readonly origin?: string | undefined;
  readonly 'sec-websocket-protocol'?: string | undefined;
  readonly upgrade?: string | undefined;
  readonly 'user-agent'?: string | undefined;
}

/** The parameters of a query; a repeated one has all its values. */
export type Query = Readonly<Record<string, string | string[] | undefined>>;

/** The head of a request. */
export interface RequestHead {
  readonly method: string;
  /** The path with the query, as it was sent. */
  readonly url: string;
  readonly headers: FakeRequestHeaders;
}

export interface ServerRequest extends RequestHead {
  /** Calls `done` with the body's text when it is complete. */
  readBody(done: (text: string) => void): void;
}

/** Receives the bytes of a stream. */
export interface Sink {
  write(bytes: Uint8Array): void;
}

export interface ServerResponse {
  /** The response's `X-Request-Id`. */
  readonly requestId: string;
  /** True if the client has disconnected. */
  readonly isClosed: boolean;
  setHeader(name: string, value: string | number | readonly string[]): void;
  /** Sends the response as a whole. */
  send(status: number, headers: FakeHeaders, body?: string | Uint8Array): void;
  /** Sends these bytes instead of a response; if `end` is true, closes the connection after them. */
  sendRaw(bytes: string | Uint8Array, end: boolean): void;
  /** Sends the head of a response with an endless body. */
  begin(status: number, headers: FakeHeaders): void;
  /** Receives the pieces of that body. */
  readonly sink: Sink;
  /** Returns a piece of that body, framed for the sink. */
  pieceOf(data: string | Uint8Array): Uint8Array;
  /** Ends that body cleanly; the connection stays open. */
  end(): void;
  /** Closes the connection in the middle of the body. */
  drop(): void;
  /** Resets the connection. */
  reset(): void;
  /** Calls `listener` once, when the response is complete or the connection is closed. */
  onClose(listener: () => void): void;
}

/** A request and its response. */
export interface Exchange {
  readonly request: ServerRequest;
  readonly response: ServerResponse;
  /** The path without the query, as it was sent. */
  readonly path: string;
  readonly query: Query;
}

/** Splits a URL at its `?`; without one, the query is empty. */
export function splitUrl(url: string): { readonly path: string; readonly search: string } {
  const mark = url.indexOf('?');
  return mark < 0
    ? { path: url, search: '' }
    : { path: url.slice(0, mark), search: url.slice(mark + 1) };
}
