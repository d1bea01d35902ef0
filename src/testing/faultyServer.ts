/** The faults that a fake Mastodon has to order. */
import type { FakeResponseConfig, FakeInstanceResponses } from './config.ts';
import type { FakeHeaders } from './exchange.ts';
import { FakeServer } from './fakeServer.ts';
import type { FakeInstanceResponse } from './instance.ts';
import type { FakePace } from './wire.ts';

/** A {@link FakeServer} that fails to order. */
export abstract class FaultyServer extends FakeServer {
  /** Ends the socket of every open stream in the middle of the body, as a killed server does. */
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
   * Ends every open stream cleanly: with the last chunk, and the sockets live on; WebSockets with a close
   * frame that bears no code.
   */
  end(): void {
    this.parts.streams.each((stream) => stream.end());
    this.parts.webSockets.each((webSocket) => webSocket.end());
  }

  /**
   * From now on no stream, open or new, sends a byte, neither headers nor heartbeats. What it would
   * have sent waits for {@link resume}, as in a TCP connection that stalls.
   */
  stall(): void {
    this.parts.streams.stall();
    this.parts.webSockets.stall();
  }

  /** Sends what {@link stall} held back, and goes on. */
  resume(): void {
    this.parts.streams.resume();
    this.parts.webSockets.resume();
  }

  /** Slows the bodies of all streams down, open and new; `undefined` ends it. */
  throttle(pace: FakePace | undefined): void {
    this.parts.streams.slow(pace);
    this.parts.webSockets.slow(pace);
  }

  /**
   * Writes raw text or bytes into every open stream, as one HTTP chunk. Into a WebSocket a text goes as one
   * message, and bytes as they are, so that half a frame can be sent.
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
   * Answers the next streaming request with these very bytes, the status line included. It queues
   * up with {@link failNext}.
   */
  respondNext(raw: string | Uint8Array, { end = false }: FakeResponseConfig = {}): void {
    this.parts.faults.nextStreams.push({ raw, end });
  }

  /** Delays each new stream's or refusal's headers so many ms; `Infinity` for ever. */
  delayHeaders(delay: number | undefined): void {
    this.parts.faults.headerDelay = delay;
  }

  /**
   * Answers all streaming paths with a redirect. An origin gets the request's path and query, as
   * Mastodon's REST host does it; any other location is sent as it is. `undefined` ends it.
   */
  redirect(location: string | undefined, status = 301): void {
    this.parts.faults.redirect = location === undefined ? undefined : { location, status };
  }

  /** Sets the response of `/api/v1/streaming/health`: 200 `OK`, 503, or nothing for ever. */
  health(health: boolean | 'stall'): void {
    this.parts.faults.health = health;
  }

  /**
   * Refuses the next request for a REST timeline, notifications or conversations; n calls refuse the
   * next n, in order. The body is `{ "error": … }` in the server's words, if none is given.
   */
  failNextRest(status: number, headers: FakeHeaders = {}, body?: object): void {
    this.parts.faults.nextRest.push({ status, headers, body });
  }

  /**
   * Delays each WebSocket's subscription to the streams of this name so many ms, as a database does that is
   * far away or locked: until then their events go elsewhere. Other frames are dealt with meanwhile.
   */
  delaySubscribe(stream: string, delay: number | undefined): void {
    if (delay === undefined) this.parts.faults.subscribeDelays.delete(stream);
    else this.parts.faults.subscribeDelays.set(stream, delay);
  }

  /** Delays each of the responses of the REST API so many ms. */
  delayRest(delay: number | undefined): void {
    this.parts.faults.restDelay = delay;
  }

  /** Sets the responses to requests for the instance documents: both alike, or each its own way. */
  instance(response: FakeInstanceResponse | FakeInstanceResponses): void {
    Object.assign(
      this.parts.instanceResponses,
      typeof response === 'object' ? response : { v1: response, v2: response },
    );
  }
}
