import {
  createTimelines,
  type EventCodecs,
  type NoEvents,
  type Timelines,
  type TimelinesConfig,
} from 'mastodon-rx';
import { startFakeMastodon, type FakeMastodon, type FakeMastodonConfig } from 'mastodon-rx/testing';
import { onTestFinished } from 'vitest';
import { supportsDispatcher } from '#http';

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
  return createTimelines<E>({
    baseUrl: server.url,
    streamingUrl: server.url,
    accessToken: server.token,
    ...config,
  });
}

/** Type and payload of each event that came from the server, without the connection's own. */
export const fromServer = (
  events: readonly { readonly type: string; readonly payload: unknown }[],
): [string, unknown][] =>
  events.filter(({ type }) => !CONNECTION.has(type)).map(({ type, payload }) => [type, payload]);

const CONNECTION = new Set(['connected', 'heartbeat', 'disconnected', 'malformed', 'warning']);

/**
 * Resolves once what the library opened is closed: every socket where it holds them itself. Node's own
 * fetch, which stands in for a browser's, keeps idle sockets for some seconds, so that there it is the
 * streams that must be gone.
 */
export const closed = (server: FakeMastodon): Promise<void> =>
  supportsDispatcher ? server.socketsClosed() : server.disconnected();
