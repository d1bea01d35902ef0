/** Streams the timelines that a process is assigned, and stores their events. */
import type { JetStreamClient } from '@nats-io/jetstream';
import {
  catchError,
  concat,
  defer,
  from,
  map,
  merge,
  mergeMap,
  NEVER,
  of,
  repeat,
  takeWhile,
  type Observable,
} from 'rxjs';
import { MastodonError } from '../model/errors.ts';
import type { EventCodecs, NoEvents } from '../model/events.ts';
import { checked, identityOf, type Assignment } from './assignment.ts';
import { queueOf } from './assignments.ts';
import { MastodonJetStreamError } from './errors.ts';
import { ingesterClients } from './ingesterClients.ts';
import { checkIngesterConfig, type IngesterConfig } from './ingesterConfig.ts';
import { ingestTimeline, type TimelineReport } from './ingestTimeline.ts';
import { leases, type Lease, type LeaseEnd } from './leases.ts';

/** Reports on what an ingester does; `assignment` says for which timeline. */
export type IngesterEvent<E = NoEvents> =
  | TimelineReport<E>
  /** This ingester begins to stream the timeline. */
  | { readonly type: 'acquired'; readonly assignment: Assignment }
  /** This ingester streams the timeline no longer. */
  | { readonly type: 'released'; readonly assignment: Assignment; readonly reason: LeaseEnd }
  /** A message in the stream of assignments cannot be read by this version, and is left to other ingesters. */
  | { readonly type: 'invalid-assignment'; readonly subject: string };

/**
 * Streams timelines and stores their events as `toJetStream` does: cold, each subscription is one ingester. Each
 * timeline is resumed from its newest event in JetStream: items since then are fetched over REST. Failures of
 * instances and of NATS are retried; it never completes.
 *
 * With `assignments` the ingester streams those. Without, it shares what `assignTimelines` assigned with the
 * other ingesters of its group: JetStream assigns a timeline to one of them at a time, and to another one
 * after `lease` ms without a sign of life. For a moment two may stream the same timeline, of which JetStream
 * stores each event once.
 *
 * Unsubscription ends all streams and returns all timelines, so that another ingester has them within a
 * second; then call `await nc.drain()`, or NATS never receives that.
 *
 * ```ts
 * const index = Number(process.env['SHARD_INDEX']);
 * runIngester(js, { credentials, assignments: assignments.filter(shard({ index, count: 3 })) })
 *   .pipe(takeUntil(fromEvent(process, 'SIGTERM')))
 *   .subscribe({ complete: () => void nc.drain() });
 * ```
 *
 * @throws `MastodonIllegalArgumentError` if the config is wrong. Through `error`: {@link MastodonJetStreamError}
 * if the stream of assignments does not exist or, not retryable, the connection was closed.
 */
export function runIngester<E extends EventCodecs = NoEvents>(
  js: JetStreamClient,
  config: IngesterConfig<E>,
): Observable<IngesterEvent<E>> {
  checkIngesterConfig(config);
  const { assignments, capacity = 500, lease = 5_000, failureDelay = 60_000 } = config;

  const queue = queueOf(config);

  return defer(() => {
    const clientOf = ingesterClients(config);
    /** Streams one timeline, and emits its events from `acquired` to `released`. */
    const ingest = (
      assignment: Assignment,
      { ended$, fail }: Pick<Lease, 'fail'> & { readonly ended$: Observable<LeaseEnd> },
    ): Observable<IngesterEvent<E>> => {
      const released = (reason: LeaseEnd): IngesterEvent<E> => ({
        ...{ type: 'released', assignment, reason },
      });
      const stored$ = ingestTimeline(js, config, assignment, clientOf).pipe(
        catchError((error: unknown) => {
          fail(failureDelay);
          return of<IngesterEvent<E>[]>(
            failureOf(assignment, error, failureDelay),
            released('failed'),
          );
        }),
      );
      return concat(
        of<IngesterEvent<E>>({ type: 'acquired', assignment }),
        merge<IngesterEvent<E>[]>(stored$, ended$.pipe(map(released))).pipe(
          takeWhile(({ type }) => type !== 'released', true),
        ),
      );
    };

    if (assignments) {
      const byIdentity = new Map(assignments.map((each) => [identityOf(each), checked(each)]));
      return from(byIdentity.values()).pipe(
        mergeMap((assignment) => ingest(assignment, FOREVER).pipe(repeat({ delay: failureDelay }))),
      );
    }
    return leases(js, queue, capacity, lease).pipe(
      mergeMap((held): Observable<IngesterEvent<E>> => {
        const { assignment, subject } = held;
        if (assignment) return ingest(assignment, held);
        held.fail(failureDelay);
        return of({ type: 'invalid-assignment', subject });
      }),
    );
  });
}

/** The lease of a given assignment, which never ends. */
const FOREVER = { ended$: NEVER, fail: () => undefined };

function failureOf(assignment: Assignment, cause: unknown, retryIn: number): TimelineReport<never> {
  const error =
    cause instanceof MastodonError
      ? cause
      : new MastodonJetStreamError('A timeline failed', { cause, retryable: false });
  return { type: 'failed', assignment, error, retryIn };
}
