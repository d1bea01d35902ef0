// From NATS JetStream into a program. Shown in docs/past-one-machine.md.
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { ackAfter, fromJetStream, subjectOf, type StoredEvent } from 'mastodon-rx/jetstream';
import { retry } from 'rxjs';

declare function store(event: StoredEvent): Promise<void>;

const js = jetstream(await connect({ servers: '10.0.0.1:4222', maxReconnectAttempts: -1 }));
fromJetStream(js, {
  consumer: 'archive',
  filterSubject: subjectOf({ type: 'update' }),
  startFrom: 'all',
})
  .pipe(
    ackAfter(({ event }) => store(event), { concurrency: 8, attempts: 5 }),
    retry({ delay: 1_000 }),
  )
  .subscribe();
