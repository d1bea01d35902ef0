/** Stores one timeline in JetStream, from where its stored events end. */
import type { JetStreamClient } from '@nats-io/jetstream';
import { defer, filter, Observable, retry, switchMap, tap, throwError, timer } from 'rxjs';
import type { Timelines } from '../client/createTimelines.ts';
import type { StreamConfig } from '../config/options.ts';
import { MastodonError } from '../model/errors.ts';
import { eventIdentity } from '../model/eventIdentity.ts';
import type { EventCodecs, NoEvents, StreamEvent } from '../model/events.ts';
import { accountOf, labelOf, streamOf, type Assignment } from './assignment.ts';
import type { MastodonJetStreamError } from './errors.ts';
import type { IngesterConfig } from './ingesterConfig.ts';
import { STREAM, SUBJECT_PREFIX } from './names.ts';
import { resumptionOf } from './resume.ts';
import { hostOf, streamToken, tokenOf } from './subjects.ts';
import { storeIn, type ToJetStreamConfig } from './toJetStream.ts';

/** Reports on a timeline that an ingester streams. */
export type TimelineReport<E = NoEvents> =
  /** JetStream has stored the event; `duplicate`: it had stored it before. */
  | {
      readonly type: 'stored';
      readonly assignment: Assignment;
      readonly event: StreamEvent<E>;
      readonly sequence: number;
      readonly duplicate: boolean;
    }
  /** The event can never be stored: it is larger than the server's `max_payload`. */
  | {
      readonly type: 'rejected';
      readonly assignment: Assignment;
      readonly event: StreamEvent<E>;
      readonly error: MastodonJetStreamError;
    }
  /** An event about the connection, other than a heartbeat. */
  | {
      readonly type: 'connection';
      readonly assignment: Assignment;
      readonly event: StreamEvent<E>;
    }
  /** The timeline, or storing it, failed, and is tried again in `retryIn` ms. */
  | {
      readonly type: 'failed';
      readonly assignment: Assignment;
      readonly error: MastodonError;
      readonly retryIn: number;
    };

/**
 * Streams a timeline into JetStream, and starts over after retryable failures from where JetStream has got to.
 *
 * @throws Through `error`: what no retry helps, such as `MastodonUnauthorizedError`.
 */
export function ingestTimeline<E extends EventCodecs>(
  js: JetStreamClient,
  config: IngesterConfig<E>,
  assignment: Assignment,
  clientOf: (assignment: Assignment) => Timelines<E>,
): Observable<TimelineReport<E>> {
  const { subjectPrefix = SUBJECT_PREFIX, stream = STREAM, client = {}, store = {} } = config;
  const { instance } = assignment;
  const account = accountOf(assignment);
  const label = streamToken(labelOf(assignment), account);
  const subject = `${subjectPrefix}.${tokenOf(hostOf(instance))}.${label}`;
  const { reconnect = true, catchUp = CATCH_UP, onMalformed = 'emit' } = client;

  return new Observable<TimelineReport<E>>((subscriber) => {
    const reports$ = defer(() => resumptionOf(js, stream, subject)).pipe(
      switchMap(({ cursor, stored }) => {
        const isResumed = Object.keys(cursor).length > 0;
        const streamConfig: StreamConfig = {
          ...{ reconnect, catchUp, onMalformed },
          ...(isResumed && { resumeFrom: cursor }),
        };
        return streamOf(clientOf(assignment), assignment, streamConfig).pipe(
          filter((event) => !stored.has(eventIdentity(event) ?? '')),
          // From then on `catchUp` knows itself what has come.
          tap(({ type }) => {
            if (type === 'caught-up') stored.clear();
          }),
        );
      }),
      storeIn(
        js,
        {
          ...(store as Pick<ToJetStreamConfig<StreamEvent<E>>, 'maxInFlight'>),
          ...{ instance, subjectPrefix, account, events: client.events },
          onRejected: (event, error) => {
            subscriber.next({ type: 'rejected', assignment, event, error });
          },
        },
        (event, ack): TimelineReport<E> => {
          if (!ack) return { type: 'connection', assignment, event };
          return { type: 'stored', assignment, event, sequence: ack.seq, duplicate: ack.duplicate };
        },
      ),
      retry({
        delay: (error: unknown, count) => {
          if (!(error instanceof MastodonError) || !error.retryable) return throwError(() => error);
          const retryIn = Math.min(1_000 * 2 ** (count - 1), 30_000) * (0.5 + Math.random() / 2);
          subscriber.next({ type: 'failed', assignment, error, retryIn });
          return timer(retryIn);
        },
        resetOnSuccess: true,
      }),
      filter((report) => report.type !== 'connection' || REPORTED.has(report.event.type)),
    );
    return reports$.subscribe(subscriber);
  });
}

/** For a timeline that was away for long: a hundred pages, a third of what Mastodon allows in 5 min. */
const CATCH_UP = { maxItems: 4_000, timeout: 300_000 };

const REPORTED: ReadonlySet<string> = new Set([
  'connected',
  'disconnected',
  'caught-up',
  'malformed',
  'warning',
]);
