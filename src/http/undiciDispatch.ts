/** undici's `dispatch`, which hands over bytes in the turn in which they arrive. */
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
      bodyTimeout: 0, // silence is judged by `timeout`, not by undici's 300 s
      headersTimeout: 0, // and slow headers by `connectTimeout`
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
 * A client for one connection, so that unsubscribing ends the socket whatever it is at: `abort` alone
 * leaves a socket that is still connecting, or in a TLS handshake that stalls, for many seconds.
 */
export function dedicatedClient(url: URL): { client: Client; destroy: () => void } {
  let connecting: Connecting | undefined;
  const client = new Client(originOf(url), {
    connect: (target, callback) => {
      connecting = connectPatiently(target, (...result) => {
        connecting = undefined; // let go of, since the client may live for months
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

/** The same object as long as the origin is the same: of a string, each client would make and keep its own. */
const originOf = ({ origin }: URL): URL =>
  lastOrigin?.origin === origin ? lastOrigin : (lastOrigin = new URL(origin));

/** Makes the error for anything that a dispatcher of another kind throws. */
export const dispatcherRefused = (cause: unknown): MastodonIllegalArgumentError =>
  new MastodonIllegalArgumentError(
    'dispatcher refused the request: it must be a Dispatcher of undici 7',
    { cause },
  );

/** The user's dispatcher, or that of the proxy which the environment names. */
export const dispatcherOf = (dispatcher: DispatcherLike | 'env'): DispatcherLike =>
  dispatcher === 'env' ? envProxy() : dispatcher;

const noop = (): void => undefined;

/** The message of undici's ProxyAgent about a proxy that does not connect to the host. */
const PROXY_REFUSAL = /^Proxy response \((\d+)\)/;

/** The error of a request without a response: of a proxy that refuses, or of the network. */
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
  const why = status === 407 || status === 401 ? 'wants other credentials' : 'refuses to connect';
  return new MastodonApiError(`${by} ${why} (${status}); the request was for ${host}`, { status });
}

/** One request and its response, told to the subscriber of one, then to that of the other. */
class Exchange implements Dispatcher.DispatchHandler {
  /** Ends the connection, if it is this request's alone. */
  onLeave: (() => void) | undefined;
  /** The server, as an object that all streams share. */
  readonly #origin: URL;
  readonly #dispatcher: DispatcherLike | 'env' | undefined;
  /** Until there is a response. Let go of then: the stream may last for months. */
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

  /** Nobody waits for the response any more. Whoever has its body goes on with that. */
  cancelBeforeResponse(): void {
    if (this.#request !== undefined) this.#leave();
  }

  #leave(): void {
    if (this.onLeave) this.onLeave();
    else this.#controller?.abort(new Error('unsubscribed'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // A shared dispatcher may have kept the request waiting until nobody wanted it any more.
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
