// What all processes of this example share: where the engine is, how it is connected to, and its streams.
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import { setUpStreams } from 'mastodon-rx/jetstream';

export async function engine(): Promise<{ nc: NatsConnection; js: JetStreamClient }> {
  const nc = await connect({
    servers: (process.env['NATS'] ?? '127.0.0.1:4222').split(','),
    // The defaults are to give up after ten attempts, and to notice a dead engine after 4 min.
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
