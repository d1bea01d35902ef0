/** One contender in a process of its own, which runs whenever the parent says so. */
import { contenders } from './contenders.ts';

/** What the parent asks for. */
export interface Task {
  readonly contender: string;
  readonly url: string;
  readonly count: number;
  readonly latency?: boolean;
  /** How many streams at once, each with `count` events; 1. */
  readonly streams?: number;
}

/** What it is told. */
export interface Result {
  /** CPU of the run, user and system, in µs per event. */
  readonly cpu: number;
  /** From the server's write to the parsed event, each, in µs, where the task asked for it. */
  readonly delays?: readonly number[];
}

async function run({ contender, url, count, latency, streams = 1 }: Task): Promise<Result> {
  const delays: number[] = [];
  const onUri = (uri: string): void => {
    delays.push(Number(process.hrtime.bigint() - BigInt(uri)) / 1_000);
  };
  const before = process.cpuUsage();
  const read = contenders[contender];
  if (!read) throw new Error(`There is no contender ${contender}`);
  const job = { url, count, onUri: latency ? onUri : undefined };
  await Promise.all(Array.from({ length: streams }, () => read(job)));
  const { user, system } = process.cpuUsage(before);
  return {
    cpu: (user + system) / (count * streams),
    ...(latency && { delays }),
  };
}

process.on('message', (task: Task) => {
  run(task).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.({ ready: true });
