/**
 * Acquires assignments for this process. JetStream's `ack_wait` is the lease: a message that is not acknowledged,
 * and of which nobody says `working()`, is delivered to another ingester.
 */
import { randomUUID } from 'node:crypto';
import type { Consumer, ConsumerMessages, JetStreamClient, JsMsg } from '@nats-io/jetstream';
import {
  AsyncSubject,
  catchError,
  defer,
  EMPTY,
  exhaustMap,
  filter,
  finalize,
  ignoreElements,
  map,
  merge,
  mergeMap,
  Observable,
  of,
  retry,
  switchMap,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { readAssignment, type Assignment } from './assignment.ts';
import { HOLDER, type Queue } from './assignments.ts';
import { tell } from './delivery.ts';
import { jetStreamError } from './errors.ts';
import { consume, leave, openConsumer, type OpenConsumer } from './fromJetStream.ts';
import { KeepAlive } from './keepAlive.ts';

/**
 * The reason why an ingester no longer streams a timeline: it was unassigned; another ingester has it, since
 * this one was silent for too long; or it failed.
 */
export type LeaseEnd = 'unassigned' | 'lost' | 'failed';

/**
 * Emits the assignments that this process acquires, `capacity` at once at most. Unsubscription returns all of
 * them at once.
 *
 * @param ackWait - The `ack_wait` of the group's consumer, in ms, if it does not exist yet.
 * @throws Through `error`: {@link MastodonJetStreamError} if NATS does not respond at the start, the stream of
 * assignments does not exist, or the connection was closed. Other failures of NATS are retried.
 */
export const leases = (
  js: JetStreamClient,
  queue: Queue,
  capacity: number,
  ackWait: number,
): Observable<Lease> => defer(() => new Leases(js, queue, capacity, ackWait).run());

/**
 * The number of assignments per request, and the time between requests, in ms: a hundred a second, so that
 * ingesters that start together share evenly, however fast each is, and instances are not overrun.
 */
const BATCH = 10;
const BATCH_INTERVAL = 100;

/** The time before another attempt while NATS is away, in ms. */
const RETRY_DELAY = 500;

/** The time that the server keeps a request for assignments, in ms. */
const EXPIRES = 5_000;

/** An assignment of this process. */
export class Lease {
  readonly subject: string;
  /** `undefined` if this version cannot read the assignment. */
  readonly assignment: Assignment | undefined;
  /** Emits when another ingester has the assignment or nobody, also to a late subscriber, and completes. */
  readonly ended$ = new AsyncSubject<LeaseEnd>();
  readonly ackWait: number;
  /** The message that brought the assignment last. */
  message: JsMsg;
  readonly #onFailed: (lease: Lease) => void;

  constructor(message: JsMsg, ackWait: number, onFailed: (lease: Lease) => void) {
    this.subject = message.subject;
    this.assignment = readAssignment(message.string());
    this.ackWait = ackWait;
    this.message = message;
    this.#onFailed = onFailed;
  }

  working(): void {
    tell(() => this.message.working());
  }

  giveBack(delay = 0): void {
    tell(() => this.message.nak(delay));
  }

  /** Returns the assignment, for any ingester to acquire it in `delay` ms. */
  fail(delay: number): void {
    this.#onFailed(this);
    this.giveBack(delay);
  }
}

class Leases {
  readonly #js: JetStreamClient;
  readonly #queue: Queue;
  readonly #capacity: number;
  readonly #ackWait: number;
  readonly #held = new Map<string, Lease>();
  readonly #alive = new KeepAlive<Lease>();
  /** This ingester's name in the stream of assignments. */
  readonly #holder = randomUUID();

  constructor(js: JetStreamClient, queue: Queue, capacity: number, ackWait: number) {
    this.#js = js;
    this.#queue = queue;
    this.#capacity = capacity;
    this.#ackWait = ackWait;
  }

  run(): Observable<Lease> {
    return defer(() => Promise.all([this.#openWatch(), this.#open()])).pipe(
      switchMap(([watch, own]) => merge(this.#watch(watch), this.#acquire(own))),
      finalize(() => {
        for (const lease of this.#alive.close()) lease.giveBack();
      }),
    );
  }

  /** The consumer that all ingesters of the group share. */
  #open(): Promise<OpenConsumer> {
    const { name, consumer, filter } = this.#queue;
    return openConsumer(this.#js, name, {
      ...{ consumer, filterSubject: filter, startFrom: 'all' },
      ...{ ackWait: this.#ackWait, maxAckPending: -1 },
    });
  }

  async #openWatch(): Promise<Consumer> {
    const { name, filter } = this.#queue;
    try {
      return await this.#js.consumers.get(name, {
        filter_subjects: filter + HOLDER,
        deliver_policy: 'new',
      });
    } catch (error) {
      throw jetStreamError(`The stream ${name} cannot be read`, error);
    }
  }

  /** Ends what another ingester has acquired, or nobody may have any more. */
  #watch(watch: Consumer): Observable<never> {
    return consume(watch, false).pipe(
      tap((message) => {
        const lease = this.#held.get(message.subject.slice(0, -HOLDER.length));
        const holder = message.string();
        if (!lease || holder === this.#holder) return;
        this.#remove(lease);
        lease.ended$.next(holder === '' ? 'unassigned' : 'lost');
        lease.ended$.complete();
      }),
      ignoreElements(),
    );
  }

  #acquire({ consumer, ackWait }: OpenConsumer): Observable<Lease> {
    const again$ = timer(RETRY_DELAY).pipe(
      // Somebody may have deleted the consumer.
      switchMap(() => this.#open()),
      catchError(() => EMPTY),
      ignoreElements(),
    );
    return timer(0, BATCH_INTERVAL).pipe(
      map(() => Math.min(this.#capacity - this.#held.size, BATCH)),
      filter((count) => count > 0),
      exhaustMap((count) => fetch(consumer, count).pipe(catchError(() => again$))),
      filter((message) => {
        const held = this.#held.get(message.subject);
        if (held) held.message = message;
        return held === undefined;
      }),
      mergeMap((message) => {
        const lease = new Lease(message, ackWait, (each) => this.#remove(each));
        this.#held.set(lease.subject, lease);
        this.#alive.add(lease);
        return merge(of(lease), this.#announce(lease));
      }),
    );
  }

  /** Says to the ingester that had the assignment before, if it is alive after all, that it has it no longer. */
  #announce({ subject, ended$ }: Lease): Observable<never> {
    return defer(() => this.#js.publish(subject + HOLDER, this.#holder)).pipe(
      retry({ delay: RETRY_DELAY }),
      ignoreElements(),
      takeUntil(ended$),
    );
  }

  #remove(lease: Lease): void {
    this.#held.delete(lease.subject);
    this.#alive.delete(lease);
  }
}

/** Emits `count` messages at most, and completes with the last, or when none has come for a while. */
const fetch = (consumer: Consumer, count: number): Observable<JsMsg> =>
  new Observable((subscriber) => {
    let open: ConsumerMessages | undefined;
    const run = async (): Promise<void> => {
      const request = { max_messages: count, expires: EXPIRES, idle_heartbeat: 1_000 };
      open = await consumer.fetch(request);
      if (subscriber.closed) leave(consumer, open);
      for await (const message of open) subscriber.next(message);
      subscriber.complete();
    };
    run().catch((error: unknown) => {
      subscriber.error(error);
    });
    return () => {
      if (open) leave(consumer, open);
    };
  });
