/** Three partitions on one nats-server, by `stream` and `subjectPrefix`, with their consumers merged. */
import { assignTimelines, fromJetStream, setUpStreams } from 'mastodon-rx/jetstream';
import { describe, expect, it } from 'vitest';
import { fake } from '../helpers/fake.ts';
import { connectTo, hasNatsServer, startNatsServer } from '../helpers/nats.ts';
import { record } from '../helpers/record.ts';
import { Watch } from '../helpers/watch.ts';
import { Worker } from './workers.ts';

const PARTITIONS = [1, 2, 3].map((n) => ({ stream: `M${n}`, subjectPrefix: `m${n}` }));
const PER_PHASE = 30;
/** One of this many posts can never be processed. */
const POISON = 10;

describe.skipIf(!hasNatsServer)('three partitions with merged consumers', () => {
  it('lose nothing when any process is killed, dead letters included', async () => {
    const natsServer = await startNatsServer();
    const server = await fake({ historyLimit: 10_000 });
    const { js } = await connectTo(natsServer.url);
    const watch = new Watch();
    const done = new Set<string>();
    for (const [n, names] of PARTITIONS.entries()) {
      await setUpStreams(js, names);
      const timeline = ['hashtag', `t${n}`];
      await assignTimelines(js, { instance: server.url, timeline, credential: 'alice' }, names);
    }
    const ingesters = PARTITIONS.map(
      (names) =>
        new Worker({
          role: 'ingester',
          servers: [natsServer.url],
          config: {
            ...names,
            lease: 1_000,
            credentials: { alice: server.token },
            client: { streamingUrl: server.url, reconnect: 100 },
          },
        }),
    );
    const poison: string[] = [];
    const consumers = [1, 2].map(
      () =>
        new Worker(
          {
            role: 'consumer',
            servers: [natsServer.url],
            config: PARTITIONS.map(({ stream }) => ({
              ...{ stream, consumer: 'worker', startFrom: 'all', ackWait: 1_000 },
            })),
            poison: '#poison',
          },
          (word) => {
            if (word.word === 'done') done.add(word.id);
            watch.look();
          },
        ),
    );
    await Promise.all([...ingesters, ...consumers].map((each) => each.start()));
    await server.waitForConnections(PARTITIONS.length);

    const posted: string[] = [];
    const publish = (): void => {
      for (let n = 0; n < PER_PHASE; n++) {
        const isPoison = n % POISON === 0;
        const tags = [{ name: `t${n % PARTITIONS.length}` }];
        const { id } = server.post({ tags, content: isPoison ? '#poison' : 'a post' });
        (isPoison ? poison : posted).push(id);
      }
    };
    const settled = (): Promise<void> => watch.until(() => posted.every((id) => done.has(id)));
    publish();
    await settled();
    for (const victim of [...ingesters, ...consumers, natsServer]) {
      publish();
      await victim.kill();
      publish();
      await victim.start();
      await settled();
    }

    const { js: later } = await connectTo(natsServer.url);
    const letters: string[] = [];
    for (const { stream } of PARTITIONS) {
      const own = record(fromJetStream(later, { stream: `${stream}_DEAD`, startFrom: 'all' }));
      const mine = poison.filter((_, n) => `M${(n % 3) + 1}` === stream);
      await own.until(mine.length);
      letters.push(...own.values.map(({ event }) => (event.payload as { id: string }).id));
    }
    expect(letters.sort()).toEqual([...poison].sort());
    expect(poison.some((id) => done.has(id))).toBe(false);
    expect([...ingesters, ...consumers].flatMap(({ ended }) => ended)).toEqual([]);
  }, 180_000);
});
