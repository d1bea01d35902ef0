/** Declares the interface that undici's WebSocket (in Node) and the browser's own are used through. */
import type { Observable } from 'rxjs';
import {
  MastodonIllegalArgumentError,
  MastodonNetworkError,
  MastodonStreamEndedError,
  type MastodonError,
} from '../../model/errors.ts';
import type { HttpRequest, HttpResponse } from '../../http/http.ts';
import type { TokenPlace } from '../../config/options.ts';
import { tokenOf } from '../../connect/accessToken.ts';

export { tokenOf };

/** A handshake. The token is in `headers.authorization` here; it is moved to its place when the handshake is sent. */
export interface SocketRequest extends HttpRequest {
  readonly tokenIn: TokenPlace;
}

/** A handshake that succeeded. */
export interface OpenedSocket {
  readonly status: 101;
  readonly headers: HttpResponse['headers'];
  /** The URL that responded. */
  readonly url: URL;
  /** Sends a text message; does nothing once the socket is closed. */
  readonly send: (text: string) => void;
  /**
   * Emits each text message, synchronously when it arrives; `undefined` for other signs of life: a ping, half a
   * frame (Node), a binary message. Errors when the socket is closed, by either side. For one subscriber, which
   * must subscribe synchronously when this is emitted.
   */
  readonly messages: Observable<string | undefined>;
}

/**
 * Opens a socket on subscription, and emits once: the opened socket, or the HTTP response that refused the
 * handshake, if that can be seen. Does not complete. Unsubscribing closes the socket at once, also while
 * connecting. Network failures are errors of class {@link MastodonNetworkError}; any status is a response.
 */
export type OpenSocket = (request: SocketRequest) => Observable<OpenedSocket | HttpResponse>;

/**
 * The longest message that is accepted, in bytes; a longer one closes the socket (1009). Real ones have some
 * thousands.
 */
export const MAX_MESSAGE = 16_777_216;

/** Returns the request's URL, with the token if `tokenIn` is `'query'`. */
export function urlOf(request: SocketRequest): URL {
  const url = new URL(request.url);
  const token = tokenOf(request);
  if (request.tokenIn === 'query' && token !== undefined) {
    url.searchParams.set('access_token', token);
  }
  return url;
}

/** Returns the token as the only subprotocol if `tokenIn` is `'subprotocol'`. */
export function protocolsOf(request: SocketRequest): string[] {
  const token = tokenOf(request);
  if (request.tokenIn !== 'subprotocol' || token === undefined) return [];
  // RFC 6455, 4.1: a subprotocol is a token of HTTP; the WebSocket's own error would quote it.
  if (!/^[!#$%&'*+.^`|~\w-]+$/.test(token)) {
    throw new MastodonIllegalArgumentError(
      "this access token has characters that a WebSocket cannot carry as its subprotocol: tokenIn: 'query' can",
    );
  }
  return [token];
}

/**
 * Returns the error for a socket that was closed. No code (the token was revoked), 1000, 1001 and 1012 mean that
 * the server ended the stream cleanly.
 *
 * @see https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number
 */
export function closedError(code: number, reason: string, { host }: URL): MastodonError {
  if (GOODBYES.has(code)) return new MastodonStreamEndedError();
  if (code === 1006) return new MastodonNetworkError(`The connection to ${host} broke`);
  return new SocketClosedError(code, reason, host);
}

/** Reports a socket that was closed with an error code. To users it is a lost connection like any other. */
export class SocketClosedError extends MastodonNetworkError {
  readonly #reason: string;
  readonly #code: number;

  constructor(code: number, reason: string, host: string) {
    super(`The connection to ${host} was closed (WebSocket code ${code})`);
    this.#code = code;
    this.#reason = reason;
  }

  get code(): number {
    return this.#code;
  }

  /** The server's own words, which may contain anything. */
  get reason(): string {
    return this.#reason;
  }
}

const GOODBYES: ReadonlySet<number> = new Set([1000, 1001, 1005, 1012]);
