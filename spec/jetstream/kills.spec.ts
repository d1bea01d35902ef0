/** Walks the table of kills in examples/scale-out/README.md, with its programs as processes. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectTo, freePort, hasNatsServer, startNatsServer } from '../helpers/nats.ts';
import { Watch } from '../helpers/watch.ts';
import { Program } from './programs.ts';

const readme = readFileSync(
  resolve(import.meta.dirname, '../../examples/scale-out/README.md'),
  'utf8',
);

/** The first column of the table. */
const rows = [...readme.matchAll(/^\| (\S[^|]*?) +\|/gm)]
  .map(([, cell = '']) => cell)
  .filter((cell) => !cell.startsWith('-') && !cell.startsWith('`'));

async function world() {
  const natsServer = await startNatsServer();
  const watch = new Watch();
  const env = { NATS: `127.0.0.1:${natsServer.port}`, PORT: String(await freePort()) };
  const program = (name: string, ...args: string[]): Program => {
    const made = new Program(name, args, env, watch.look);
    made.start();
    return made;
  };
  const mastodon = program('assign');
  await watch.until(() => mastodon.count('group b: 10 new of 10') === 1);
  const ingesters = [program('ingester', 'a'), program('ingester', 'b')] as const;
  const consumers = [program('consumer'), program('consumer')] as const;
  const { js } = await connectTo(natsServer.url);
  const manager = await js.jetstreamManager();

  const posted = (): number => mastodon.numbers('posted')[0] ?? 0;
  const duplicates = (): number[] => ingesters.map((each) => each.numbers('published')[1] ?? 0);
  const counted = (): number =>
    consumers.reduce((sum, each) => sum + (each.numbers('counted')[0] ?? 0), 0);
  const again = (): number =>
    consumers.reduce((sum, each) => sum + (each.numbers('counted')[1] ?? 0), 0);
  /** Waits for this many more posts. */
  const posts = (more: number): Promise<void> => {
    const from = posted();
    return watch.until(() => posted() >= from + more);
  };
  /** Ends the posting, and returns the numbers once JetStream has stored and delivered everything. */
  const end = async () => {
    mastodon.signal('SIGUSR2');
    await watch.until(() => mastodon.printed.includes(' posted in all'));
    const all = mastodon.numbers('posted in all')[0] ?? 0;
    // Only JetStream shows the remaining deliveries.
    for (;;) {
      const { state } = await manager.streams.info('MASTODON');
      const { num_pending, num_ack_pending, delivered } = await manager.consumers.info(
        'MASTODON',
        'counter',
      );
      if (state.messages >= all && num_pending === 0 && num_ack_pending === 0) {
        return { posted: all, stored: state.messages, deliveries: delivered.consumer_seq };
      }
    }
  };
  await watch.until(() => counted() > 0 && duplicates().some((n) => n > 0));
  return {
    natsServer,
    watch,
    mastodon,
    ingesters,
    consumers,
    posted,
    duplicates,
    counted,
    again,
    posts,
    end,
  };
}

const WALKS: Readonly<Record<string, () => Promise<void>>> = {
  'an ingester': async () => {
    const { watch, ingesters, duplicates, posts, end, counted, again } = await world();
    const [, second] = ingesters;
    await second.kill();
    await posts(30);
    second.start();
    await watch.until(() => second.count('caught-up') === 10);
    const [before = 0] = duplicates();
    await watch.until(() => duplicates().reduce((sum, n) => sum + n) > before + 10);
    const { posted, stored, deliveries } = await end();
    await watch.until(() => counted() === posted);

    expect(stored).toBe(posted);
    expect([deliveries, again()]).toEqual([posted, 0]);
  },

  'a consumer': async () => {
    const { watch, consumers, posts, end, again } = await world();
    const [first, second] = consumers;
    // Deliveries from now on are unacknowledged when it is killed.
    first.signal('SIGSTOP');
    await posts(20);
    await first.kill();
    await watch.until(() => again() > 0);
    const { posted, stored, deliveries } = await end();
    await watch.until(() => again() === deliveries - posted);

    expect(stored).toBe(posted);
    expect(second.numbers('counted')[0]).toBeGreaterThan(20);
  },

  'nats-server': async () => {
    const { watch, natsServer, posted: soFar, posts, end, counted } = await world();
    await natsServer.kill();
    await posts(10);
    // A consumer prints once a second, and later on a busy machine; it cannot have counted more than the posts.
    const before = soFar();
    await posts(30);
    expect(counted()).toBeLessThanOrEqual(before);
    await natsServer.start();
    await watch.until(() => counted() > before);
    const { posted, stored, deliveries } = await end();
    // A server that was killed may have forgotten some acknowledgements: those posts are counted twice.
    await watch.until(() => counted() >= posted);

    expect(stored).toBe(posted);
    expect(deliveries).toBeGreaterThanOrEqual(posted);
  },

  everything: async () => {
    const {
      natsServer,
      ingesters,
      consumers,
      posted: soFar,
      posts,
      end,
      counted,
      watch,
    } = await world();
    const all = [...ingesters, ...consumers];
    // Each timeline has a stored event, from which it can be resumed.
    await posts(20);
    const first = soFar();
    await watch.until(() => counted() >= first);
    await Promise.all([natsServer, ...all].map((each) => each.kill()));
    await posts(30);
    await natsServer.start();
    for (const each of all) each.start();
    await watch.until(() => ingesters.every((each) => each.count('caught-up') === 10));
    const { posted, stored, deliveries } = await end();
    // The restarted consumers count the posts of the meantime.
    await watch.until(() => counted() > 0);

    expect(stored).toBe(posted);
    expect(deliveries).toBeGreaterThanOrEqual(posted);
  },
};

describe.skipIf(!hasNatsServer)('the table of kills in examples/scale-out', () => {
  it('has these rows and no others', () => {
    expect(rows).toEqual(Object.keys(WALKS));
  });

  it.each(Object.entries(WALKS))(
    '%s: what it says',
    async (_row, walk) => {
      await walk();
    },
    120_000,
  );
});
