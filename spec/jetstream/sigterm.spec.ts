/** Ends a process with SIGTERM, like a supervisor. */
import { assignTimelines, setUpStreams } from 'mastodon-rx/jetstream';
import { describe, expect, it } from 'vitest';
import { fake } from '../helpers/fake.ts';
import { connectTo, hasNatsServer, startNatsServer, waitingRequests } from '../helpers/nats.ts';
import { Watch } from '../helpers/watch.ts';
import { Worker } from './workers.ts';

describe.skipIf(!hasNatsServer)('an ingester that gets SIGTERM', () => {
  it('releases its timelines at once, and exits', async () => {
    const natsServer = await startNatsServer();
    const server = await fake();
    const { js } = await connectTo(natsServer.url);
    await setUpStreams(js);
    const held = [new Set<string>(), new Set<string>()] as const;
    const watch = new Watch();
    const [first, second] = held.map(
      (own) =>
        new Worker(
          {
            role: 'ingester',
            servers: [natsServer.url],
            config: {
              lease: 60_000, // so that the time is not that of a lease
              credentials: { alice: server.token },
              client: { streamingUrl: server.url, reconnect: true },
            },
          },
          (word) => {
            if (word.word === 'acquired') own.add(word.timeline);
            watch.look();
          },
        ),
    ) as [Worker, Worker];

    await first.start();
    await assignTimelines(js, [{ instance: server.url, timeline: ['user'], credential: 'alice' }]);
    await watch.until(() => held[0].size === 1);
    await second.start();
    // Both wait for assignments now, so that the time is that of the return alone.
    while ((await waitingRequests(js, 'MASTODON_ASSIGNMENTS', 'ingesters-main')) < 2);
    const began = performance.now();
    await first.kill('SIGTERM');
    await watch.until(() => held[1].size === 1);
    const took = performance.now() - began;
    console.log(`taken over in ${Math.round(took)} ms after SIGTERM`);
    expect(took).toBeLessThan(10_000); // less than a second if nothing else runs
    expect(first.ended).toEqual([]);
    await server.waitForConnections();
  }, 60_000);
});
