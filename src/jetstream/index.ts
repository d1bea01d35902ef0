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
export {
  runIngester,
  type Credential,
  type IngesterConfig,
  type IngesterEvent,
} from './runIngester.ts';
export type { LeaseEnd } from './leases.ts';
export {
  assignTimelines,
  listAssignments,
  unassignTimelines,
  type AssignmentsConfig,
} from './assignments.ts';
export type { Assignment } from './assignment.ts';

/* The engine */
export { setUpStreams, type SetUpStreamsConfig } from './setUpStreams.ts';
export {
  MastodonJetStreamError as MastodonJetStreamError,
  type JetStreamErrorConfig as EngineErrorConfig,
} from './errors.ts';
