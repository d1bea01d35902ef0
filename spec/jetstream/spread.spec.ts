import { assignTimelines, setUpStreams } from 'mastodon-rx/jetstream';
import { describe, expect, it } from 'vitest';
import { fake } from '../helpers/fake.ts';
import { connectTo, hasNatsServer, startNatsServer, waitingRequests } from '../helpers/nats.ts';
import { Watch } from '../helpers/watch.ts';
import { Worker } from './workers.ts';

const ASSIGNMENTS = 1_000;
const INGESTERS = 4;

describe.skipIf(!hasNatsServer)('a thousand assignments over four ingesters', () => {
  it('are spread evenly, and taken over within 10 s when one of them dies', async () => {
    const natsServer = await startNatsServer();
    const server = await fake();
    const { js } = await connectTo(natsServer.url);
    await setUpStreams(js);
    const watch = new Watch();

    const held = Array.from({ length: INGESTERS }, () => new Set<string>());
    const workers = held.map(
      (own) =>
        new Worker(
          {
            role: 'ingester',
            servers: [natsServer.url],
            config: {
              lease: 3_000,
              credentials: { alice: server.token },
              client: { streamingUrl: server.url, catchUp: false, reconnect: true },
            },
          },
          (word) => {
            if (word.word === 'acquired') own.add(word.timeline);
            if (word.word === 'released') own.delete(word.timeline);
            watch.look();
          },
        ),
    );
    await Promise.all(workers.map((worker) => worker.start()));
    while ((await waitingRequests(js, 'MASTODON_ASSIGNMENTS', 'ingesters-main')) < INGESTERS);

    const all = Array.from({ length: ASSIGNMENTS }, (_, n) => ({
      instance: server.url,
      timeline: ['hashtag', `t${n}`],
      credential: 'alice',
    }));
    expect(await assignTimelines(js, all)).toBe(ASSIGNMENTS);
    const total = (sets: readonly Set<string>[]): number =>
      new Set(sets.flatMap((set) => [...set])).size;
    /** All request equally often; the speed of the responses depends on the machine. */
    const expectSpread = (sets: readonly Set<string>[]): void => {
      for (const { size } of sets) expect((size * sets.length) / ASSIGNMENTS).toBeGreaterThan(0.3);
    };
    await watch.until(() => total(held) === ASSIGNMENTS);
    expectSpread(held);
    const sizes = held.map(({ size }) => size);
    await server.waitForConnections(ASSIGNMENTS);

    const [, ...others] = held;
    const began = performance.now();
    await workers[0]?.kill();
    await watch.until(() => total(others) === ASSIGNMENTS);
    const took = performance.now() - began;
    console.log(`spread: ${sizes.join(', ')}; taken over in ${Math.round(took)} ms`);
    expect(took).toBeLessThan(10_000);
    expectSpread(others);
    await server.waitForConnections(ASSIGNMENTS);
  }, 180_000);
});
