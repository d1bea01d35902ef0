/** Connects the library to the fake over a WebSocket in memory, message by message. */
import { asyncScheduler, Observable, of, type Subscriber } from 'rxjs';
import { headOf } from '../../http/headOf.ts';
import type { HttpResponse } from '../../http/http.ts';
import {
  closedError,
  protocolsOf,
  tokenOf,
  urlOf,
  type OpenedSocket,
  type SocketRequest,
} from '../../transport/websocket/socket.ts';
import { bytesOf } from '../bytes.ts';
import type { FakeHeaders, Query, RequestHead } from '../exchange.ts';
import type { Handshake, ServerSocket, SocketListener } from '../handshake.ts';
import { Wire } from '../wire.ts';
import { Delivery } from './delivery.ts';
import { parseResponse } from './parseResponse.ts';
import { queryOf, requestHeadersOf } from './request.ts';
import { failureOf, headersOf, type FAILURES } from './response.ts';

/** The server's end of a WebSocket in memory. */
export class MemoryHandshake implements Handshake {
  readonly request: RequestHead;
  readonly query: Query;
  /** Carries the messages as bytes, each of which counts as a sign of life. */
  readonly wire = new Wire({ write: () => this.#deliver(() => this.#messages?.next(undefined)) });
  readonly #url: URL;
  readonly #subscriber: Subscriber<OpenedSocket | HttpResponse>;
  readonly #delivery = new Delivery();
  readonly #closeListeners: (() => void)[] = [];
  /** The messages that the client has sent and the server has not read yet. */
  readonly #inbox: string[] = [];
  #listener: SocketListener | undefined;
  #messages: Subscriber<string | undefined> | undefined;
  #isOpen = false;
  #isClosed = false;

  constructor(request: SocketRequest, subscriber: Subscriber<OpenedSocket | HttpResponse>) {
    const { authorization = '', ...others } = request.headers;
    const url = urlOf(request);
    const isInHeader = request.tokenIn === 'header' && tokenOf(request) !== undefined;
    const [protocol] = protocolsOf(request);
    this.#url = request.url;
    this.#subscriber = subscriber;
    this.query = queryOf(url);
    this.request = {
      method: 'GET',
      url: url.pathname + url.search,
      headers: {
        ...requestHeadersOf(url, others),
        ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
        ...(isInHeader && { authorization }),
        ...(protocol !== undefined && { 'sec-websocket-protocol': protocol }),
      },
    };
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  refuse(status: number, headers: FakeHeaders, body = ''): void {
    this.#refuse(status, { 'Content-Type': 'text/plain', ...headers }, bytesOf(body));
  }

  refuseInJson(status: number, body: string): void {
    this.refuse(status, { 'Content-Type': 'application/json' }, body);
  }

  sendRaw(bytes: string | Uint8Array): void {
    const parsed = parseResponse(bytes);
    if (parsed === undefined) this.fail('HPE_INVALID_CONSTANT');
    else this.#refuse(parsed.status, parsed.headers, parsed.body);
  }

  accept(open: (socket: ServerSocket) => SocketListener): void {
    this.#listener = open(this.#serverSocket());
    this.#step(() => {
      this.#isOpen = true;
      this.#subscriber.next({
        ...{ status: 101, headers: {}, url: this.#url },
        send: (text) => this.#receive(text),
        messages: new Observable((messages) => {
          this.#messages = messages;
        }),
      });
    });
  }

  onClose(listener: () => void): void {
    this.#closeListeners.push(listener);
  }

  /** Ends the connection without a close frame. */
  drop(): void {
    this.fail('UND_ERR_SOCKET');
  }

  /** Ends the connection, after everything that is already on its way. */
  fail(code: keyof typeof FAILURES): void {
    this.#end(this.#isOpen ? closedError(1006, '', this.#url) : failureOf(code, this.#url, false));
  }

  /** Closes the WebSocket at the client's end. */
  leave(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listener?.leave();
    for (const listener of this.#closeListeners) listener();
  }

  #serverSocket(): ServerSocket {
    return {
      send: (text) => {
        this.wire.write(bytesOf(text));
        this.#step(() => this.#messages?.next(text));
      },
      ping: () => {
        this.wire.write(PING);
        this.#step(() => {
          asyncScheduler.schedule(() => {
            if (!this.#isClosed) this.#listener?.pong();
          });
        });
      },
      close: (code = 1005, reason = '') => {
        this.wire.step(() => this.#end(closedError(code, reason, this.#url)));
      },
      drop: () => this.drop(),
      reset: () => {
        this.#delivery.discard();
        this.fail('ECONNRESET');
      },
      destroy: () => this.drop(),
    };
  }

  #refuse(status: number, headers: FakeHeaders, body: Uint8Array): void {
    const url = this.#url;
    this.#step(() => {
      this.#subscriber.next({ ...headOf(status, headersOf(headers)), url, body: of(body) });
      this.leave();
    });
  }

  /** Receives a message of the client asynchronously, as over a socket. */
  #receive(text: string): void {
    this.#inbox.push(text);
    if (this.#inbox.length > 1) return;
    asyncScheduler.schedule(() => {
      for (const message of this.#inbox.splice(0)) {
        if (!this.#isClosed) this.#listener?.receive(message);
      }
    });
  }

  #end(error: Error): void {
    this.#deliver(() => {
      (this.#messages ?? this.#subscriber).error(error);
      this.leave();
    });
  }

  /** Runs a step at the client, after the bytes that are on their way. */
  #step(step: () => void): void {
    this.wire.step(() => this.#deliver(step));
  }

  #deliver(step: () => void): void {
    this.#delivery.run(() => {
      if (!this.#isClosed) step();
    });
  }
}

/** An empty frame. */
const PING = new Uint8Array(2);
