/** Declares what the two WebSockets, undici's in Node and the browser's own, have in common. */
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

/** A handshake. The token is in `headers.authorization`, and moves to its place only on the wire. */
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
   * Each text message, in the turn in which it arrives; `undefined` for a sign of life that is no text:
   * a ping, half a frame (Node), a binary message. Errors when the socket is closed, by whichever side.
   * For one subscriber, who comes in the turn in which this is emitted.
   */
  readonly messages: Observable<string | undefined>;
}

/**
 * Opens a socket on subscription, and emits once: the opened socket, or the HTTP response that refused
 * the handshake, if that can be seen. Does not complete. Unsubscribing closes the socket at once,
 * also while connecting. What the network does wrong comes as {@link MastodonNetworkError}; a status is
 * not judged here.
 */
export type OpenSocket = (request: SocketRequest) => Observable<OpenedSocket | HttpResponse>;

/** The longest message that is taken, in bytes; then the socket is closed (1009). Real ones have some thousands. */
export const MAX_MESSAGE = 16_777_216;

/** The request's URL, with the token if it was asked for in the query. */
export function urlOf(request: SocketRequest): URL {
  const url = new URL(request.url);
  const token = tokenOf(request);
  if (request.tokenIn === 'query' && token !== undefined) {
    url.searchParams.set('access_token', token);
  }
  return url;
}

/** The token as the only subprotocol, if that is asked for. */
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
 * The reason why a socket is closed. No code (a token that was revoked), 1000, 1001 and 1012 are a server
 * that has said goodbye.
 *
 * @see https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number
 */
export function closedError(code: number, reason: string, { host }: URL): MastodonError {
  if (GOODBYES.has(code)) return new MastodonStreamEndedError();
  if (code === 1006) return new MastodonNetworkError(`The connection to ${host} broke`);
  return new SocketClosedError(code, reason, host);
}

/** A socket that was closed with a code other than a goodbye's; outside it is like any lost connection. */
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

  /** The server's own words: they may hold anything. */
  get reason(): string {
    return this.#reason;
  }
}

const GOODBYES: ReadonlySet<number> = new Set([1000, 1001, 1005, 1012]);
