/** Passes a response to the library in memory. */
import { asyncScheduler, Observable, type Subscriber } from 'rxjs';
import { headOf } from '../../http/headOf.ts';
import { networkErrorOf, type HttpResponse } from '../../http/http.ts';
import type { MastodonNetworkError } from '../../model/errors.ts';
import { bytesOf } from '../bytes.ts';
import type { FakeHeaders, ServerResponse, Sink } from '../exchange.ts';
import { Delivery } from './delivery.ts';
import { parseResponse } from './parseResponse.ts';

/** The errors of a failed connection, as Node and undici report them. */
export const FAILURES = {
  ENOTFOUND: 'getaddrinfo ENOTFOUND',
  ECONNREFUSED: 'connect ECONNREFUSED',
  ECONNRESET: 'read ECONNRESET',
  HPE_INVALID_CONSTANT: 'Expected HTTP/',
  UND_ERR_SOCKET: 'other side closed',
} as const;

/** Returns the error of a connection that failed before or after it was open. */
export const failureOf = (
  code: keyof typeof FAILURES,
  url: URL,
  isOpen: boolean,
): MastodonNetworkError =>
  networkErrorOf(Object.assign(new Error(FAILURES[code]), { code }), url, isOpen);

/** Returns headers as a client sees them: with names in lower case, and texts as values. */
export const headersOf = (headers: FakeHeaders): HttpResponse['headers'] =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), String(value)]],
    ),
  );

/** The server's end of a request in memory. */
export class MemoryResponse implements ServerResponse {
  readonly requestId: string;
  readonly sink: Sink;
  readonly #url: URL;
  readonly #headers: Record<string, string | number | readonly string[]> = {};
  readonly #delivery = new Delivery();
  readonly #listeners: (() => void)[] = [];
  /** The response's subscriber, until there is a response. */
  #response: Subscriber<HttpResponse> | undefined;
  #body: Subscriber<Uint8Array> | undefined;
  #isClosed = false;

  constructor(response: Subscriber<HttpResponse>, url: URL, requestId: string) {
    this.#response = response;
    this.#url = url;
    this.requestId = requestId;
    this.sink = { write: (bytes) => this.#deliver(() => this.#body?.next(bytes)) };
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  setHeader(name: string, value: string | number | readonly string[]): void {
    this.#headers[name] = value;
  }

  send(status: number, headers: FakeHeaders, body: string | Uint8Array = ''): void {
    this.begin(status, headers);
    const bytes = bytesOf(body);
    if (bytes.length > 0) this.sink.write(bytes);
    this.end();
  }

  sendRaw(bytes: string | Uint8Array, end: boolean): void {
    const parsed = parseResponse(bytes);
    if (parsed === undefined) {
      this.fail('HPE_INVALID_CONSTANT');
      return;
    }
    this.begin(parsed.status, parsed.headers);
    this.sink.write(parsed.body);
    if (end) this.end();
  }

  begin(status: number, headers: FakeHeaders): void {
    const date = new Date(asyncScheduler.now()).toUTCString();
    this.#deliver(() => {
      const response = this.#response;
      this.#response = undefined;
      response?.next({
        ...headOf(status, headersOf({ ...this.#headers, ...headers, date })),
        url: this.#url,
        body: new Observable((body) => {
          this.#body = body;
          return () => {
            this.#close();
          };
        }),
      });
      response?.complete();
      if (this.#body === undefined) this.#close();
    });
  }

  pieceOf(data: string | Uint8Array): Uint8Array {
    return bytesOf(data);
  }

  end(): void {
    this.#deliver(() => this.#body?.complete());
  }

  drop(): void {
    this.fail('UND_ERR_SOCKET');
  }

  /** Ends the connection at once; everything that is on its way is lost. */
  reset(): void {
    this.#delivery.discard();
    this.fail('ECONNRESET');
  }

  /** Ends the connection, after everything that is already on its way. */
  fail(code: keyof typeof FAILURES): void {
    this.#deliver(() => {
      const isOpen = this.#body !== undefined;
      (this.#body ?? this.#response)?.error(failureOf(code, this.#url, isOpen));
      this.#close();
    });
  }

  onClose(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Cancels the request if there is no response yet; afterwards the body's subscriber decides. */
  leave(): void {
    if (this.#response !== undefined) this.#close();
  }

  #deliver(step: () => void): void {
    this.#delivery.run(() => {
      if (!this.#isClosed) step();
    });
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const listener of this.#listeners) listener();
  }
}
