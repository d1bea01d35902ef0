/** Adds the faults that tests can set to a fake Mastodon. */
import type { FakeResponseConfig, FakeInstanceResponses } from './config.ts';
import type { FakeHeaders } from './exchange.ts';
import { FakeServer } from './fakeServer.ts';
import type { FakeInstanceResponse } from './instance.ts';
import type { FakePace } from './wire.ts';

/** A {@link FakeServer} that fails on request. */
export abstract class FaultyServer extends FakeServer {
  /** Closes the socket of every open stream in the middle of the body, like a killed server. */
  drop(): void {
    this.parts.streams.each((stream) => stream.drop());
    this.parts.webSockets.each((webSocket) => webSocket.drop());
  }

  /** Resets (RST) the socket of every open stream. */
  reset(): void {
    this.parts.streams.each((stream) => stream.reset());
    this.parts.webSockets.each((webSocket) => webSocket.reset());
  }

  /**
   * Ends every open stream cleanly: SSE with the last chunk, while the sockets stay open; WebSockets with a close
   * frame without a code.
   */
  end(): void {
    this.parts.streams.each((stream) => stream.end());
    this.parts.webSockets.each((webSocket) => webSocket.end());
  }

  /**
   * Stops all streams, open and new, from sending any byte, headers and heartbeats included. Their bytes are held
   * back until {@link resume}, like in a stalled TCP connection.
   */
  stall(): void {
    this.parts.streams.stall();
    this.parts.webSockets.stall();
  }

  /** Sends the bytes that {@link stall} has held back, and continues. */
  resume(): void {
    this.parts.streams.resume();
    this.parts.webSockets.resume();
  }

  /** Slows down the bodies of all streams, open and new; `undefined` ends it. */
  throttle(pace: FakePace | undefined): void {
    this.parts.streams.slow(pace);
    this.parts.webSockets.slow(pace);
  }

  /**
   * Writes raw text or bytes to every open stream, as one HTTP chunk. On a WebSocket, a text is one message, and
   * bytes are sent as they are, so that half a frame can be sent.
   */
  write(data: string | Uint8Array): void {
    this.parts.streams.each((stream) => stream.write(data));
    this.parts.webSockets.each((webSocket) => webSocket.write(data));
  }

  /**
   * Refuses the next streaming request; n calls refuse the next n, in order. Health and preflight
   * requests do not count; handshakes of WebSockets do.
   *
   * @param body A text is sent as HTML, an object as JSON; without it, `{ "error": … }` in the
   * server's words for `status`, which a handshake gets as its header `X-Error-Message`.
   */
  failNext(status: number, headers: FakeHeaders = {}, body?: string | object): void {
    this.parts.faults.nextStreams.push({ status, headers, body });
  }

  /**
   * Responds to the next streaming request with exactly these bytes, including the status line. Calls queue up
   * together with {@link failNext}.
   */
  respondNext(raw: string | Uint8Array, { end = false }: FakeResponseConfig = {}): void {
    this.parts.faults.nextStreams.push({ raw, end });
  }

  /** Delays the headers of each new stream or refusal by `delay` ms; with `Infinity` they never come. */
  delayHeaders(delay: number | undefined): void {
    this.parts.faults.headerDelay = delay;
  }

  /**
   * Responds to all streaming paths with a redirect. If `location` is an origin, the request's path and query are
   * appended, like Mastodon's REST host does; any other location is sent as it is. `undefined` ends it.
   */
  redirect(location: string | undefined, status = 301): void {
    this.parts.faults.redirect = location === undefined ? undefined : { location, status };
  }

  /** Sets the response of `/api/v1/streaming/health`: 200 `OK`, 503, or none. */
  health(health: boolean | 'stall'): void {
    this.parts.faults.health = health;
  }

  /**
   * Refuses the next request for a REST timeline, notifications or conversations; n calls refuse the next n, in
   * order. The default body is `{ "error": … }` in the server's words.
   */
  failNextRest(status: number, headers: FakeHeaders = {}, body?: object): void {
    this.parts.faults.nextRest.push({ status, headers, body });
  }

  /**
   * Delays each WebSocket's subscription to the streams of this name by `delay` ms, like a slow or locked database:
   * until then the socket does not receive their events. Other frames are processed meanwhile.
   */
  delaySubscribe(stream: string, delay: number | undefined): void {
    if (delay === undefined) this.parts.faults.subscribeDelays.delete(stream);
    else this.parts.faults.subscribeDelays.set(stream, delay);
  }

  /** Delays each response of the REST API by `delay` ms. */
  delayRest(delay: number | undefined): void {
    this.parts.faults.restDelay = delay;
  }

  /** Sets the responses for the instance documents: one for both, or one for each. */
  instance(response: FakeInstanceResponse | FakeInstanceResponses): void {
    Object.assign(
      this.parts.instanceResponses,
      typeof response === 'object' ? response : { v1: response, v2: response },
    );
  }
}
