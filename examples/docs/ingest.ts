// From Mastodon into NATS JetStream. Shown in docs/past-one-machine.md.
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { runIngester, setUpStreams, shard, type Assignment } from 'mastodon-rx/jetstream';
import { fromEvent, takeUntil } from 'rxjs';

const all: readonly Assignment[] = [
  { instance: 'https://mastodon.social', timeline: ['public:local'], credential: 'archive' },
  { instance: 'https://mastodon.social', timeline: ['hashtag', 'rxjs'], credential: 'archive' },
];

const nc = await connect({
  servers: ['10.0.0.1:4222', '10.0.0.2:4222', '10.0.0.3:4222'],
  maxReconnectAttempts: -1,
  reconnectTimeWait: 500,
  timeout: 5_000,
  pingInterval: 5_000,
  noAsyncTraces: true,
});
const js = jetstream(nc);
await setUpStreams(js, { replicas: 3, maxAge: 7 * 24 * 60 * 60 * 1_000 });

runIngester(js, {
  credentials: { archive: process.env['TOKEN'] ?? '' },
  assignments: all.filter(shard({ index: Number(process.env['SHARD_INDEX']), count: 3 })),
})
  .pipe(takeUntil(fromEvent(process, 'SIGTERM')))
  .subscribe({
    next: (event) => {
      if (event.type === 'failed') console.error(event.error.message);
    },
    complete: () => void nc.drain(),
  });
