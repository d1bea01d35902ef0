/** Compares the events of the fake in memory with those of the one on loopback. */
import { createTimelines } from 'mastodon-rx';
import { startFakeMastodon, type FakeServerConfig } from 'mastodon-rx/testing';
import { createFakeMastodon } from 'mastodon-rx/testing/memory';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CASTS, everyFault, SETTING, type Stage } from './stories.ts';

async function onLoopback(config: FakeServerConfig): Promise<Stage> {
  const server = await startFakeMastodon(config);
  onTestFinished(() => server.close());
  return {
    server,
    timelines: (options) =>
      createTimelines({ baseUrl: server.url, accessToken: server.token, ...options }),
  };
}

function inMemory(config: FakeServerConfig): Stage {
  const server = createFakeMastodon(config);
  onTestFinished(() => server.close());
  return { server, timelines: (options) => server.timelines(options) };
}

describe.each(CASTS)('$flavour over $transport', (cast) => {
  const config = { ...SETTING, flavour: cast.flavour };

  it('every fault causes the same events', async () => {
    const [memory, loopback] = await Promise.all([
      everyFault(inMemory(config), cast),
      onLoopback(config).then((stage) => everyFault(stage, cast)),
    ]);
    expect(memory.length).toBeGreaterThan(60);
    expect(memory).toEqual(loopback);
  });
});
