/** Declares and checks the options of `runIngester`. */
import { check, checkCount, checkKeys, checkWait, MAX_WAIT } from '../config/check.ts';
import type { TimelinesConfig } from '../config/options.ts';
import type { BaseEvent, EventCodecs, NoEvents } from '../model/events.ts';
import { checked, type Assignment } from './assignment.ts';
import type { AssignmentsConfig } from './assignments.ts';
import type { ToJetStreamConfig } from './toJetStream.ts';

/** A token, or a function that returns one and is called at every connect. */
export type Credential = string | (() => string | Promise<string>);

/** The options of `runIngester`. */
export interface IngesterConfig<E extends EventCodecs = NoEvents> extends AssignmentsConfig {
  /**
   * The tokens by the names that assignments have for them, or a function that returns the one of a name
   * for an instance (its URL). `undefined` means that this ingester does not have it, another one may.
   */
  credentials:
    | Readonly<Record<string, Credential>>
    | ((name: string, instance: string) => Credential | undefined);
  /**
   * The timelines of this process, for as long as it runs: `all.filter(shard({ index, count }))`. `group`,
   * `capacity` and `lease` then have no effect, and nothing is read from the stream of assignments.
   * @defaultValue What `assignTimelines` assigned to the group, shared with its other ingesters.
   */
  assignments?: readonly Assignment[] | undefined;
  /**
   * The highest number of timelines that this process acquires.
   * @defaultValue `500`
   */
  capacity?: number | undefined;
  /**
   * The longest time that an ingester may be silent before JetStream assigns its timelines to others, in ms,
   * at least 1,000: the `ack_wait` of the group's consumer. The group's first ingester decides.
   * @defaultValue `5_000`
   */
  lease?: number | undefined;
  /** The options of the clients: `allowInsecure`, `dispatcher`, `events`, `timeout`, … */
  client?: Omit<TimelinesConfig<E>, 'baseUrl' | 'accessToken'> | undefined;
  /** Options of the storing of events: `maxInFlight`, `capacity`, `timeout`, `key`. */
  store?:
    | Pick<
        ToJetStreamConfig<BaseEvent<string, unknown>>,
        'maxInFlight' | 'capacity' | 'timeout' | 'key'
      >
    | undefined;
  /**
   * The time after which a timeline is tried again that failed for good (a revoked token), in ms.
   * @defaultValue `60_000`
   */
  failureDelay?: number | undefined;
}

/** Throws `MastodonIllegalArgumentError` unless the options are right. */
export function checkIngesterConfig(config: IngesterConfig<EventCodecs>): void {
  checkKeys('option of runIngester', config, [
    ...['credentials', 'assignments', 'capacity', 'lease', 'client', 'store', 'failureDelay'],
    ...['group', 'stream', 'subjectPrefix'],
  ]);
  const { credentials, assignments = [], capacity = 1, lease = 1_000, failureDelay = 0 } = config;
  check(
    ['function', 'object'].includes(typeof (credentials as unknown)) && Boolean(credentials),
    'credentials must be an object of tokens by name, or a function',
  );
  check(Array.isArray(assignments), 'assignments must be an array');
  for (const assignment of assignments as readonly Assignment[]) checked(assignment);
  checkCount('capacity', capacity, 'timelines', 1);
  check(
    typeof lease === 'number' && lease >= 1_000 && lease <= MAX_WAIT,
    `lease must be a number of ms from 1,000 to ${MAX_WAIT}`,
  );
  checkWait('failureDelay', failureDelay, 0);
}
