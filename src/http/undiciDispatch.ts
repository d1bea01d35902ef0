/** Sends requests with undici's `dispatch`, which passes bytes on synchronously when they arrive. */
import { Observable, type Subscriber } from 'rxjs';
import { Client, type Dispatcher } from 'undici';
import {
  MastodonApiError,
  MastodonIllegalArgumentError,
  type MastodonError,
} from '../model/errors.ts';
import { connectPatiently, type Connecting } from './connectPatiently.ts';
import { envProxy, proxyHostOf } from './envProxy.ts';
import { headOf } from './headOf.ts';
import { networkErrorOf, type DispatcherLike, type Http, type HttpResponse } from './http.ts';

export const dispatch: Http = (request) =>
  new Observable((subscriber) => {
    const { url, headers, dispatcher } = request;
    const exchange = new Exchange(subscriber, url, dispatcher);
    const options: Dispatcher.DispatchOptions = {
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'GET',
      headers: { 'accept-encoding': 'identity', ...headers },
      bodyTimeout: 0, // `timeout` limits silence, not undici's 300 s
      headersTimeout: 0, // and `connectTimeout` limits slow headers
    };

    if (dispatcher === undefined) {
      const { client, destroy } = dedicatedClient(url);
      exchange.onLeave = destroy;
      client.dispatch(options, exchange);
    } else {
      try {
        dispatcherOf(dispatcher).dispatch(options, exchange);
      } catch (cause) {
        throw dispatcherRefused(cause);
      }
    }
    return () => {
      exchange.cancelBeforeResponse();
    };
  });

/**
 * Makes a client for one connection, so that unsubscribing closes the socket at any stage: `abort` alone leaves a
 * socket open for many seconds while it is connecting, or in a stalled TLS handshake.
 */
export function dedicatedClient(url: URL): { client: Client; destroy: () => void } {
  let connecting: Connecting | undefined;
  const client = new Client(originOf(url), {
    connect: (target, callback) => {
      connecting = connectPatiently(target, (...result) => {
        connecting = undefined; // released, since the client may live for months
        callback(...result);
      });
    },
  });
  return {
    client,
    destroy: () => {
      connecting?.destroy();
      client.destroy(noop);
    },
  };
}

let lastOrigin: URL | undefined;

/**
 * Returns the same URL object for the same origin: if undici got a string, each client would hold a URL of its own.
 */
const originOf = ({ origin }: URL): URL =>
  lastOrigin?.origin === origin ? lastOrigin : (lastOrigin = new URL(origin));

/** Makes the error for an exception of a dispatcher, as dispatchers of other undici versions throw. */
export const dispatcherRefused = (cause: unknown): MastodonIllegalArgumentError =>
  new MastodonIllegalArgumentError(
    'dispatcher refused the request: it must be a Dispatcher of undici 7',
    { cause },
  );

/** Returns the user's dispatcher, or the one for the proxy that the environment names. */
export const dispatcherOf = (dispatcher: DispatcherLike | 'env'): DispatcherLike =>
  dispatcher === 'env' ? envProxy() : dispatcher;

const noop = (): void => undefined;

/** The message of undici's ProxyAgent about a proxy that does not connect to the host. */
const PROXY_REFUSAL = /^Proxy response \((\d+)\)/;

/** Makes the error of a request without a response: a proxy refused, or the network failed. */
export function failureOf(
  error: Error,
  url: URL,
  dispatcher: DispatcherLike | 'env' | undefined,
  connected: boolean,
): MastodonError {
  const { host } = url;
  const proxy = dispatcher === 'env' ? proxyHostOf(url) : undefined;
  const status = Number(PROXY_REFUSAL.exec(error.message)?.[1]);
  const by = proxy === undefined ? 'The proxy' : `The proxy ${proxy}`;
  if (!status)
    return networkErrorOf(
      error,
      proxy === undefined ? { host } : { host: `${host} through the proxy ${proxy}` },
      connected,
    );
  const why =
    status === 407 || status === 401 ? 'requires other credentials' : 'refuses to connect';
  return new MastodonApiError(`${by} ${why} (${status}); the request was for ${host}`, { status });
}

/** Handles one request: passes its response to one subscriber, then the body's bytes to another. */
class Exchange implements Dispatcher.DispatchHandler {
  /** Closes the connection, if no other request uses it. */
  onLeave: (() => void) | undefined;
  /** The server, as an object that all streams share. */
  readonly #origin: URL;
  readonly #dispatcher: DispatcherLike | 'env' | undefined;
  /** The request, until there is a response; released then, since the stream may last for months. */
  #request: { readonly url: URL; readonly response: Subscriber<HttpResponse> } | undefined;
  #body: Subscriber<Uint8Array> | undefined;
  #controller: Dispatcher.DispatchController | undefined;

  constructor(
    response: Subscriber<HttpResponse>,
    url: URL,
    dispatcher: DispatcherLike | 'env' | undefined,
  ) {
    this.#request = { url, response };
    this.#origin = originOf(url);
    this.#dispatcher = dispatcher;
  }

  /** Cancels the request if there is no response yet; afterwards the body's subscriber decides. */
  cancelBeforeResponse(): void {
    if (this.#request !== undefined) this.#leave();
  }

  #leave(): void {
    if (this.onLeave) this.onLeave();
    else this.#controller?.abort(new Error('unsubscribed'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // A shared dispatcher may have queued the request until after its subscriber had unsubscribed.
    if (this.#request?.response.closed) this.#leave();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: HttpResponse['headers'],
  ): void {
    // An informational response is followed by the real one.
    if (status < 200 || this.#request === undefined) return;
    const { url, response } = this.#request;
    this.#request = undefined;
    const body = new Observable<Uint8Array>((subscriber) => {
      this.#body = subscriber;
      return () => {
        this.#leave();
      };
    });
    response.next({ ...headOf(status, headers), url, body });
    response.complete();
    if (this.#body === undefined) this.#leave();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#body?.next(chunk);
  }

  onResponseEnd(): void {
    this.#body?.complete();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const failed = failureOf(error, this.#origin, this.#dispatcher, this.#body !== undefined);
    (this.#body ?? this.#request?.response)?.error(failed);
  }
}
