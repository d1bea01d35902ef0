/** Events out of the engine, each to be acknowledged. */
import type {
  Consumer,
  ConsumerConfig,
  ConsumerMessages,
  JetStreamClient,
  JsMsg,
} from '@nats-io/jetstream';
import { defer, map, Observable, switchMap } from 'rxjs';
import { check, checkKeys, MAX_WAIT } from '../config/check.ts';
import type { EventCodecs, NoEvents } from '../model/events.ts';
import { jetStreamError } from './errors.ts';
import { JsDelivery, type Delivery } from './delivery.ts';
import { readMessages } from './message.ts';
import { STREAM } from './names.ts';
import { nanos } from './nanos.ts';
import { checkSubject } from './subjects.ts';

/** The options of {@link fromJetStream}. */
export interface FromJetStreamConfig<E extends EventCodecs = NoEvents> {
  /**
   * The engine's stream.
   * @defaultValue `'MASTODON'`
   */
  stream?: string | undefined;
  /**
   * The name of the consumer, whose place the engine keeps. Several subscriptions, of several processes, to
   * one consumer share its events. Left out: one of this subscription's own, which is forgotten with it.
   */
  consumer?: string | undefined;
  /**
   * The subject of the events, as `subjectOf` makes it; `*` and `>` stand for anything.
   * @defaultValue Everything in the stream.
   */
  filterSubject?: string | undefined;
  /**
   * Where a consumer begins that is not there yet: with what comes from now on, with all that is there, with
   * the last event, at a time, or at a sequence number of the stream.
   * @defaultValue `'new'`
   */
  startFrom?: 'new' | 'all' | 'last' | Date | number | undefined;
  /**
   * How long an event may be without a sign of life before the engine gives it to somebody else, in ms. A
   * consumer that is there already keeps what it was made with, and so with `maxAckPending`.
   * @defaultValue `30_000`
   */
  ackWait?: number | undefined;
  /**
   * How many events may be with the consumer's processes at once, in all; the engine then waits.
   * @defaultValue `1_000`
   */
  maxAckPending?: number | undefined;
  /** io-ts codecs of events that this library does not know, by event name, as in `createTimelines`. */
  events?: E | undefined;
  /**
   * The prefix of the subjects of dead letters. A stream must store it, as that of `setUpStreams` does.
   * @defaultValue `PREFIX-dead`, with the prefix of the event's own subject
   */
  deadLetterPrefix?: string | undefined;
}

/**
 * Emits the events of a stream of the engine, and shares them with all who use the same `consumer`: cold,
 * each subscription is one of them. They are read by the same codecs as what is streamed, so that what does
 * not fit is `unknown`.
 *
 * Each is delivered until it is acknowledged, so that a process which dies loses nothing and somebody may
 * get what it had done already: at least once. {@link ackAfter} says all that is to be said. While the
 * connection is lost nothing is delivered; nats.js connects again. Never completes. Unsubscription leaves
 * the consumer where it is.
 *
 * ```ts
 * fromJetStream(js, { consumer: 'archive', filterSubject: subjectOf({ type: 'update' }), startFrom: 'all' })
 *   .pipe(ackAfter(({ event }) => store(event), { concurrency: 8 }));
 * ```
 *
 * @throws `MastodonIllegalArgumentError` where the config is wrong; through `error`
 * {@link MastodonJetStreamError}: there is no such stream, the consumer was deleted, the engine does not answer
 * at the beginning, or (not retryable) the connection was closed.
 */
export function fromJetStream<E extends EventCodecs = NoEvents>(
  js: JetStreamClient,
  config: FromJetStreamConfig<E> = {},
): Observable<Delivery<E>> {
  checkConfig(config);
  const { stream = STREAM, deadLetterPrefix } = config;
  const read = readMessages<E>(config.events);

  return defer(() => openConsumer(js, stream, config)).pipe(
    switchMap(({ consumer, ackWait }) =>
      consume(consumer).pipe(
        map(
          (message) => new JsDelivery<E>(js, message, read(message), { ackWait, deadLetterPrefix }),
        ),
      ),
    ),
  );
}

/** A consumer, and how long it waits for a sign of life. */
export interface OpenConsumer {
  readonly consumer: Consumer;
  /** In ms. */
  readonly ackWait: number;
}

/** Returns the consumer, and creates it if it does not exist. */
export async function openConsumer(
  js: JetStreamClient,
  stream: string,
  config: FromJetStreamConfig<EventCodecs>,
): Promise<OpenConsumer> {
  const {
    consumer: name,
    filterSubject: filter,
    startFrom: startAt = 'new',
    ackWait = 30_000,
    maxAckPending: maxOutstanding = 1_000,
  } = config;
  try {
    const { consumers } = await js.jetstreamManager(false);
    const known = name === undefined ? undefined : await found(consumers.info(stream, name));
    const info =
      known ??
      (await consumers.add(stream, {
        ...(name === undefined ? {} : { durable_name: name }),
        ...startOf(startAt),
        ...(filter === undefined ? {} : { filter_subject: filter }),
        ack_policy: 'explicit',
        ack_wait: nanos(ackWait),
        max_ack_pending: maxOutstanding,
        max_deliver: -1,
      }));
    return {
      consumer: js.consumers.getConsumerFromInfo(info),
      ackWait: (info.config.ack_wait ?? nanos(ackWait)) / 1e6,
    };
  } catch (error) {
    throw jetStreamError(`There is no consumer of the stream ${stream}`, error);
  }
}

/** `undefined` where the engine says that there is none. */
const found = <T>(asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((error: unknown) => {
    if (error instanceof Error && error.name === 'ConsumerNotFoundError') return undefined;
    throw error;
  });

function startOf(startAt: NonNullable<FromJetStreamConfig['startFrom']>): Partial<ConsumerConfig> {
  if (typeof startAt === 'string') return { deliver_policy: startAt };
  return typeof startAt === 'number'
    ? { deliver_policy: 'by_start_sequence', opt_start_seq: startAt }
    : { deliver_policy: 'by_start_time', opt_start_time: startAt.toISOString() };
}

/**
 * Emits what a consumer delivers.
 *
 * @param endsWithConsumer - Whether a consumer that is gone is an error. An ordered one is gone whenever its
 * server starts anew, and nats.js makes another one.
 */
export const consume = (consumer: Consumer, endsWithConsumer = true): Observable<JsMsg> =>
  new Observable((subscriber) => {
    let open: ConsumerMessages | undefined;
    consumer
      .consume({
        callback: (message) => {
          subscriber.next(message);
        },
        abort_on_missing_resource: endsWithConsumer,
      })
      .then((messages) => {
        open = messages;
        if (subscriber.closed) void messages.close();
        return messages.closed();
      })
      .then(
        (error) => {
          const cause = error instanceof Error ? error : closedConnection();
          subscriber.error(jetStreamError('The engine delivers nothing any more', cause));
        },
        (error: unknown) => {
          subscriber.error(jetStreamError('The engine delivers nothing', error));
        },
      );
    return () => {
      if (open) leave(consumer, open);
    };
  });

/**
 * Takes back the request for more, in the same turn: what is given back after it must not come to this process
 * again. The engine (2.9) drops it only when asked about the consumer; until then it would lose what is given
 * back to a request that nobody listens to, for as long as `ackWait`.
 */
export function leave(consumer: Consumer, messages: ConsumerMessages): void {
  void messages.close();
  consumer.info().catch(() => undefined);
}

/** nats.js ends its consumers without a word when a connection is closed, by whomever. */
const closedConnection = (): Error =>
  Object.assign(new Error('the connection was closed'), { name: 'ClosedConnectionError' });

function checkConfig(config: FromJetStreamConfig<EventCodecs>): void {
  checkKeys('option of fromJetStream', config, [
    ...['stream', 'consumer', 'filterSubject', 'startFrom', 'events', 'deadLetterPrefix'],
    ...['ackWait', 'maxAckPending'],
  ]);
  const { stream, consumer, startFrom: startAt = 'new', deadLetterPrefix } = config;
  const { ackWait = 1, maxAckPending: maxOutstanding = 1 } = config;
  if (stream !== undefined) checkName('stream', stream);
  if (consumer !== undefined) checkName('consumer', consumer);
  if (deadLetterPrefix !== undefined) checkSubject('deadLetterPrefix', deadLetterPrefix);
  check(
    (typeof startAt === 'string' && ['new', 'all', 'last'].includes(startAt)) ||
      (typeof startAt === 'number' && Number.isInteger(startAt) && startAt > 0) ||
      (startAt instanceof Date && !Number.isNaN(startAt.getTime())),
    "startFrom must be 'new', 'all', 'last', a Date or a sequence number",
  );
  check(
    typeof ackWait === 'number' && ackWait > 0 && ackWait <= MAX_WAIT,
    `ackWait must be a number of ms above 0 and up to ${MAX_WAIT}`,
  );
  check(
    Number.isInteger(maxOutstanding) && maxOutstanding > 0,
    'maxAckPending must be a whole number of events above 0',
  );
}

/** Names of streams and consumers are single tokens, and parts of file names. */
export function checkName(what: string, name: unknown): void {
  check(
    typeof name === 'string' && /^[\w-]+$/.test(name),
    `${what} must be a name of letters, digits, - and _`,
  );
}
