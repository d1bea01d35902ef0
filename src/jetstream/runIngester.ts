/** A process that streams what is assigned to it, and leaves it to others when it ends. */
import type { JetStreamClient } from '@nats-io/jetstream';
import {
  catchError,
  concat,
  defer,
  filter,
  map,
  mergeMap,
  Observable,
  of,
  retry,
  switchMap,
  takeUntil,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { check, checkKeys, MAX_WAIT } from '../config/check.ts';
import type { StreamConfig, TimelinesConfig } from '../config/options.ts';
import { MastodonError } from '../model/errors.ts';
import type { BaseEvent, EventCodecs, NoEvents, StreamEvent } from '../model/events.ts';
import { FifoMap } from '../internal/fifoMap.ts';
import { createTimelines, type Timelines } from '../client/createTimelines.ts';
import { accountOf, labelOf, streamOf, type Assignment } from './assignment.ts';
import { queueOf, type AssignmentsConfig } from './assignments.ts';
import { MastodonJetStreamError } from './errors.ts';
import { ownKey } from './eventKey.ts';
import { leases, type LeaseEnd } from './leases.ts';
import { resumptionOf } from './resume.ts';
import { STREAM } from './names.ts';
import { SUBJECT_PREFIX } from './names.ts';
import { hostOf, streamToken, tokenOf } from './subjects.ts';
import { storeIn, type ToJetStreamConfig } from './toJetStream.ts';

/** A token, or a function that is asked for one at every connect. */
export type Credential = string | (() => string | Promise<string>);

/** The options of {@link runIngester}. */
export interface IngesterConfig<E extends EventCodecs = NoEvents> extends AssignmentsConfig {
  /**
   * The tokens by the names that assignments have for them, or a function that returns the one of a name
   * for a server (its URL); undefined: not known here, so that another ingester may have it.
   */
  credentials:
    | Readonly<Record<string, Credential>>
    | ((name: string, server: string) => Credential | undefined);
  /**
   * How many timelines this process takes.
   * @defaultValue `500`
   */
  capacity?: number | undefined;
  /**
   * How long the engine waits for a sign of life before it gives the timelines of a process to others, in
   * ms. It must be the same for all ingesters of a group; the first one decides.
   * @defaultValue `5_000`
   */
  lease?: number | undefined;
  /** How the servers are spoken to: `allowInsecure`, `dispatcher`, `events`, `timeout`, … */
  client?: Omit<TimelinesConfig<E>, 'baseUrl' | 'accessToken'> | undefined;
  /** How events are stored: `maxInFlight`, `capacity`, `timeout`, `key`. */
  store?:
    | Pick<
        ToJetStreamConfig<BaseEvent<string, unknown>>,
        'maxInFlight' | 'capacity' | 'timeout' | 'key'
      >
    | undefined;
  /**
   * How long a timeline that fails for good (a revoked token) is left alone before somebody tries again, in ms.
   * @defaultValue `60_000`
   */
  failureDelay?: number | undefined;
}

/** What an ingester does; `assignment` says for which timeline. */
export type IngesterEvent<E = NoEvents> =
  | { readonly type: 'acquired'; readonly assignment: Assignment }
  /**
   * It is streamed here no longer. `'unassigned'`; `'lost'`: this process was silent for too long, and another
   * one has it; `'balance'`: others have less to do; `'failed'`.
   */
  | { readonly type: 'released'; readonly assignment: Assignment; readonly reason: LeaseEnd }
  /** The engine has the event; `duplicate`: it had it already. */
  | {
      readonly type: 'stored';
      readonly assignment: Assignment;
      readonly event: StreamEvent<E>;
      readonly sequence: number;
      readonly duplicate: boolean;
    }
  /** It can never be stored: it is larger than the engine allows. */
  | {
      readonly type: 'rejected';
      readonly assignment: Assignment;
      readonly event: StreamEvent<E>;
      readonly error: MastodonJetStreamError;
    }
  /** What the stream says about its connection, heartbeats left out. */
  | {
      readonly type: 'connection';
      readonly assignment: Assignment;
      readonly event: StreamEvent<E>;
    }
  /** The queue has a message that is no assignment for this version; it is left to others. */
  | { readonly type: 'invalid-assignment'; readonly subject: string }
  /** The timeline, or the way to the engine, failed; it is tried again in `retryIn` ms. */
  | {
      readonly type: 'failed';
      readonly assignment: Assignment;
      readonly error: MastodonError;
      readonly retryIn: number;
    };

/**
 * Takes timelines from the queue of assignments and stores their events with `toJetStream`: cold, each
 * subscription is one ingester. The engine gives an assignment to one ingester of the group at a time, as
 * long as that one shows signs of life. Each timeline is resumed from the newest event that the engine has of
 * it: what was posted meanwhile is fetched over REST. Those that have more than their share give some back.
 *
 * Unsubscription ends all streams and gives all timelines back at once, so that another ingester has them
 * within a second; then `await nc.drain()`, or the engine will not hear of it. A process that dies is known
 * by its silence: its timelines are taken over after `lease` ms. For a while two may stream the same
 * timeline, which nobody notices but the server, since the engine stores each event once.
 *
 * It survives failures of servers and of the engine, and never completes.
 *
 * ```ts
 * runIngester(js, { credentials: { archive: process.env.TOKEN! } })
 *   .pipe(takeUntil(fromEvent(process, 'SIGTERM')))
 *   .subscribe({ complete: () => void nc.drain() });
 * ```
 *
 * @throws `MastodonIllegalArgumentError` where the config is wrong; through `error`
 * {@link MastodonJetStreamError} where the queue is not there, or (not retryable) the connection was closed.
 */
export function runIngester<E extends EventCodecs = NoEvents>(
  js: JetStreamClient,
  config: IngesterConfig<E>,
): Observable<IngesterEvent<E>> {
  checkConfig(config);
  const { capacity = 500, lease = 5_000, failureDelay = 60_000 } = config;
  const queue = queueOf(config);

  return defer(() => {
    const clients = new Clients(config);
    return leases(js, queue, { capacity, lease }).pipe(
      mergeMap((held) => {
        const { assignment, subject } = held;
        if (!assignment) {
          held.fail(failureDelay);
          return of<IngesterEvent<E>>({ type: 'invalid-assignment', subject });
        }
        return concat(
          of<IngesterEvent<E>>({ type: 'acquired', assignment }),
          ingest(js, config, assignment, clients).pipe(
            catchError((error: unknown) => of(failureOf<E>(assignment, error, failureDelay))),
            // It completes only where it failed: until then it is streamed over and over.
            tap({
              complete: () => {
                held.fail(failureDelay);
              },
            }),
            takeUntil(held.ended$),
          ),
          held.ended$.pipe(map((reason) => ({ type: 'released', assignment, reason }) as const)),
        );
      }),
    );
  });
}

/** One timeline into the engine, over and over from where the engine has got to. */
function ingest<E extends EventCodecs>(
  js: JetStreamClient,
  config: IngesterConfig<E>,
  assignment: Assignment,
  clients: Clients<E>,
): Observable<IngesterEvent<E>> {
  const {
    subjectPrefix: subject = SUBJECT_PREFIX,
    stream = STREAM,
    client = {},
    store = {},
  } = config;
  const { instance: server } = assignment;
  const account = accountOf(assignment);
  const place = `${subject}.${tokenOf(hostOf(server))}.${streamToken(labelOf(assignment), account)}`;
  const { reconnect = true, catchUp = CATCH_UP, onMalformed = 'emit' } = client;

  return new Observable<IngesterEvent<E>>((subscriber) => {
    const once$ = defer(() => resumptionOf(js, stream, place)).pipe(
      switchMap(({ cursor, known }) => {
        const isResumed = Object.keys(cursor).length > 0;
        const streamConfig: StreamConfig = {
          ...{ reconnect, catchUp, onMalformed },
          ...(isResumed && { resumeFrom: cursor }),
        };
        return streamOf(clients.timelinesOf(assignment), assignment, streamConfig).pipe(
          filter((event) => !known.has(ownKey(event) ?? '')),
          // From then on `catchUp` knows itself what has come.
          tap(({ type }) => {
            if (type === 'caught-up') known.clear();
          }),
        );
      }),
      storeIn<StreamEvent<E>>(js, {
        ...(store as Pick<ToJetStreamConfig<StreamEvent<E>>, 'maxInFlight'>),
        ...{ instance: server, subjectPrefix: subject, account, events: client.events },
        onRejected: (event, error) => {
          subscriber.next({ type: 'rejected', assignment, event, error });
        },
      }),
      retry({
        delay: (error: unknown, count) => {
          if (!(error instanceof MastodonError) || !error.retryable) return throwError(() => error);
          const retryIn = Math.min(1_000 * 2 ** (count - 1), 30_000) * (0.5 + Math.random() / 2);
          subscriber.next({ type: 'failed', assignment, error, retryIn });
          return timer(retryIn);
        },
        resetOnSuccess: true,
      }),
      mergeMap(({ event, ack }): IngesterEvent<E>[] => {
        if (ack) {
          const { seq: sequence, duplicate } = ack;
          return [{ type: 'stored', assignment, event, sequence, duplicate }];
        }
        return TOLD.has(event.type) ? [{ type: 'connection', assignment, event }] : [];
      }),
    );
    return once$.subscribe(subscriber);
  });
}

/** A queue that was long left alone: a hundred pages, which is a third of what Mastodon allows in 5 min. */
const CATCH_UP = { maxItems: 4_000, timeout: 300_000 };

const TOLD: ReadonlySet<string> = new Set([
  'connected',
  'disconnected',
  'caught-up',
  'malformed',
  'warning',
]);

/** One client for each server and token, so that what they share (discovery, a WebSocket) is shared. */
class Clients<E extends EventCodecs> {
  readonly #config: IngesterConfig<E>;
  readonly #clients = new FifoMap<Timelines<E>>(1_000);

  constructor(config: IngesterConfig<E>) {
    this.#config = config;
  }

  timelinesOf({ instance: server, credential }: Assignment): Timelines<E> {
    const id = `${server} ${credential}`;
    let timelines = this.#clients.get(id);
    if (!timelines) {
      this.#credentialOf(credential, server);
      timelines = createTimelines<E>({
        ...this.#config.client,
        baseUrl: server,
        // Asked at every connect: whoever replaces a token need not start anew.
        accessToken: () => {
          const found = this.#credentialOf(credential, server);
          return typeof found === 'function' ? found() : found;
        },
      });
      this.#clients.set(id, timelines);
    }
    return timelines;
  }

  #credentialOf(name: string, server: string): Credential {
    const { credentials } = this.#config;
    const own = (): Credential | undefined =>
      typeof credentials === 'function'
        ? credentials(name, server)
        : Object.entries(credentials).find(([known]) => known === name)?.[1];
    const credential = own();
    check(
      credential !== undefined,
      `This ingester has no credential ${JSON.stringify(name)}: put it into credentials`,
    );
    return credential;
  }
}

function failureOf<E>(assignment: Assignment, cause: unknown, retryIn: number): IngesterEvent<E> {
  const error =
    cause instanceof MastodonError
      ? cause
      : new MastodonJetStreamError('A timeline failed', { cause, retryable: false });
  return { type: 'failed', assignment, error, retryIn };
}

function checkConfig(config: IngesterConfig<EventCodecs>): void {
  checkKeys('option of runIngester', config, [
    ...['credentials', 'capacity', 'lease', 'client', 'store', 'failureDelay'],
    ...['group', 'stream', 'subject'],
  ]);
  const { credentials, capacity = 1, lease = 1_000, failureDelay = 0 } = config;
  check(
    ['function', 'object'].includes(typeof (credentials as unknown)) && Boolean(credentials),
    'credentials must be an object of tokens by name, or a function',
  );
  check(Number.isInteger(capacity) && capacity > 0, 'capacity must be a whole number above 0');
  check(
    typeof lease === 'number' && lease >= 1_000 && lease <= MAX_WAIT,
    `lease must be a number of ms from 1,000 to ${MAX_WAIT}`,
  );
  check(
    typeof failureDelay === 'number' && failureDelay >= 0 && failureDelay <= MAX_WAIT,
    `failureDelay must be a number of ms from 0 to ${MAX_WAIT}`,
  );
}
