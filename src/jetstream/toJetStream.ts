/** Events into the engine: published, acknowledged, and only then passed on. */
import { randomUUID } from 'node:crypto';
import type { JetStreamClient, PubAck } from '@nats-io/jetstream';
import {
  catchError,
  defer,
  from,
  map,
  Observable,
  of,
  retry,
  throwError,
  timer,
  type MonoTypeOperatorFunction,
  type OperatorFunction,
} from 'rxjs';
import { check, checkKeys, MAX_WAIT } from '../config/check.ts';
import type { BaseEvent, EventCodecs } from '../model/events.ts';
import { jetStreamError, isUnsendable, MastodonJetStreamError } from './errors.ts';
import { MAX_SUBJECT, messages, type OutgoingMessage } from './message.ts';
import { storeInOrder } from './storeInOrder.ts';
import { SUBJECT_PREFIX } from './names.ts';
import { checkSubject } from './subjects.ts';

/** The options of {@link toJetStream}. */
export interface ToJetStreamConfig<T extends BaseEvent<string, unknown>> {
  /** The server that the events come from: its host, or its URL. */
  instance: string | URL;
  /**
   * The first tokens of all subjects.
   * @defaultValue `'mastodon'`
   */
  subjectPrefix?: string | undefined;
  /**
   * Whose stream it is, where everybody sees their own (`user`, `user:notification`, `list`, `direct`): it
   * becomes part of the subject and of the message's id, so that the views of two accounts are two.
   */
  account?: string | undefined;
  /** The codecs that the events were read with (`config.events`): what they transform, they turn back. */
  events?: EventCodecs | undefined;
  /**
   * What makes an event the same wherever it is received; undefined: it has no identity.
   * @defaultValue {@link eventKey}
   */
  key?: ((event: T) => string | undefined) | undefined;
  /**
   * How many events are on their way to the engine at once.
   * @defaultValue `256`
   */
  maxInFlight?: number | undefined;
  /**
   * How many events may wait while the engine is away or slow.
   * @defaultValue `10_000`
   */
  capacity?: number | undefined;
  /**
   * How long an event is tried again, in ms. It must be shorter than the stream's `duplicate_window`.
   * @defaultValue `60_000`
   */
  timeout?: number | undefined;
  /**
   * Is told each event that can never be stored, such as one above the engine's `max_payload`, which is
   * then passed on and not stored. Without it such an event ends the stream.
   */
  onRejected?: ((event: T, error: MastodonJetStreamError) => void) | undefined;
}

/** An event that has gone on, and what the engine said to it. */
export interface Stored<T> {
  readonly event: T;
  /** Undefined with what is not stored: events about the connection, and refused ones. */
  readonly ack: PubAck | undefined;
}

/**
 * Stores each event of a server in JetStream, under `mastodon.HOST.STREAM.TYPE` and with {@link eventKey} as
 * the message's id, by which the engine stores it once within its `duplicate_window`, whoever else sends it.
 * The body is the payload as Mastodon sends it: JSON, or the bare id of a `delete`.
 *
 * An event is passed on once it and all before it are acknowledged, so that `cursorOf` what comes out is
 * never ahead of the engine; events about the connection are passed on at their place. An engine that is
 * away is tried again every second, and holds the stream back up to `capacity` events or `timeout` ms.
 * Then the result fails and the source is left: whoever subscribes anew with `resumeFrom` and `catchUp` gets
 * back from the server what was not stored. Deletes and edits cannot be had back from it.
 *
 * ```ts
 * timelines.public({ reconnect: true, catchUp: true }).pipe(toJetStream(js, { instance: 'mastodon.social' }));
 * ```
 *
 * @throws `MastodonIllegalArgumentError` where the config is wrong; through `error`
 * {@link MastodonJetStreamError}, which is not retryable where the connection was closed for good: connect with
 * `maxReconnectAttempts: -1`.
 */
export function toJetStream<T extends BaseEvent<string, unknown>>(
  js: JetStreamClient,
  config: ToJetStreamConfig<T>,
): MonoTypeOperatorFunction<T> {
  const stored = storeIn(js, config);
  return (source) =>
    source.pipe(
      stored,
      map(({ event }) => event),
    );
}

/** {@link toJetStream}, with what the engine says. */
export function storeIn<T extends BaseEvent<string, unknown>>(
  js: JetStreamClient,
  config: ToJetStreamConfig<T>,
): OperatorFunction<T, Stored<T>> {
  checkConfig(config);
  const {
    instance: server,
    subjectPrefix: subject = SUBJECT_PREFIX,
    account,
    events,
    key,
    onRejected: onRefused,
  } = config;
  const { maxInFlight: inFlight = 256, capacity = 10_000, timeout = 60_000 } = config;
  const messageOf = messages({ server, subject, account, events, key: key as never });

  const publish = (event: T, { subject: place, data, id, headers }: OutgoingMessage) => {
    const options = { msgID: id ?? randomUUID(), ...(headers && { headers }) };
    // Almost always the first attempt succeeds: what watches over the others is made when it did not.
    return new Observable<Stored<T>>((subscriber) => {
      js.publish(place, data, options).then(
        (ack) => {
          subscriber.next({ event, ack });
          subscriber.complete();
        },
        (cause: unknown) => {
          subscriber.add(
            again(event, cause, () => js.publish(place, data, options)).subscribe(subscriber),
          );
        },
      );
    });
  };

  const again = (
    event: T,
    first: unknown,
    attempt: () => Promise<PubAck>,
  ): Observable<Stored<T>> => {
    const deadline = performance.now() + timeout;
    const failed$ = throwError(() => first);
    let attempts = 0;
    return defer(() => (attempts++ === 0 ? failed$ : from(attempt()))).pipe(
      map((ack) => ({ event, ack })),
      retry({
        delay: (cause: unknown) => {
          const error = jetStreamError('The engine did not store an event', cause);
          const isOver = !error.retryable || performance.now() >= deadline;
          return isOver ? throwError(() => error) : timer(RETRY_DELAY);
        },
      }),
      catchError((error: unknown) => {
        const refused = error as MastodonJetStreamError;
        if (!onRefused || !isUnsendable(refused.cause)) return throwError(() => refused);
        onRefused(event, refused);
        return of({ event, ack: undefined });
      }),
    );
  };

  return storeInOrder(
    (event) => {
      const message = messageOf(event);
      if (!message) return of({ event, ack: undefined });
      if (message.subject.length <= MAX_SUBJECT) return publish(event, message);
      const error = new MastodonJetStreamError(
        `The name of an event or a stream is too long for a subject of ${MAX_SUBJECT} characters`,
        { retryable: false },
      );
      if (!onRefused) return throwError(() => error);
      onRefused(event, error);
      return of({ event, ack: undefined });
    },
    {
      concurrency: inFlight,
      capacity,
      overflow: () =>
        new MastodonJetStreamError(
          `The engine is too slow, or away: ${capacity} events wait for it`,
          {
            retryable: true,
          },
        ),
    },
  );
}

/** The time between two attempts to store an event, in ms. */
const RETRY_DELAY = 1_000;

function checkConfig(config: ToJetStreamConfig<never>): void {
  checkKeys('option of toJetStream', config, [
    ...['instance', 'subjectPrefix', 'account', 'events', 'key'],
    ...['maxInFlight', 'capacity', 'timeout', 'onRejected'],
  ]);
  const {
    subjectPrefix: subject,
    account,
    key,
    onRejected: onRefused,
    maxInFlight: inFlight = 1,
    capacity = 0,
    timeout = 1,
  } = config;
  if (subject !== undefined) checkSubject('subjectPrefix', subject);
  check(account === undefined || typeof account === 'string', 'account must be a text');
  check(key === undefined || typeof key === 'function', 'key must be a function');
  check(onRefused === undefined || typeof onRefused === 'function', 'onRefused must be a function');
  check(Number.isInteger(inFlight) && inFlight > 0, 'maxInFlight must be a whole number above 0');
  check(
    Number.isInteger(capacity) && capacity >= 0,
    'capacity must be a whole number of events of at least 0: no queue is without a bound',
  );
  check(
    typeof timeout === 'number' && timeout > 0 && timeout <= MAX_WAIT,
    `timeout must be a number of ms above 0 and up to ${MAX_WAIT}`,
  );
}
