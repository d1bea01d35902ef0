/**
 * `npm run bench:jetstream`: what `toJetStream` and `fromJetStream` cost beside a bare publish and a bare
 * consume of the same bytes, through the same nats-server in the same run. It needs `nats-server`, takes about a
 * minute, and prints; docs/past-one-machine.md quotes it.
 *
 * `toJetStream` is to reach 0.90 of its baseline, `fromJetStream` 0.95. Runs alternate (A B A B …); a ratio is
 * a run against the two baseline runs around it.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { EMPTY, from, lastValueFrom, take, tap } from 'rxjs';
import type * as Library from '../../src/jetstream/index.ts';
import { fakeStatus } from '../../src/testing/entities.ts';
import { printTable } from './report.ts';

// What is measured is dist.
const { ackAfter, fromJetStream, setUpStreams, toJetStream } = (await import(
  new URL('../../dist/jetstream/index.js', import.meta.url).href
)) as typeof Library;

const EVENTS = 2_000;
const ROUNDS = 15;
const IN_FLIGHT = 256;

const free = createServer().listen(0, '127.0.0.1');
await once(free, 'listening');
const { port } = free.address() as AddressInfo;
free.close();
const folder = mkdtempSync(join(tmpdir(), 'mastodon-rx-bench-'));
const args = ['-js', '-a', '127.0.0.1', '-p', String(port), '-sd', folder];
const natsServer = spawn('nats-server', args, {
  env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
  stdio: ['ignore', 'ignore', 'pipe'],
});
await once(natsServer.stderr, 'data');
const nc = await connect({
  servers: `127.0.0.1:${port}`,
  waitOnFirstConnect: true,
  noAsyncTraces: true,
});
const js = jetstream(nc);
await setUpStreams(js);
const manager = await js.jetstreamManager();

const server = 'bench.example';
/** One for all events of a stream, as decoded ones have it. */
const stream = ['public'];
let round = 0;
/** Ids that were never stored: repetitions would cost JetStream less. */
const events = () => {
  round++;
  return Array.from({ length: EVENTS }, (_, n) => ({
    type: 'update',
    payload: fakeStatus({ id: `${round}${String(n).padStart(6, '0')}` }),
    stream,
  }));
};

type Runner = () => Promise<number>;

const timed = async (run: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await run();
  return EVENTS / ((performance.now() - began) / 1_000);
};

/** As many in flight; each event is written as JSON, or was before. */
const publishBare = (isReady: boolean): Promise<number> => {
  const source = events();
  const ready = isReady ? source.map(({ payload }) => JSON.stringify(payload)) : [];
  return timed(async () => {
    let next = 0;
    const send = async (): Promise<void> => {
      for (;;) {
        const n = next++;
        const event = source[n];
        if (!event) return;
        const data = ready[n] ?? JSON.stringify(event.payload);
        await js.publish('mastodon.bench%2Eexample.public.update', data, {
          msgID: `${server}/update:${event.payload.id}`,
        });
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, send));
  });
};

const publish: Runner = () => {
  const source = events();
  return timed(() =>
    lastValueFrom(
      from(source).pipe(
        toJetStream(js, { instance: server, maxInFlight: IN_FLIGHT, capacity: EVENTS }),
      ),
    ),
  );
};

const forgotten = async (name: string): Promise<string> => {
  await manager.consumers.delete('MASTODON', name).catch(() => false);
  return name;
};

/** Takes and acknowledges, and does not look at what it is. */
const bareConsume: Runner = async () => {
  const name = await forgotten('bare');
  const info = await manager.consumers.add('MASTODON', {
    durable_name: name,
    ack_policy: 'explicit',
    deliver_policy: 'all',
    max_ack_pending: 1_000,
  });
  const consumer = js.consumers.getConsumerFromInfo(info);
  return timed(
    () =>
      new Promise<void>((resolve) => {
        let count = 0;
        void consumer
          .consume({
            callback: (message) => {
              message.ack();
              if (++count === EVENTS) resolve();
            },
          })
          .then(async (messages) => {
            while (count < EVENTS) await new Promise((again) => setTimeout(again, 10));
            await messages.close();
          });
      }),
  );
};

const consumeWith = async (acknowledge: 'by hand' | 'after'): Promise<number> => {
  const consumer = await forgotten('ours');
  const deliveries$ = fromJetStream(js, { consumer, startFrom: 'all', maxAckPending: 1_000 });
  return timed(() =>
    acknowledge === 'by hand'
      ? lastValueFrom(
          deliveries$.pipe(
            tap((delivery) => delivery.ack()),
            take(EVENTS),
          ),
        )
      : lastValueFrom(
          deliveries$.pipe(
            take(EVENTS),
            ackAfter(() => EMPTY, { concurrency: 64 }),
          ),
          { defaultValue: undefined },
        ),
  );
};

/** Takes, parses and acknowledges: what everybody has to do who wants to see an event. */
const parseConsume: Runner = async () => {
  const name = await forgotten('parse');
  const info = await manager.consumers.add('MASTODON', {
    durable_name: name,
    ack_policy: 'explicit',
    deliver_policy: 'all',
    max_ack_pending: 1_000,
  });
  const consumer = js.consumers.getConsumerFromInfo(info);
  return timed(async () => {
    let count = 0;
    const messages = await consumer.consume({
      callback: (message) => {
        message.json();
        message.ack();
        count++;
      },
    });
    while (count < EVENTS) await new Promise((again) => setImmediate(again));
    await messages.close();
  });
};

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

async function compare(
  title: string,
  [baselineName, baseline]: readonly [string, Runner],
  others: readonly (readonly [string, Runner])[],
): Promise<void> {
  for (let n = 0; n < 4; n++) {
    for (const run of [baseline, ...others.map(([, other]) => other)]) await run(); // until it is optimised
  }
  const values = others.map((): number[] => []);
  const ratios = others.map((): number[] => []);
  let before = await baseline();
  const baselines = [before];
  for (let n = 0; n < ROUNDS; n++) {
    for (const [index, [, run]] of others.entries()) {
      const value = await run();
      const after = await baseline();
      values[index]?.push(value);
      ratios[index]?.push((2 * value) / (before + after));
      baselines.push(after);
      before = after;
    }
  }
  printTable({
    id: title,
    title,
    unit: 'events/s',
    rows: [
      { name: baselineName, value: median(baselines), ratio: 1, runs: baselines.length },
      ...others.map(([name], index) => ({
        name,
        value: median(values[index] ?? []),
        ratio: median(ratios[index] ?? []),
        runs: ROUNDS,
      })),
    ],
  });
}

try {
  await compare(
    'Into JetStream',
    ['JSON.stringify, bare publish', () => publishBare(false)],
    [
      ['bare publish of ready bytes', () => publishBare(true)],
      ['toJetStream', publish],
    ],
  );
  await compare(
    'Out of JetStream',
    ['bare consume, JSON.parse', parseConsume],
    [
      ['bare consume, unread', bareConsume],
      ['fromJetStream', () => consumeWith('by hand')],
      ['fromJetStream, ackAfter', () => consumeWith('after')],
    ],
  );
} finally {
  await nc.close();
  natsServer.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
