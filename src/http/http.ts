/** Declares the interface that undici (in Node) and fetch (in browsers) are used through. */
import type { Observable } from 'rxjs';
import { MastodonNetworkError } from '../model/errors.ts';

/** A GET request. */
export interface HttpRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Node: the undici dispatcher to send it through. */
  readonly dispatcher?: DispatcherLike | 'env' | undefined;
}

/** The head of a response, and its body as it arrives. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; without `content-encoding` if the body was decoded on its way. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The URL that responded. It differs from the request's if fetch followed a redirect. */
  readonly url: URL;
  /** The URL that the response redirects to, as sent; undefined if the redirect was followed already. */
  readonly location?: string | undefined;
  /** The way to read the body if it is compressed; a browser decompresses by itself. */
  readonly compressed?: CompressedBody | undefined;
  /**
   * The bytes, for one subscriber, which must subscribe synchronously when the response is emitted, or the
   * connection is closed. Unsubscribing closes the socket at once.
   */
  readonly body: Observable<Uint8Array>;
}

/** A body that is compressed although the request asked for no compression. */
export interface CompressedBody {
  /** The reason why it cannot be the body of a stream, as a predicate of its host. */
  readonly problem: string;
  /** Emits the text of these chunks, up to `limit` bytes. */
  readonly read: (chunks: Uint8Array<ArrayBuffer>[], limit: number) => Observable<string>;
}

/** The parts of a response that tell where it redirects to. */
export type Head = Pick<HttpResponse, 'status' | 'headers' | 'url' | 'location'>;

/**
 * Sends the request on subscription, emits the response when its headers arrive, and completes, so that a stream
 * does not hold the objects that opened it. Unsubscribing before that closes the socket at once, also while
 * connecting; afterwards, unsubscribing from the body does. Network failures are errors of class {@link
 * MastodonNetworkError}; any status is a response.
 */
export type Http = (request: HttpRequest) => Observable<HttpResponse>;

/**
 * The part of an undici `Dispatcher` (an `Agent`, a `ProxyAgent`, …) that this library needs. It is declared
 * without undici's types, which would require Node's types in browser projects.
 */
export interface DispatcherLike {
  /** Starts a request; `false` if the next one had better wait for `drain`. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- any undici's options and handler fit
  dispatch(options: any, handler: any): boolean;
}

/**
 * Makes the error for a network failure, with the host and Node's error code. The error underneath is its `cause`.
 */
export function networkErrorOf(
  error: unknown,
  { host }: { readonly host: string },
  connected: boolean,
): MastodonNetworkError {
  const cause = withoutData(error);
  const detail = (cause.code ?? cause.message) || cause.name;
  const what = connected ? `The connection to ${host} broke` : `No answer from ${host}`;
  return new MastodonNetworkError(`${what}: ${detail}`, { cause });
}

/**
 * Copies an error's message, and none of its other data: undici's parser errors hold the bytes that could not be
 * parsed, which may be somebody's post, and errors of other clients hold a request with its headers. Node prints
 * all fields of an uncaught error and of its cause.
 */
export function withoutData(error: unknown): Error & { code?: string } {
  if (!isErrorLike(error)) return new Error('an unknown failure');
  // fetch wraps the failure in a TypeError that only says "terminated" or "fetch failed".
  const inner = isErrorLike(error.cause) ? error.cause : error;
  const copy: Error & { code?: string } = new Error(inner.message);
  copy.name = inner.name;
  if (inner.stack !== undefined) copy.stack = inner.stack;
  if (typeof inner.code === 'string') copy.code = inner.code;
  return copy;
}

/** Tells whether a value is an error, without `instanceof`: in Jest, Node's own errors are of another realm. */
const isErrorLike = (error: unknown): error is Error & { code?: unknown } =>
  typeof (error as { message?: unknown } | null | undefined)?.message === 'string';
