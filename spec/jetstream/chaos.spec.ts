/**
 * 200 posts a second for half a minute on 40 timelines, over two redundant ingesters, nats-server and three
 * consumers, of which one is killed every 5 s. Some are processed twice, which is counted: what a consumer had
 * done and not yet acknowledged, and what nats-server had not yet written down of acknowledgements.
 * `CHAOS_SEED=…` repeats the order of the kills, `CHAOS_SECONDS=…` runs longer.
 */
import { assignTimelines, fromJetStream, setUpStreams } from 'mastodon-rx/jetstream';
import { describe, expect, it } from 'vitest';
import { fake } from '../helpers/fake.ts';
import { connectTo, hasNatsServer, startNatsServer } from '../helpers/nats.ts';
import { record } from '../helpers/record.ts';
import { Watch } from '../helpers/watch.ts';
import { Worker } from './workers.ts';

const SECONDS = Number(process.env['CHAOS_SECONDS'] ?? 30);
const RATE = 200;
const TIMELINES = 40;

/** Returns a generator of numbers from 0 to 1, the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Sets the rate of the posts and the times of the kills; no condition is awaited by it. */
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(!hasNatsServer)('two ingesters, nats-server and three consumers', () => {
  it(`store every post once and process each, while one process is killed every 5 s`, async () => {
    const seed = Number(process.env['CHAOS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    const next = random(seed);
    const natsServer = await startNatsServer();
    const server = await fake({ historyLimit: 100_000 });
    const { js } = await connectTo(natsServer.url);
    await setUpStreams(js);
    const tags = Array.from({ length: TIMELINES }, (_, n) => `t${n}`);
    // A token each: a token allows 300 pages in 5 min, and each restarted ingester requests some.
    const credentials = Object.fromEntries(tags.map((tag) => [tag, server.addToken()]));
    const timelines = tags.map((tag) => ({
      instance: server.url,
      timeline: ['hashtag', tag],
      credential: tag,
    }));
    for (const group of ['a', 'b']) await assignTimelines(js, timelines, { group });

    const watch = new Watch();
    const counts = new Map<string, number>();
    let redelivered = 0;
    const servers = [natsServer.url];
    let stored = 0;
    let duplicates = 0;
    const ingesters = ['a', 'b'].map((group) => {
      let before = { stored: 0, duplicates: 0 };
      return new Worker(
        {
          role: 'ingester',
          servers,
          config: {
            group,
            lease: 2_000,
            credentials,
            client: { streamingUrl: server.url, reconnect: 100 },
          },
        },
        (word) => {
          if (word.word === 'ready') before = { stored: 0, duplicates: 0 };
          if (word.word !== 'stored') return;
          stored += word.stored - before.stored;
          duplicates += word.duplicates - before.duplicates;
          before = word;
        },
      );
    });
    const consumers = [1, 2, 3].map(
      () =>
        new Worker(
          {
            role: 'consumer',
            servers,
            config: {
              consumer: 'counters',
              startFrom: 'all',
              ackWait: 5_000,
              maxAckPending: 300,
            },
          },
          (word) => {
            if (word.word !== 'done') return;
            counts.set(word.id, (counts.get(word.id) ?? 0) + 1);
            if (word.redelivered) redelivered++;
            watch.look();
          },
        ),
    );
    const processes: readonly (readonly [
      string,
      { start(): Promise<void>; kill(): Promise<void> },
    ])[] = [
      ['nats-server', natsServer],
      ...ingesters.map((worker, n) => [`ingester ${'ab'[n] ?? ''}`, worker] as const),
      ...consumers.map((worker, n) => [`consumer ${n + 1}`, worker] as const),
    ];
    await Promise.all([...ingesters, ...consumers].map((worker) => worker.start()));
    await server.waitForConnections(2 * TIMELINES);

    const published: string[] = [];
    const began = performance.now();
    const kills: string[] = [];
    const publish = async (): Promise<void> => {
      while (published.length < SECONDS * RATE) {
        const due = Math.min(SECONDS, (performance.now() - began) / 1_000) * RATE;
        while (published.length < due) {
          const tag = tags[published.length % TIMELINES]!;
          published.push(server.post({ tags: [{ name: tag }] }).id);
        }
        await pause(20);
      }
    };
    const kill = async (): Promise<void> => {
      for (let at = 5; at <= SECONDS; at += 5) {
        await pause(began + at * 1_000 - performance.now());
        const [name, victim] = processes[Math.floor(next() * processes.length)]!;
        kills.push(name);
        await victim.kill();
        await victim.start();
      }
    };
    await Promise.all([publish(), kill()]);
    const all = new Set(published);
    // No time limit: the time depends on the machine.
    await watch.until(() => counts.size >= all.size);

    const { js: later } = await connectTo(natsServer.url);
    const manager = await later.jetstreamManager();
    const { messages } = (await manager.streams.info('MASTODON')).state;
    const held = await record(
      fromJetStream(later, { startFrom: 'all', maxAckPending: 100_000 }),
    ).until(messages);
    const ids = held.map(({ event }) => (event.payload as { id: string }).id);
    const done = [...counts.values()].reduce((sum, each) => sum + each, 0);
    console.log(
      `CHAOS_SEED=${seed}: ${published.length} posts; killed: ${kills.join(', ')}; ` +
        `the ingesters sent ${stored}, of which JetStream knew ${duplicates}; ` +
        `processed ${done}, ${done - counts.size} of them a second time, ${redelivered} marked as redelivered`,
    );
    expect([...ingesters, ...consumers].flatMap(({ ended }) => ended)).toEqual([]);
    const inStream = new Set(ids);
    expect(published.filter((id) => !inStream.has(id))).toEqual([]);
    expect(ids).toHaveLength(inStream.size);
    expect(published.filter((id) => !counts.has(id))).toEqual([]);
  }, 360_000);
});
