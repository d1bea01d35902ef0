/** One contender in a process of its own, which runs at each message of the parent. */
import { contenders } from './contenders.ts';

/** The parent's message. */
export interface Task {
  readonly contender: string;
  readonly url: string;
  readonly count: number;
  readonly latency?: boolean;
  /** The number of streams at once, each with `count` events; 1 by default. */
  readonly streams?: number;
}

/** The response to the parent. */
export interface Result {
  /** The CPU time of the run, user and system, in µs per event. */
  readonly cpu: number;
  /** The time from the server's write to each parsed event, in µs, if the task asks for it. */
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
