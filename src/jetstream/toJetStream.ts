/** Publishes events to JetStream, and emits each once it is stored. */
import { randomUUID } from 'node:crypto';
import type { JetStreamClient, PubAck } from '@nats-io/jetstream';
import {
  catchError,
  defer,
  of,
  retry,
  throwError,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
  type OperatorFunction,
} from 'rxjs';
import { check, checkCount, checkKeys, checkWait } from '../config/check.ts';
import type { BaseEvent, EventCodecs } from '../model/events.ts';
import { jetStreamError, isUnsendable, MastodonJetStreamError } from './errors.ts';
import { MAX_SUBJECT, messages } from './message.ts';
import { storeInOrder, type Storing } from './storeInOrder.ts';
import { SUBJECT_PREFIX } from './names.ts';
import { checkSubject } from './subjects.ts';

/** The options of {@link toJetStream}. */
export interface ToJetStreamConfig<T extends BaseEvent<string, unknown>> {
  /** The instance that the events come from: its host, or its URL. */
  instance: string | URL;
  /**
   * The first tokens of all subjects.
   * @defaultValue `'mastodon'`
   */
  subjectPrefix?: string | undefined;
  /**
   * The account whose stream it is, if each account has its own (`user`, `user:notification`, `list`, `direct`): it
   * becomes part of the subject and of the message's id, so that the same event of two accounts is stored twice.
   */
  account?: string | undefined;
  /** The codecs that the events were read with (`config.events`), which encode them again. */
  events?: EventCodecs | undefined;
  /**
   * Returns the identity of an event, the same in every copy of it; `undefined` if it has none.
   * @defaultValue {@link eventKey}
   */
  key?: ((event: T) => string | undefined) | undefined;
  /**
   * The highest number of events that are published and not acknowledged.
   * @defaultValue `256`
   */
  maxInFlight?: number | undefined;
  /**
   * The highest number of events that wait while NATS is away or slow.
   * @defaultValue `10_000`
   */
  capacity?: number | undefined;
  /**
   * The time for which publishing an event is retried, in ms. It must be shorter than the stream's
   * `duplicate_window`.
   * @defaultValue `60_000`
   */
  timeout?: number | undefined;
  /**
   * Receives each event that can never be stored, like one above the server's `max_payload`; it is then emitted,
   * but not stored. Without `onRejected`, such an event ends the stream.
   */
  onRejected?: ((event: T, error: MastodonJetStreamError) => void) | undefined;
}

/**
 * Stores each event of an instance in JetStream, under `mastodon.HOST.STREAM.TYPE` and with {@link eventKey} as the
 * message's id, by which JetStream stores it once within its `duplicate_window`, even if others publish it, too.
 * The body is the payload as Mastodon sends it: JSON, or the bare id of a `delete`.
 *
 * An event is emitted once it and all events before it are acknowledged, so that `cursorOf` the last one is never
 * ahead of JetStream; connection events are emitted in their order. While NATS is away, an event is published again
 * every second, and up to `capacity` events wait for up to `timeout` ms. Then the result errors and unsubscribes
 * from the source: a new subscription with `resumeFrom` and `catchUp` fetches from the instance the events that
 * were not stored, except deletes and edits.
 *
 * ```ts
 * timelines.public({ reconnect: true, catchUp: true }).pipe(toJetStream(js, { instance: 'mastodon.social' }));
 * ```
 *
 * @throws `MastodonIllegalArgumentError` if the config is wrong. Through `error`:
 * {@link MastodonJetStreamError}, not retryable if the connection was closed for good: connect with
 * `maxReconnectAttempts: -1`.
 */
export function toJetStream<T extends BaseEvent<string, unknown>>(
  js: JetStreamClient,
  config: ToJetStreamConfig<T>,
): MonoTypeOperatorFunction<T> {
  return storeIn(js, config, (event) => event);
}

/**
 * {@link toJetStream}, with what `project` returns for an event and how JetStream acknowledged it; `undefined` for
 * events that are not stored: connection events, and rejected ones.
 */
export function storeIn<T extends BaseEvent<string, unknown>, R>(
  js: JetStreamClient,
  config: ToJetStreamConfig<T>,
  project: (event: T, ack: PubAck | undefined) => R,
): OperatorFunction<T, R> {
  checkConfig(config);
  const { instance, subjectPrefix = SUBJECT_PREFIX, account, events, key, onRejected } = config;
  const { maxInFlight = 256, capacity = 10_000, timeout = 60_000 } = config;
  const messageOf = messages({ instance, subjectPrefix, account, events, key: key as never });

  const store = (event: T): Storing<PubAck | undefined> => {
    const message = messageOf(event);
    if (!message) return of(undefined);
    const { subject, data, id, headers } = message;
    if (subject.length > MAX_SUBJECT) return reject(event, tooLong());
    const options = { msgID: id ?? randomUUID(), ...(headers && { headers }) };
    const attempt = (): Promise<PubAck> => js.publish(subject, data, options);
    return attempt().catch((cause: unknown) => retried(event, cause, attempt));
  };

  const retried = (
    event: T,
    first: unknown,
    attempt: () => Promise<PubAck>,
  ): Observable<PubAck | undefined> => {
    const deadline = performance.now() + timeout;
    const failed$ = throwError(() => first);
    let attempts = 0;
    return defer(() => (attempts++ === 0 ? failed$ : attempt())).pipe(
      retry({
        delay: (cause: unknown) => {
          const error = jetStreamError('JetStream did not store an event', cause);
          const isOver = !error.retryable || performance.now() >= deadline;
          return isOver ? throwError(() => error) : timer(RETRY_DELAY);
        },
      }),
      catchError((error: unknown) => {
        const failure = error as MastodonJetStreamError;
        return isUnsendable(failure.cause) ? reject(event, failure) : throwError(() => failure);
      }),
    );
  };

  const reject = (event: T, error: MastodonJetStreamError): Observable<undefined> => {
    if (!onRejected) return throwError(() => error);
    onRejected(event, error);
    return of(undefined);
  };

  const overflow = (): MastodonJetStreamError =>
    new MastodonJetStreamError(`NATS is too slow, or away: ${capacity} events wait for it`, {
      retryable: true,
    });
  return storeInOrder(store, project, { concurrency: maxInFlight, capacity, overflow });
}

const tooLong = (): MastodonJetStreamError =>
  new MastodonJetStreamError(
    `The name of an event or a stream is too long for a subject of ${MAX_SUBJECT} characters`,
    { retryable: false },
  );

/** The time between two attempts to store an event, in ms. */
const RETRY_DELAY = 1_000;

function checkConfig(config: ToJetStreamConfig<never>): void {
  checkKeys('option of toJetStream', config, [
    ...['instance', 'subjectPrefix', 'account', 'events', 'key'],
    ...['maxInFlight', 'capacity', 'timeout', 'onRejected'],
  ]);
  const { subjectPrefix, account, key, onRejected } = config;
  const { maxInFlight = 1, capacity = 0, timeout = 1 } = config;
  if (subjectPrefix !== undefined) checkSubject('subjectPrefix', subjectPrefix);
  check(account === undefined || typeof account === 'string', 'account must be a text');
  check(key === undefined || typeof key === 'function', 'key must be a function');
  check(
    onRejected === undefined || typeof onRejected === 'function',
    'onRejected must be a function',
  );
  checkCount('maxInFlight', maxInFlight, 'events', 1);
  checkCount('capacity', capacity, 'events', 0);
  checkWait('timeout', timeout);
}
