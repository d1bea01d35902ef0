import {
  isConnectionEvent,
  createTimelines,
  type EventCodecs,
  type NoEvents,
  type Timelines,
  type TimelinesConfig,
} from 'mastodon-rx';
import { startFakeMastodon, type FakeMastodon, type FakeMastodonConfig } from 'mastodon-rx/testing';
import { expect, onTestFinished } from 'vitest';
import { controlsNetwork } from '#platform';
import type { Recording } from './record.ts';

/** The transport of the specs of a project; most cases are the same for both. */
export const overSse = process.env['TRANSPORT'] !== 'websocket';

/** Whether this is a real browser, which hides many details of a failure. */
export const inBrowser = typeof document !== 'undefined';

/**
 * Whether the response of a refused stream is visible. A browser hides it for a handshake, so that the library
 * asks the REST API about the token; spec/transport/websocket/browser covers that.
 */
export const seesRefusal = overSse || !inBrowser;

/** The expected error of a refusal: if it is hidden, a retryable network error. */
export const refusal = <T extends object>(told: T): T | typeof HIDDEN =>
  seesRefusal ? told : HIDDEN;

const HIDDEN = {
  name: 'MastodonNetworkError',
  retryable: true,
  message: expect.stringContaining('No WebSocket to') as string,
};

/** The number of requests of a refusal: if it is hidden, one to the REST API is included. */
export const REFUSED = seesRefusal ? 1 : 2;

/** The message about an unknown token, from the stream or, if that is hidden, from the REST API. */
export const UNKNOWN_TOKEN = seesRefusal ? 'Invalid access token' : 'The access token is invalid';

/** A browser shows only those headers of another origin that the server lists. */
export const EXPOSED = { 'access-control-expose-headers': '*' };

/** The transport of a client; idle sockets are closed at once, since each test would wait for them. */
const transport = {
  ...(!overSse && ({ transport: 'websocket', closeDelay: 1 } as const)),
  // Shorter than a test's timeout: Chromium may delay a connection.
  ...(inBrowser && { connectTimeout: 10_000 }),
};

/** A fake Mastodon that is closed when the test ends. */
export async function fake(config?: FakeMastodonConfig): Promise<FakeMastodon> {
  const server = await startFakeMastodon(config);
  onTestFinished(() => server.close());
  return server;
}

/** The timelines of the fake's `alice`; discovery is skipped unless the spec is about it. */
export function timelinesOf<E extends EventCodecs = NoEvents>(
  server: FakeMastodon,
  config?: Partial<TimelinesConfig<E>>,
): Timelines<E> {
  return timelinesAt<E>(server.url, { accessToken: server.token, ...config });
}

/** The timelines of a server at a URL, without discovery, and without a token. */
export const timelinesAt = <E extends EventCodecs = NoEvents>(
  url: string,
  config?: Partial<TimelinesConfig<E>>,
): Timelines<E> => createTimelines<E>({ baseUrl: url, streamingUrl: url, ...transport, ...config });

/** Resolves when the stream is open at both ends. Over SSE the preamble shows that; a WebSocket's server sends nothing. */
export async function ready(
  server: FakeMastodon,
  recording: Recording<{ readonly type: string }>,
): Promise<void> {
  await recording.until(({ type }) => type === (overSse ? 'heartbeat' : 'connected'));
  await server.waitForConnections();
}

/** Events in the server's format, to be written in one piece: the name, if any, and the data of each. */
export function written(
  stream: readonly string[],
  ...events: readonly (readonly [event: string | undefined, data: string])[]
): string | Buffer {
  if (overSse) {
    const lines = events.map(([event, data]) =>
      event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`,
    );
    return lines.join('');
  }
  const messages = events.map(([event, payload]) => JSON.stringify({ stream, event, payload }));
  return Buffer.concat(messages.map((message) => textFrame(message)));
}

/** The beginning of an event. */
export const half = (): string | Buffer =>
  overSse ? 'event: update\ndata: {"id":' : textFrame('{"stream":["public"],', { final: false });

/** A text message, or a fragment of one, in a server's frame (RFC 6455, 5.2). */
export function textFrame(text: string, { final = true } = {}): Buffer {
  const payload = Buffer.from(text);
  const head = Buffer.of(final ? 0x81 : 0x01, 126, payload.length >> 8, payload.length & 0xff);
  return Buffer.concat([
    payload.length < 126 ? Buffer.of(head[0]!, payload.length) : head,
    payload,
  ]);
}

/** The type and payload of each event of the server, without connection events. */
export const fromServer = (
  events: readonly { readonly type: string; readonly payload: unknown }[],
): [string, unknown][] =>
  events.filter((event) => !isConnectionEvent(event)).map(({ type, payload }) => [type, payload]);

/**
 * Resolves when everything that the library opened is closed: every socket if it has its own. Node's own
 * fetch, which stands in for a browser's, keeps idle sockets for some seconds, so that only the
 * streams must be closed.
 */
export const closed = (server: FakeMastodon): Promise<void> =>
  controlsNetwork ? server.waitForClosedSockets() : server.waitForDisconnections();
