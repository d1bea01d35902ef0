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
 * Why an ingester streams a timeline no longer: it was unassigned; another ingester has it, since this one was
 * silent for too long; or it failed.
 */
export type LeaseEnd = 'unassigned' | 'lost' | 'failed';

/** The bounds of {@link leases}. */
export interface LeasesConfig {
  /** The highest number of assignments. */
  readonly capacity: number;
  /** The `ack_wait` of the group's consumer, in ms, if it does not exist yet. */
  readonly lease: number;
}

/** An assignment of this process. */
export interface Lease {
  readonly subject: string;
  /** `undefined` if this version cannot read the assignment. */
  readonly assignment: Assignment | undefined;
  /** Emits when another ingester has the assignment or nobody, also to a late subscriber, and completes. */
  readonly ended$: Observable<LeaseEnd>;
  /** Returns the assignment, for any ingester to acquire it in `delay` ms. */
  fail(delay: number): void;
}

/**
 * Emits the assignments that this process acquires, `capacity` at once at most. Unsubscription returns all of
 * them at once.
 *
 * @throws Through `error`: {@link MastodonJetStreamError} if NATS does not respond at the start, the stream of
 * assignments does not exist, or the connection was closed. Other failures of NATS are retried.
 */
export const leases = (
  js: JetStreamClient,
  queue: Queue,
  config: LeasesConfig,
): Observable<Lease> => defer(() => new Leases(js, queue, config).run());

/**
 * The number of assignments per request, and the time between requests, in ms: a hundred a second, so that
 * ingesters that start together share evenly, however fast each is, and instances are not overrun.
 */
const BATCH = 10;
const BATCH_INTERVAL = 100;

/** The time before another attempt while NATS is away, in ms. */
const RETRY_DELAY = 500;

/** How long the server keeps a request for assignments, in ms. */
const EXPIRES = 5_000;

/** An assignment, and the message that brought it last. */
class Held implements Lease {
  readonly subject: string;
  readonly assignment: Assignment | undefined;
  readonly ended$ = new AsyncSubject<LeaseEnd>();
  readonly ackWait: number;
  readonly #onFailed: (held: Held) => void;
  #message: JsMsg;

  constructor(message: JsMsg, ackWait: number, onFailed: (held: Held) => void) {
    this.subject = message.subject;
    this.assignment = readAssignment(message.string());
    this.ackWait = ackWait;
    this.#message = message;
    this.#onFailed = onFailed;
  }

  renew(message: JsMsg): void {
    this.#message = message;
  }

  working(): void {
    tell(() => this.#message.working());
  }

  giveBack(delay = 0): void {
    tell(() => this.#message.nak(delay));
  }

  fail(delay: number): void {
    this.#onFailed(this);
    this.giveBack(delay);
  }

  end(reason: LeaseEnd): void {
    this.ended$.next(reason);
    this.ended$.complete();
  }
}

class Leases {
  readonly #js: JetStreamClient;
  readonly #queue: Queue;
  readonly #lease: number;
  readonly #capacity: number;
  readonly #held = new Map<string, Held>();
  readonly #alive = new KeepAlive<Held>();
  /** This ingester's name in the stream of assignments. */
  readonly #holder = randomUUID();

  constructor(js: JetStreamClient, queue: Queue, { capacity, lease }: LeasesConfig) {
    this.#js = js;
    this.#queue = queue;
    this.#lease = lease;
    this.#capacity = capacity;
  }

  run(): Observable<Lease> {
    return defer(() => Promise.all([this.#openWatch(), this.#open()])).pipe(
      switchMap(([watch, own]) => merge(this.#watch(watch), this.#acquire(own))),
      finalize(() => {
        for (const held of this.#alive.close()) held.giveBack();
      }),
    );
  }

  /** The consumer that all ingesters of the group share. */
  #open(): Promise<OpenConsumer> {
    const { name, consumer, filter } = this.#queue;
    return openConsumer(this.#js, name, {
      ...{ consumer, filterSubject: filter, startFrom: 'all' },
      ...{ ackWait: this.#lease, maxAckPending: -1 },
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
        const held = this.#held.get(message.subject.slice(0, -HOLDER.length));
        const holder = message.string();
        if (!held || holder === this.#holder) return;
        this.#remove(held);
        held.end(holder === '' ? 'unassigned' : 'lost');
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
        const known = this.#held.get(message.subject);
        known?.renew(message);
        return known === undefined;
      }),
      mergeMap((message) => {
        const held = new Held(message, ackWait, (each) => this.#remove(each));
        this.#held.set(held.subject, held);
        this.#alive.add(held);
        return merge(of(held), this.#announce(held));
      }),
    );
  }

  /** Says to the ingester that had the assignment before, if it is alive after all, that it has it no longer. */
  #announce({ subject, ended$ }: Held): Observable<never> {
    return defer(() => this.#js.publish(subject + HOLDER, this.#holder)).pipe(
      retry({ delay: RETRY_DELAY }),
      ignoreElements(),
      takeUntil(ended$),
    );
  }

  #remove(held: Held): void {
    this.#held.delete(held.subject);
    this.#alive.delete(held);
  }
}

/** Emits `count` messages at most, and completes with the last, or when none has come for a while. */
const fetch = (consumer: Consumer, count: number): Observable<JsMsg> =>
  new Observable((subscriber) => {
    let open: ConsumerMessages | undefined;
    const pump = async (): Promise<void> => {
      open = await consumer.fetch({
        max_messages: count,
        expires: EXPIRES,
        idle_heartbeat: 1_000,
      });
      if (subscriber.closed) await open.close();
      for await (const message of open) subscriber.next(message);
    };
    pump().then(
      () => {
        subscriber.complete();
      },
      (error: unknown) => {
        subscriber.error(error);
      },
    );
    return () => {
      if (open) leave(consumer, open);
    };
  });
