/**
 * Runs one ingester or consumer as a process that specs can kill. It receives its task from the spec, and reports
 * its events.
 */
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import {
  ackAfter,
  fromJetStream,
  runIngester,
  type FromJetStreamConfig,
  type IngesterConfig,
} from 'mastodon-rx/jetstream';
import { fromEvent, merge, retry, takeUntil } from 'rxjs';

/** The task of a worker. */
export type Task = { readonly servers: string[] } & (
  | { readonly role: 'ingester'; readonly config: IngesterConfig }
  | {
      readonly role: 'consumer';
      /** The deliveries of several consumers are merged. */
      readonly config: FromJetStreamConfig | FromJetStreamConfig[];
      /** Posts with this text are never processed. */
      readonly poison?: string;
    }
);

/** The reports of a worker. */
export type Word =
  | { readonly word: 'ready' }
  | { readonly word: 'acquired'; readonly timeline: string }
  | { readonly word: 'released'; readonly timeline: string; readonly reason: string }
  | { readonly word: 'stored'; readonly stored: number; readonly duplicates: number }
  | { readonly word: 'done'; readonly id: string; readonly redelivered: boolean };

/** Resolves when the report is sent, so that it arrives even if this process is killed at once. */
const say = (word: Word): Promise<void> =>
  new Promise((resolve) => process.send?.(word, undefined, undefined, () => resolve()));

const task = JSON.parse(process.argv[2] ?? '') as Task;
// The spec's process has ended, which no one else would tell this process.
process.once('disconnect', () => process.exit());

const nc = await connect({
  servers: task.servers,
  maxReconnectAttempts: -1,
  reconnectTimeWait: 100,
  timeout: 3_000,
  pingInterval: 3_000,
});
const js = jetstream(nc);
await say({ word: 'ready' });

if (task.role === 'ingester') {
  let stored = 0;
  let duplicates = 0;
  setInterval(() => void say({ word: 'stored', stored, duplicates }), 250).unref();
  runIngester(js, task.config)
    .pipe(retry({ delay: 200 }), takeUntil(fromEvent(process, 'SIGTERM')))
    .subscribe({
      next: (event) => {
        if (event.type === 'stored') {
          stored++;
          if (event.duplicate) duplicates++;
        } else if (event.type === 'acquired' || event.type === 'released') {
          const timeline = JSON.stringify(event.assignment.timeline);
          void say(
            event.type === 'acquired'
              ? { word: 'acquired', timeline }
              : { word: 'released', timeline, reason: event.reason },
          );
        }
      },
      complete: () => void nc.drain().then(() => process.exit()),
    });
} else {
  const configs = Array.isArray(task.config) ? task.config : [task.config];
  const { poison } = task;
  merge(...configs.map((config) => fromJetStream(js, config)))
    .pipe(
      ackAfter(
        ({ event, redelivered }) => {
          const { id, content } = event.payload as { id: string; content?: string };
          if (poison !== undefined && content?.includes(poison)) throw new Error('It is poison');
          return say({ word: 'done', id, redelivered });
        },
        { concurrency: 16, ...(poison !== undefined && { attempts: 5, delay: 10 }) },
      ),
      retry({ delay: 200 }),
    )
    .subscribe();
}
