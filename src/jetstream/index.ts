/** `mastodon-rx/jetstream`: past one machine, on NATS JetStream. */

/* Events in, events out */
export { eventKey, type EventKeyConfig } from './eventKey.ts';
export { subjectOf, type EventFilter } from './subjects.ts';
export { toJetStream, type ToJetStreamConfig } from './toJetStream.ts';
export { fromJetStream, type FromJetStreamConfig } from './fromJetStream.ts';
export type { Delivery } from './delivery.ts';
export { ackAfter, type AckAfterConfig } from './ackAfter.ts';
export type { StoredEvent } from './message.ts';

/* Who streams what */
export { shard, type ShardConfig } from './shard.ts';
export { runIngester, type IngesterEvent } from './runIngester.ts';
export type { Credential, IngesterConfig } from './ingesterConfig.ts';
export type { TimelineReport } from './ingestTimeline.ts';
export type { LeaseEnd } from './leases.ts';
export {
  assignTimelines,
  listAssignments,
  unassignTimelines,
  type AssignmentsConfig,
} from './assignments.ts';
export type { Assignment } from './assignment.ts';

/* JetStream itself */
export { setUpStreams, type SetUpStreamsConfig } from './setUpStreams.ts';
export { MastodonJetStreamError, type JetStreamErrorConfig } from './errors.ts';
