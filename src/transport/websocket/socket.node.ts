/**
 * Opens WebSockets in Node, with undici's `WebSocket` and a dispatcher that sees the response which `WebSocket`
 * hides.
 */
import type { Duplex } from 'node:stream';
import { Observable, type Subscriber } from 'rxjs';
import { DecoratorHandler, Dispatcher, WebSocket } from 'undici';
import { networkErrorOf, type HttpResponse } from '../../http/http.ts';
import { headOf } from '../../http/headOf.ts';
import {
  dedicatedClient,
  dispatcherOf,
  dispatcherRefused,
  failureOf,
} from '../../http/undiciDispatch.ts';
import {
  closedError,
  MAX_MESSAGE,
  protocolsOf,
  urlOf,
  type OpenedSocket,
  type OpenSocket,
} from './socket.ts';

export const openSocket: OpenSocket = (request) =>
  new Observable<OpenedSocket | HttpResponse>((subscriber) => {
    const { url, headers, tokenIn, dispatcher } = request;
    const alone = dispatcher === undefined ? dedicatedClient(url) : undefined;
    const handshake = new Handshake(
      subscriber,
      url,
      alone?.client ?? dispatcherOf(dispatcher ?? 'env'),
    );
    const { authorization, ...otherHeaders } = headers;
    // Otherwise the words of a refusal would be compressed.
    const sent = { 'accept-encoding': 'identity', ...otherHeaders };
    let opened = false;
    let messages: Subscriber<string | undefined> | undefined;

    const socket = new WebSocket(urlOf(request), {
      dispatcher: handshake,
      headers:
        tokenIn === 'header' && authorization !== undefined ? { ...sent, authorization } : sent,
      protocols: protocolsOf(request),
    });

    const listen = {
      open: () => {
        opened = true;
        const life = (): void => messages?.next(undefined);
        // After undici's own listener, so that the messages of a chunk come before its sign of life.
        handshake.duplex?.on('data', life);
        subscriber.next({
          status: 101,
          headers: handshake.headers,
          url,
          send: (text) => {
            socket.send(text);
          },
          messages: new Observable((inner) => {
            messages = inner;
          }),
        });
      },
      message: ({ data }: { readonly data: unknown }) => {
        messages?.next(typeof data === 'string' ? data : undefined);
      },
      close: ({ code, reason }: { readonly code: number; readonly reason: string }) => {
        if (opened) messages?.error(closedError(code, reason, url));
        else {
          const failure = handshake.failure ?? new BadHandshake();
          subscriber.error(failureOf(failure, url, dispatcher, false));
        }
      },
    };
    socket.addEventListener('open', listen.open);
    socket.addEventListener('message', listen.message);
    socket.addEventListener('close', listen.close);

    return () => {
      socket.removeEventListener('open', listen.open);
      socket.removeEventListener('message', listen.message);
      socket.removeEventListener('close', listen.close);
      socket.close(1000);
      handshake.leave();
      if (handshake.duplex === undefined) alone?.destroy();
    };
  });

/** Reports that the server's response is not a handshake. */
class BadHandshake extends Error {
  override readonly name = 'BadHandshake';
  readonly code = 'BAD_HANDSHAKE';
}

/**
 * Sends the handshake through another dispatcher, and reads the response first: undici's WebSocket fires the same
 * event, without a reason, for a refused port, a 401 and a 503.
 */
class Handshake extends Dispatcher {
  readonly #response: Subscriber<HttpResponse>;
  readonly #url: URL;
  readonly #through: Pick<Dispatcher, 'dispatch'>;
  /** The options that undici's WebSocket reads from its dispatcher. */
  readonly webSocketOptions = { maxPayloadSize: MAX_MESSAGE };
  headers: HttpResponse['headers'] = {};
  failure: Error | undefined;
  duplex: Duplex | undefined;
  #controller: Dispatcher.DispatchController | undefined;

  constructor(
    response: Subscriber<OpenedSocket | HttpResponse>,
    url: URL,
    through: Pick<Dispatcher, 'dispatch'>,
  ) {
    super();
    this.#response = response;
    this.#url = url;
    this.#through = through;
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    // `connectTimeout` limits slow headers.
    const patient = { ...options, headersTimeout: 0, bodyTimeout: 0 };
    try {
      return this.#through.dispatch(patient, this.#watch(handler));
    } catch (cause) {
      // If it were thrown, undici's fetch would swallow it.
      this.#response.error(dispatcherRefused(cause));
      return true;
    }
  }

  /** Closes the connection: a response that is being read, or a socket that was upgraded. */
  leave(): void {
    this.#controller?.abort(new Error('unsubscribed'));
    const { duplex } = this;
    if (duplex === undefined || duplex.destroyed) return;
    // The close frame is sent first, without waiting for the server's.
    if ('destroySoon' in duplex) (duplex as Duplex & { destroySoon(): void }).destroySoon();
    else duplex.destroy();
  }

  #watch(handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
    const next = new DecoratorHandler(handler) as Required<Dispatcher.DispatchHandler>;
    const response = this.#response;
    let body: Subscriber<Uint8Array> | undefined;

    return {
      onRequestStart: (controller, context) => {
        this.#controller = controller;
        if (response.closed) controller.abort(new Error('unsubscribed'));
        else next.onRequestStart(controller, context);
      },
      onRequestUpgrade: (controller, status, headers, duplex) => {
        this.#controller = undefined;
        this.headers = headers;
        this.duplex = duplex;
        next.onRequestUpgrade(controller, status, headers, duplex);
      },
      onResponseStart: (_controller, status, headers) => {
        if (status < 200) return;
        // The WebSocket does not receive the response: it would close the connection before the words are read.
        response.next({
          ...headOf(status, headers),
          url: this.#url,
          body: new Observable((subscriber) => {
            body = subscriber;
          }),
        });
      },
      onResponseData: (_controller, chunk) => {
        body?.next(chunk);
      },
      onResponseEnd: () => {
        body?.complete();
      },
      onResponseError: (controller, error) => {
        if (body !== undefined) body.error(networkErrorOf(error, this.#url, true));
        this.failure ??= error;
        next.onResponseError(controller, error);
      },
    };
  }
}
