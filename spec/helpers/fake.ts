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

/** What the specs of a project stream over; most cases hold for both. */
export const overSse = process.env['TRANSPORT'] !== 'websocket';

/** Whether this is a real browser, which keeps to itself much of what Node tells. */
export const inBrowser = typeof document !== 'undefined';

/**
 * Whether the answer that refuses a stream can be seen. A browser hides that to a handshake, and the REST
 * API is asked about the token then; spec/websocket/browser is about it.
 */
export const seesRefusal = overSse || !inBrowser;

/** What a refusal is seen as: where it is hidden, as a network that fails, which a retry may help. */
export const refusal = <T extends object>(told: T): T | typeof HIDDEN =>
  seesRefusal ? told : HIDDEN;

const HIDDEN = {
  name: 'MastodonNetworkError',
  retryable: true,
  message: expect.stringContaining('No WebSocket to') as string,
};

/** How many requests it takes to be refused: where the refusal is hidden, the REST API is asked as well. */
export const REFUSED = seesRefusal ? 1 : 2;

/** What is said of a token that nobody knows, by the stream or, where that is hidden, by the REST API. */
export const UNKNOWN_TOKEN = seesRefusal ? 'Invalid access token' : 'The access token is invalid';

/** A browser shows no more headers of another origin than the server names. */
export const EXPOSED = { 'access-control-expose-headers': '*' };

/** How a client is told; sockets are not kept for who may come, or each test would wait for that. */
const transport = {
  ...(!overSse && ({ transport: 'websocket', closeDelay: 1 } as const)),
  // Sooner than a test is given up: Chromium may hold a connection back.
  ...(inBrowser && { connectTimeout: 10_000 }),
};

/** A fake Mastodon that is closed when the test ends. */
export async function fake(config?: FakeMastodonConfig): Promise<FakeMastodon> {
  const server = await startFakeMastodon(config);
  onTestFinished(() => server.close());
  return server;
}

/** The timelines of the fake's `alice`; discovery is left out unless the spec is about it. */
export function timelinesOf<E extends EventCodecs = NoEvents>(
  server: FakeMastodon,
  config?: Partial<TimelinesConfig<E>>,
): Timelines<E> {
  return timelinesAt<E>(server.url, { accessToken: server.token, ...config });
}

/** The timelines of whatever listens there, without discovery, and without a token. */
export const timelinesAt = <E extends EventCodecs = NoEvents>(
  url: string,
  config?: Partial<TimelinesConfig<E>>,
): Timelines<E> => createTimelines<E>({ baseUrl: url, streamingUrl: url, ...transport, ...config });

/** The stream is open at both ends. Over SSE the preamble says so; a WebSocket's server says nothing. */
export async function ready(
  server: FakeMastodon,
  recording: Recording<{ readonly type: string }>,
): Promise<void> {
  await recording.until(({ type }) => type === (overSse ? 'heartbeat' : 'connected'));
  await server.waitForConnections();
}

/** Events as the server writes them, to be handed to it in one piece: name (or none) and data of each. */
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

/** A text message, or a fragment of one, in a frame of a server's (RFC 6455, 5.2). */
export function textFrame(text: string, { final = true } = {}): Buffer {
  const payload = Buffer.from(text);
  const head = Buffer.of(final ? 0x81 : 0x01, 126, payload.length >> 8, payload.length & 0xff);
  return Buffer.concat([
    payload.length < 126 ? Buffer.of(head[0]!, payload.length) : head,
    payload,
  ]);
}

/** Type and payload of each event that came from the server, without the connection's own. */
export const fromServer = (
  events: readonly { readonly type: string; readonly payload: unknown }[],
): [string, unknown][] =>
  events.filter((event) => !isConnectionEvent(event)).map(({ type, payload }) => [type, payload]);

/**
 * Resolves once what the library opened is closed: every socket where it holds them itself. Node's own
 * fetch, which stands in for a browser's, keeps idle sockets for some seconds, so that there it is the
 * streams that must be gone.
 */
export const closed = (server: FakeMastodon): Promise<void> =>
  controlsNetwork ? server.waitForClosedSockets() : server.waitForDisconnections();
