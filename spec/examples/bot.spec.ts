import { MastodonUnauthorizedError } from 'mastodon-rx';
import { startFakeMastodon, type FakeMastodon } from 'mastodon-rx/testing';
import { firstValueFrom, take, toArray } from 'rxjs';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { textsOf } from '../../examples/testing/bot.ts';

describe('the bot', { timeout: 60_000 }, () => {
  let server: FakeMastodon;
  beforeEach(async () => {
    server = await startFakeMastodon();
    onTestFinished(() => server.close());
  });

  // No jitter and nearly no wait, so that the test is fast.
  const texts$ = () =>
    textsOf({
      baseUrl: server.url,
      accessToken: server.token,
      reconnect: { delay: 1, jitter: false },
    });

  it('loses nothing while the server restarts', async () => {
    const three = firstValueFrom(texts$().pipe(take(3), toArray()));
    await server.waitForConnections(); // resolves when a stream is open: no sleeps
    server.post({ content: 'before' });
    await server.stop();
    server.post({ content: 'meanwhile' });
    await server.start();
    await server.waitForConnections();
    server.post({ content: 'after' });
    expect(await three).toEqual(['before', 'meanwhile', 'after']);
  });

  it('ends when its token is revoked', async () => {
    const end = firstValueFrom(texts$());
    await server.waitForConnections();
    server.revoke(server.token);
    await expect(end).rejects.toThrow(MastodonUnauthorizedError);
  });

  it('waits for the Retry-After of the server', async () => {
    server.failNext(429, { 'retry-after': '1' });
    const one = firstValueFrom(texts$());
    await server.waitForConnections();
    server.post({ content: 'at last' });
    expect(await one).toBe('at last');
    const [refused, opened] = server.requests.filter(({ path }) => path.includes('/streaming/'));
    expect(opened!.at - refused!.at).toBeGreaterThanOrEqual(990);
  });
});
