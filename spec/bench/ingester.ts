/**
 * `node --import tsx spec/bench/ingester.ts`: what 500 timelines with `catchUp` and `backfill` cost one ingester
 * process: memory, CPU, and the time until all are live again after it was killed. It needs `nats-server` and
 * a compiled `dist`, and prints; docs/past-one-machine.md quotes it.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type * as Library from '../../src/jetstream/index.ts';
import type * as Testing from '../../src/testing/index.ts';

// What is measured is dist.
const dist = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;
const { runIngester, setUpStreams } = (await import(dist('jetstream/index.js'))) as typeof Library;
const { startFakeMastodon } = (await import(dist('testing/index.js'))) as typeof Testing;

const TIMELINES = 500;
const PORT = 14_222;

interface Task {
  readonly url: string;
  readonly tokens: readonly string[];
}

const tagOf = (n: number): string => `t${n}`;

/** The ingester: says `connected` and `caught-up` once all timelines are, and what it cost. */
async function ingest({ url, tokens }: Task): Promise<void> {
  const nc = await connect({ servers: `127.0.0.1:${PORT}`, noAsyncTraces: true });
  const began = performance.now();
  const before = process.cpuUsage();
  const counts = new Map<string, number>();
  runIngester(jetstream(nc), {
    credentials: (name) => tokens[Number(name)],
    assignments: tokens.map((_, n) => ({
      ...{ instance: url, timeline: ['hashtag', tagOf(n)], credential: String(n) },
    })),
    client: { streamingUrl: url, backfill: 40 },
  }).subscribe((event) => {
    const type = event.type === 'connection' ? event.event.type : event.type;
    counts.set(type, (counts.get(type) ?? 0) + 1);
    if (counts.get(type) !== TIMELINES) return;
    const { user, system } = process.cpuUsage(before);
    const { rss, heapUsed } = process.memoryUsage();
    process.send?.({
      ...{ type, ms: Math.round(performance.now() - began) },
      ...{ cpuMs: Math.round((user + system) / 1_000) },
      ...{ rssMiB: Math.round(rss / 2 ** 20), heapMiB: Math.round(heapUsed / 2 ** 20) },
    });
  });
}

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mastodon-rx-bench-'));
  const args = ['-js', '-a', '127.0.0.1', '-p', String(PORT), '-sd', folder];
  const nats = spawn('nats-server', args, {
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await once(nats.stderr, 'data');
  const server = await startFakeMastodon({ historyLimit: 10_000 });
  const nc = await connect({ servers: `127.0.0.1:${PORT}`, waitOnFirstConnect: true });
  await setUpStreams(jetstream(nc));
  const task: Task = {
    url: server.url,
    tokens: Array.from({ length: TIMELINES }, () => server.addToken()),
  };
  const post = (times: number): void => {
    for (let n = 0; n < TIMELINES * times; n++) {
      server.post({ tags: [{ name: tagOf(n % TIMELINES) }] });
    }
  };
  const run = async (until: string) => {
    const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(task)]);
    for (;;) {
      const [word] = (await once(child, 'message')) as [{ type: string }];
      console.log(JSON.stringify(word));
      if (word.type === 'connected') post(1);
      if (word.type !== until) continue;
      child.kill('SIGKILL');
      return;
    }
  };
  console.log('the first time:');
  await run('stored');
  post(3);
  console.log('after a kill, three posts missed on each timeline:');
  await run('caught-up');
  await nc.close();
  nats.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
  process.exit();
}

const [, , task] = process.argv;
await (task === undefined ? measure() : ingest(JSON.parse(task) as Task));
