/** The User-Agent of every request in Node, since some servers reject requests without one. */
import { createTimelines, type TimelinesConfig } from 'mastodon-rx';
import type { FakeMastodon } from 'mastodon-rx/testing';
import { describe, expect, it } from 'vitest';
import { VERSION } from '../../src/internal/version.ts';
import { fake } from '../helpers/fake.ts';
import { record } from '../helpers/record.ts';

/** Makes the client send each kind of request: both transports, discovery, REST, health. */
async function requestEverything(
  server: FakeMastodon,
  config: Partial<TimelinesConfig> = {},
): Promise<Map<string, string | undefined>> {
  const reconnect = { delay: 1, maxDelay: 1, jitter: false };
  const timelines = createTimelines({
    ...{ baseUrl: server.url, accessToken: server.token, catchUp: true, reconnect },
    ...config,
  });
  for (const transport of ['sse', 'websocket'] as const) {
    const recording = record(timelines.user({ transport }));
    await recording.until(({ type }) => type === 'connected');
    await server.waitForConnections();
    server.end();
    await recording.until(({ type }) => type === 'caught-up');
    recording.unsubscribe();
  }
  await timelines.isHealthy();
  return new Map(
    server.requests.map(({ path, headers }) => [
      `${headers.upgrade ?? ''} ${path.replace(/\?.*/, '')}`.trim(),
      headers['user-agent'],
    ]),
  );
}

const EVERYTHING = [
  '/api/v2/instance',
  '/api/v1/streaming/user',
  'websocket /api/v1/streaming',
  '/api/v1/streaming/health',
  '/api/v1/timelines/home',
  '/api/v1/notifications',
];

describe('the User-Agent', () => {
  it('is this library and its version, in every request', async () => {
    const sent = await requestEverything(await fake());
    expect([...sent.keys()].sort()).toEqual([...EVERYTHING].sort());
    expect(new Set(sent.values())).toEqual(new Set([`mastodon-rx/${VERSION}`]));
  });

  it('can be set, to a text that a header can carry', async () => {
    const userAgent = 'my-bot/1.0 (https://bot.example)';
    const sent = await requestEverything(await fake(), { userAgent });
    expect(new Set(sent.values())).toEqual(new Set([userAgent]));
    for (const wrong of ['', ' ', 'my-bot\r\nx: y', 'böt', 7]) {
      expect(() =>
        createTimelines({ baseUrl: 'https://mastodon.example', userAgent: wrong as string }),
      ).toThrow('userAgent must be a string of visible ASCII characters');
    }
  });

  it('is sent on with a redirect', async () => {
    const streaming = await fake({ token: 'the-token' });
    const rest = await fake({ token: 'the-token', streamingUrl: null });
    rest.redirect(streaming.url);
    const timelines = createTimelines({ baseUrl: rest.url, accessToken: 'the-token' });
    await record(timelines.public()).until(1);
    expect(streaming.requests[0]?.headers['user-agent']).toBe(`mastodon-rx/${VERSION}`);
  });
});
