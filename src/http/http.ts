/** Declares what the two ways over the network, undici in Node and fetch in browsers, have in common. */
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
  /** The URL that responded: another one than the request's if fetch followed a redirect. */
  readonly url: URL;
  /** The URL that the response redirects to, as sent; undefined if the redirect was followed already. */
  readonly location?: string | undefined;
  /** The way to read the body if it is compressed; a browser decompresses by itself. */
  readonly compressed?: CompressedBody | undefined;
  /**
   * For one subscriber, who comes in the turn in which the response is emitted, or the connection is
   * closed. Unsubscribing closes the socket at once.
   */
  readonly body: Observable<Uint8Array>;
}

/** A body that is compressed although no compression was asked for. */
export interface CompressedBody {
  /** The reason why it cannot be the body of a stream, as a predicate of its host. */
  readonly problem: string;
  /** Emits the text of these chunks, up to `limit` bytes. */
  readonly read: (chunks: Uint8Array<ArrayBuffer>[], limit: number) => Observable<string>;
}

/** The parts of a response that tell where it redirects to. */
export type Head = Pick<HttpResponse, 'status' | 'headers' | 'url' | 'location'>;

/**
 * Sends the request on subscription, emits the response when its headers arrive, and completes: nothing
 * of the way to a stream stays as long as the stream. Unsubscribing before closes the socket at once, also
 * while connecting; after that the body is what is to be unsubscribed from. What the network does wrong
 * comes as {@link MastodonNetworkError}; a status is not judged here.
 */
export type Http = (request: HttpRequest) => Observable<HttpResponse>;

/**
 * The part of an undici `Dispatcher` that this library needs (an `Agent`, a `ProxyAgent`, …), said without
 * undici's types, which would force Node's types upon browser projects.
 */
export interface DispatcherLike {
  /** Starts a request; `false` if the next one had better wait for `drain`. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- any undici's options and handler fit
  dispatch(options: any, handler: any): boolean;
}

/** Says what the network did, by host and code; the error underneath is the cause. */
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
 * Copies an error's message, and none of the data that it carries: undici's parser errors have the bytes that
 * they stumbled over, perhaps somebody's post, and errors of other clients a request with its headers. Node
 * prints all fields of an error that nobody caught, and of its cause.
 */
export function withoutData(error: unknown): Error & { code?: string } {
  if (!isErrorLike(error)) return new Error('an unknown failure');
  // fetch wraps what happened into a TypeError that only says "terminated" or "fetch failed".
  const inner = isErrorLike(error.cause) ? error.cause : error;
  const copy: Error & { code?: string } = new Error(inner.message);
  copy.name = inner.name;
  if (inner.stack !== undefined) copy.stack = inner.stack;
  if (typeof inner.code === 'string') copy.code = inner.code;
  return copy;
}

/** Not `instanceof`: in Jest, Node's own errors are of another realm. */
const isErrorLike = (error: unknown): error is Error & { code?: unknown } =>
  typeof (error as { message?: unknown } | null | undefined)?.message === 'string';
