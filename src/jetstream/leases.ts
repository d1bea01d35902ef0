/**
 * Acquires assignments for this process. The consumer's `ack_wait` is the lease: JetStream delivers a message that
 * is not acknowledged, and of which no ingester says `working()`, to another ingester.
 */
import { randomUUID } from 'node:crypto';
import type { Consumer, JetStreamClient, JsMsg } from '@nats-io/jetstream';
import {
  catchError,
  defer,
  EMPTY,
  exhaustMap,
  filter,
  finalize,
  from,
  ignoreElements,
  interval,
  map,
  merge,
  mergeMap,
  of,
  retry,
  Subject,
  switchMap,
  takeUntil,
  tap,
  timer,
  type Observable,
} from 'rxjs';
import { readAssignment, type Assignment } from './assignment.ts';
import { HOLDER, type Queue } from './assignments.ts';
import { sendAck } from './delivery.ts';
import { jetStreamError } from './errors.ts';
import { consume, openConsumer, receive, type OpenConsumer } from './fromJetStream.ts';

/**
 * The reason why an ingester no longer streams a timeline: it was unassigned; another ingester has it, since
 * this one was silent for too long; or it failed.
 */
export type LeaseEnd = 'unassigned' | 'lost' | 'failed';

/** An assignment of this process. */
export interface Lease {
  /** The subject of the assignment. */
  readonly subject: string;
  /** `undefined` if this version cannot read the assignment. */
  readonly assignment: Assignment | undefined;
  /** The message that brought the assignment last. */
  message: JsMsg;
  /** Emits when another ingester has the assignment, or nobody. */
  readonly ended$: Subject<LeaseEnd>;
  /** Returns the assignment, for any ingester to acquire it in `delay` ms. */
  fail(delay: number): void;
}

/**
 * The number of assignments per request, and the time between requests, in ms: a hundred a second, so that
 * ingesters that start together share evenly, however fast each is, and instances are not overrun.
 */
const BATCH = 10;
const BATCH_INTERVAL = 100;

/** The time before another attempt while NATS is away, in ms. */
const RETRY_DELAY = 500;

/** The time that the server keeps a request for assignments, and the time between its heartbeats, in ms. */
const REQUEST = { expires: 5_000, idle_heartbeat: 1_000 };

/**
 * Emits the assignments that this process acquires, `capacity` at once at most. Unsubscription returns all of
 * them at once.
 *
 * @param ackWait - The `ack_wait` of the group's consumer, in ms, if it does not exist yet.
 * @throws Through `error`: {@link MastodonJetStreamError} if NATS does not respond at the start, the stream of
 * assignments does not exist, or the connection was closed. Other failures of NATS are retried.
 */
export function leases(
  js: JetStreamClient,
  { name, consumer, filter: filterSubject }: Queue,
  capacity: number,
  ackWait: number,
): Observable<Lease> {
  /** The consumer that all ingesters of the group share. */
  const open = (): Promise<OpenConsumer> =>
    openConsumer(js, name, {
      ...{ consumer, filterSubject, startFrom: 'all', ackWait, maxAckPending: -1 },
    });
  const openHolders = (): Promise<Consumer> =>
    js.consumers.get(name, { filter_subjects: filterSubject + HOLDER, deliver_policy: 'new' });

  return defer(() => {
    /** This ingester's name in the stream of assignments. */
    const self = randomUUID();
    const held = new Map<string, Lease>();

    /** Ends the leases of assignments that another ingester has acquired, or that were unassigned. */
    const watch = (holders: Consumer): Observable<never> =>
      consume(holders, false).pipe(
        tap((message) => {
          const subject = message.subject.slice(0, -HOLDER.length);
          const holder = message.string();
          if (holder === self) return;
          const lost = held.get(subject);
          held.delete(subject);
          lost?.ended$.next(holder === '' ? 'unassigned' : 'lost');
        }),
        ignoreElements(),
      );
    /** Says `working()` of all messages three times per lease. */
    const keep = (lease: number): Observable<never> =>
      interval(lease / 3).pipe(
        tap(() => {
          for (const { message } of held.values()) sendAck(() => message.working());
        }),
        ignoreElements(),
      );
    /** Publishes that this ingester has the assignment: one that had it before, and is alive after all, releases it. */
    const announce = ({ subject, ended$ }: Lease): Observable<never> =>
      defer(() => js.publish(subject + HOLDER, self)).pipe(
        retry({ delay: RETRY_DELAY }),
        ignoreElements(),
        takeUntil(ended$),
      );
    const hold = (message: JsMsg): Observable<Lease> => {
      const { subject } = message;
      const existing = held.get(subject);
      if (existing) {
        existing.message = message;
        return EMPTY;
      }
      const lease: Lease = {
        subject,
        assignment: readAssignment(message.string()),
        message,
        ended$: new Subject(),
        fail: (delay) => {
          held.delete(subject);
          sendAck(() => lease.message.nak(delay));
        },
      };
      held.set(subject, lease);
      return merge(of(lease), announce(lease));
    };
    // Somebody may have deleted the consumer.
    const again$ = timer(RETRY_DELAY).pipe(
      switchMap(open),
      catchError(() => EMPTY),
      ignoreElements(),
    );
    const acquire = (group: Consumer): Observable<Lease> =>
      timer(0, BATCH_INTERVAL).pipe(
        map(() => Math.min(capacity - held.size, BATCH)),
        filter((count) => count > 0),
        exhaustMap((count) => fetch(group, count).pipe(catchError(() => again$))),
        mergeMap(hold),
      );

    return from(Promise.all([openHolders(), open()])).pipe(
      catchError((error: unknown) => {
        throw jetStreamError(`The stream ${name} cannot be read`, error);
      }),
      switchMap(([holders, group]) =>
        merge(watch(holders), keep(group.ackWait), acquire(group.consumer)).pipe(
          // Inside, so that the request for more is withdrawn first. Otherwise the server may send these
          // messages to this ingester again, and another one gets them only when the lease is over.
          finalize(() => {
            for (const { message } of held.values()) sendAck(() => message.nak());
          }),
        ),
      ),
    );
  });
}

/** Emits `count` messages at most. Completes with the last of them, or when the request expires. */
const fetch = (consumer: Consumer, count: number): Observable<JsMsg> =>
  receive(
    consumer,
    () => consumer.fetch({ max_messages: count, ...REQUEST }),
    async (messages, next) => {
      for await (const message of messages) next(message);
    },
  );
