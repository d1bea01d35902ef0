// Shares the address of NATS, the connection's options and the streams among the processes of this example.
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import { setUpStreams } from 'mastodon-rx/jetstream';

export async function connectToNats(): Promise<{ nc: NatsConnection; js: JetStreamClient }> {
  const nc = await connect({
    servers: (process.env['NATS'] ?? '127.0.0.1:4222').split(','),
    // By default nats.js gives up after ten attempts, and takes 4 min to notice that a server is gone.
    maxReconnectAttempts: -1,
    reconnectTimeWait: 500,
    timeout: 5_000,
    pingInterval: 5_000,
    noAsyncTraces: true,
  });
  const js = jetstream(nc);
  await setUpStreams(js, { replicas: Number(process.env['REPLICAS'] ?? 1) });
  return { nc, js };
}

/** Prints a line every second, if it has changed. */
export function printEverySecond(line: () => string): void {
  let last = '';
  setInterval(() => {
    const now = line();
    if (now !== last) console.log(now);
    last = now;
  }, 1_000).unref();
}
