/** A process that is silent for longer than its lease, and then comes back. */
import { assignTimelines, setUpStreams, unassignTimelines } from 'mastodon-rx/jetstream';
import { describe, expect, it } from 'vitest';
import { fake } from '../helpers/fake.ts';
import { connectTo, hasNatsServer, startNatsServer, waitingRequests } from '../helpers/nats.ts';
import { Watch } from '../helpers/watch.ts';
import { Worker } from './workers.ts';

const ALL = 6;

describe.skipIf(!hasNatsServer)('an ingester that was silent for longer than its lease', () => {
  it('releases a timeline that another one has acquired, so that it is streamed once', async () => {
    const natsServer = await startNatsServer();
    const server = await fake();
    const { js } = await connectTo(natsServer.url);
    await setUpStreams(js);
    const watch = new Watch();
    const reasons: string[] = [];
    const held = [new Set<string>(), new Set<string>()] as const;
    const [first, second] = held.map(
      (own) =>
        new Worker(
          {
            role: 'ingester',
            servers: [natsServer.url],
            config: {
              lease: 1_000,
              credentials: { alice: server.token },
              client: { streamingUrl: server.url, reconnect: true },
            },
          },
          (word) => {
            if (word.word === 'acquired') own.add(word.timeline);
            if (word.word === 'released') {
              own.delete(word.timeline);
              reasons.push(word.reason);
            }
            watch.look();
          },
        ),
    ) as [Worker, Worker];
    const assignments = Array.from({ length: ALL }, (_, n) => ({
      ...{ instance: server.url, timeline: ['hashtag', `t${n}`], credential: 'alice' },
    }));

    await first.start();
    await assignTimelines(js, assignments);
    await watch.until(() => held[0].size === ALL);
    await second.start();
    while ((await waitingRequests(js, 'MASTODON_ASSIGNMENTS', 'ingesters-main')) < 2);
    first.send('SIGSTOP');
    await watch.until(() => held[1].size >= ALL / 2);
    first.send('SIGCONT');
    await watch.until(() => held[0].size + held[1].size === ALL);

    expect(new Set([...held[0], ...held[1]]).size).toBe(ALL);
    expect(new Set(reasons)).toEqual(new Set(['lost']));
    await server.waitForDisconnections(ALL);
    await unassignTimelines(js, assignments);
    await watch.until(() => held[0].size + held[1].size === 0);
    await server.waitForDisconnections();
  }, 60_000);
});
