/**
 * Which assignments this process has. The engine gives each to one ingester and takes it away after a
 * silence; what is here says the signs of life, and notices when they came too late.
 */
import type {
  Consumer,
  ConsumerMessages,
  ConsumerInfo,
  JetStreamClient,
  JetStreamManager,
  JsMsg,
} from '@nats-io/jetstream';
import {
  BehaviorSubject,
  catchError,
  concatMap,
  defer,
  EMPTY,
  exhaustMap,
  finalize,
  ignoreElements,
  merge,
  Observable,
  repeat,
  ReplaySubject,
  switchMap,
  tap,
  timer,
} from 'rxjs';
import { readAssignment, type Assignment } from './assignment.ts';
import { subjectsIn, type Queue } from './assignments.ts';
import { jetStreamError } from './errors.ts';
import { tell } from './delivery.ts';
import { found, leave } from './fromJetStream.ts';
import { nanos } from './nanos.ts';

/** Why an assignment is this process's no longer. */
export type LeaseEnd = 'unassigned' | 'lost' | 'balance' | 'failed';

/** The bounds of {@link leases}. */
export interface LeasesConfig {
  /** How many assignments at most. */
  readonly capacity: number;
  /** After which silence they are given to others, in ms. */
  readonly lease: number;
}

/** An assignment, for as long as it is this process's. */
export class Lease {
  readonly subject: string;
  /** Undefined where it is none that this version can carry out. */
  readonly assignment: Assignment | undefined;
  /** Emits once, also to who comes late, and completes. */
  readonly ended$ = new ReplaySubject<LeaseEnd>(1);
  /** Until when it is certain that nobody else has it, by `performance.now()`. */
  until: number;
  /** How often the engine has answered since, without having given it to this process again. */
  doubts = 0;
  #message: JsMsg;
  readonly #onEnd: (lease: Lease) => void;

  constructor(message: JsMsg, until: number, onEnd: (lease: Lease) => void) {
    this.subject = message.subject;
    this.assignment = readAssignment(message.string());
    this.until = until;
    this.#message = message;
    this.#onEnd = onEnd;
  }

  /** The engine has given it to this process once more. */
  renew(message: JsMsg, until: number): void {
    this.#message = message;
    this.until = until;
    this.doubts = 0;
  }

  working(): void {
    tell(() => this.#message.working());
  }

  /** Leaves it to others in `delay` ms, since it cannot be carried out now. */
  fail(delay: number): void {
    this.end('failed', delay);
  }

  /** Ends it here; without a delay the engine is told nothing, since it has taken it away itself. */
  end(reason: LeaseEnd, delay?: number): void {
    this.#onEnd(this);
    this.ended$.next(reason);
    this.ended$.complete();
    if (delay !== undefined) this.giveBack(delay);
  }

  giveBack(delay = 0): void {
    tell(() => this.#message.nak(delay));
  }
}

/**
 * Emits the assignments that the engine gives to this process, up to `capacity`. Unsubscription gives all of
 * them back at once.
 *
 * @throws Through `error`: {@link MastodonJetStreamError} where there is no such queue, or the connection is
 * closed. An engine that is away is waited for.
 */
export function leases(js: JetStreamClient, queue: Queue, config: LeasesConfig): Observable<Lease> {
  return defer(() => consumerOf(js, queue, config.lease)).pipe(
    switchMap(({ manager, consumer }) => new Leases(manager, consumer, queue, config).run()),
  );
}

/** The signs of life in a lease: three may get lost. */
const BEATS = 4;

/** How many assignments are asked for at once: few, so that ingesters that start together share evenly. */
const BATCH = 10;

/** How long to wait for an engine that is away, in ms. */
const PAUSE = 500;

/** How much more than an even share is nothing to speak of. */
const TOLERANCE = 1.03;

/** How often in a row it must have been more. */
const PATIENCE = 3;

class Leases {
  readonly #manager: JetStreamManager;
  readonly #consumer: Consumer;
  readonly #queue: Queue;
  readonly #capacity: number;
  readonly #lease: number;
  readonly #held = new Map<string, Lease>();
  /** Whether assignments are asked for: not while some are given back to others. */
  readonly #isOpen$ = new BehaviorSubject(true);
  #excess = 0;
  /** How many checks are still to be let pass before the shares are compared again. */
  #rest = 0;
  /** What the queue was like when its subjects were last compared with what is held. */
  #compared = '';

  constructor(
    manager: JetStreamManager,
    consumer: Consumer,
    queue: Queue,
    { capacity, lease }: LeasesConfig,
  ) {
    this.#manager = manager;
    this.#consumer = consumer;
    this.#queue = queue;
    this.#capacity = capacity;
    this.#lease = lease;
  }

  run(): Observable<Lease> {
    const beat = this.#lease / BEATS;
    return merge(
      this.#isOpen$.pipe(
        switchMap((isOpen) => (isOpen ? this.#pull() : EMPTY)),
        concatMap((message) => this.#take(message)),
      ),
      timer(beat, beat).pipe(
        tap(() => this.#sayWorking()),
        exhaustMap(() => this.#check()),
        ignoreElements(),
      ),
    ).pipe(
      finalize(() => {
        for (const lease of this.#held.values()) lease.giveBack();
      }),
    );
  }

  get #room(): number {
    const doubtful = [...this.#held.values()].filter(({ doubts }) => doubts > 0).length;
    return this.#capacity - this.#held.size + doubtful;
  }

  #pull(): Observable<JsMsg> {
    return defer(() =>
      this.#room > 0 ? fetch(this.#consumer, Math.min(this.#room, BATCH)) : EMPTY,
    ).pipe(
      catchError(() => timer(PAUSE).pipe(ignoreElements())),
      repeat({ delay: () => timer(this.#room > 0 ? 0 : PAUSE) }),
    );
  }

  #take(message: JsMsg): readonly Lease[] {
    const until = performance.now() + this.#lease;
    const known = this.#held.get(message.subject);
    if (known) {
      known.renew(message, until);
      return [];
    }
    const lease = new Lease(message, until, ({ subject }) => this.#held.delete(subject));
    this.#held.set(lease.subject, lease);
    return [lease];
  }

  /** Of those in doubt nothing is said: the engine then gives them to somebody, perhaps to this process. */
  #sayWorking(): void {
    const now = performance.now();
    for (const lease of this.#held.values()) {
      if (lease.doubts === 0 && lease.until < now) lease.doubts = 1;
      if (lease.doubts === 0) lease.working();
    }
  }

  async #check(): Promise<void> {
    const asked = performance.now();
    try {
      const info = await this.#manager.consumers.info(
        this.#queue.name,
        consumerNameOf(this.#queue),
      );
      // It has answered, so that it has heard what was said before.
      this.#extend(asked);
      await this.#endUnassigned();
      this.#balance(info);
    } catch (error) {
      const failure = jetStreamError('The queue of assignments is gone', error);
      if (!failure.retryable || isMissing(error)) throw failure;
    }
  }

  #extend(asked: number): void {
    for (const lease of [...this.#held.values()]) {
      if (lease.doubts === 0) lease.until = asked + this.#lease;
      else if (lease.doubts++ > 2 * BEATS) lease.end('lost');
    }
  }

  /** Nobody tells of a message that was deleted; only the queue itself shows it. */
  async #endUnassigned(): Promise<void> {
    const { name, filter } = this.#queue;
    const { state } = await this.#manager.streams.info(name);
    const { messages, first_seq, last_seq, num_deleted } = state;
    const now = [messages, first_seq, last_seq, num_deleted].join(' ');
    if (now === this.#compared || this.#held.size === 0) return;
    const subjects = await subjectsIn(this.#manager, name, filter);
    for (const lease of [...this.#held.values()]) {
      if (!subjects.has(lease.subject)) lease.end('unassigned');
    }
    this.#compared = now;
  }

  /** Who has more than an even share gives the rest back, and lets others ask for it. */
  #balance({ num_ack_pending, num_pending, num_waiting }: ConsumerInfo): void {
    if (this.#rest > 0) {
      if (--this.#rest === BEATS) this.#isOpen$.next(true);
      return;
    }
    // Each ingester that has room waits with one request.
    const ingesters = Math.max(1, num_waiting + (this.#room > 0 ? 0 : 1));
    const share = Math.ceil((num_ack_pending + num_pending) / ingesters);
    this.#excess = this.#held.size > share * TOLERANCE ? this.#excess + 1 : 0;
    if (this.#excess < PATIENCE) return;
    this.#excess = 0;
    this.#rest = 2 * BEATS;
    this.#isOpen$.next(false);
    for (const lease of [...this.#held.values()].slice(share)) lease.end('balance', 0);
  }
}

const consumerNameOf = ({ group }: Queue): string => `ingesters-${group}`;

async function consumerOf(
  js: JetStreamClient,
  queue: Queue,
  lease: number,
): Promise<{ manager: JetStreamManager; consumer: Consumer }> {
  const { name, filter } = queue;
  try {
    const manager = await js.jetstreamManager(false);
    const durable = consumerNameOf(queue);
    const info =
      (await found(manager.consumers.info(name, durable))) ??
      (await manager.consumers.add(name, {
        durable_name: durable,
        filter_subject: filter,
        ack_policy: 'explicit',
        ack_wait: nanos(lease),
        max_ack_pending: -1,
        max_deliver: -1,
      }));
    return { manager, consumer: js.consumers.getConsumerFromInfo(info) };
  } catch (error) {
    throw jetStreamError(`There is no queue ${name}`, error);
  }
}

/** The edge: some messages, or none after a while. */
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

/** How long the engine keeps a request for assignments, in ms. */
const EXPIRES = 5_000;

const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'ConsumerNotFoundError' || error.name === 'StreamNotFoundError');
