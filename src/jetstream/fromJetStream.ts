/** Consumes stored events, each of which must be acknowledged. */
import type {
  Consumer,
  ConsumerConfig,
  ConsumerInfo,
  ConsumerMessages,
  JetStreamClient,
  JsMsg,
} from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { defer, map, Observable, switchMap } from 'rxjs';
import { check, checkCount, checkKeys, checkWait } from '../config/check.ts';
import type { EventCodecs, NoEvents } from '../model/events.ts';
import { jetStreamError, orIfMissing } from './errors.ts';
import { JsDelivery, type Delivery } from './delivery.ts';
import { readMessages } from './message.ts';
import { STREAM } from './names.ts';
import { nanos } from './nanos.ts';
import { checkSubject } from './subjects.ts';

/** The options of {@link fromJetStream}. */
export interface FromJetStreamConfig<E extends EventCodecs = NoEvents> {
  /**
   * The stream of events.
   * @defaultValue `'MASTODON'`
   */
  stream?: string | undefined;
  /**
   * The name of the durable consumer, whose position JetStream keeps. All subscriptions to one consumer, in however
   * many processes, share its events. Without a name, the subscription has a consumer of its own.
   */
  consumer?: string | undefined;
  /**
   * The subject of the events, as `subjectOf` writes it; `*` and `>` stand for anything.
   * @defaultValue all events of the stream
   */
  filterSubject?: string | undefined;
  /**
   * The position at which a new consumer begins, if it does not exist yet: with new events, with all that are
   * stored, with the last one, at a time, or at a sequence number of the stream.
   * @defaultValue `'new'`
   */
  startFrom?: 'new' | 'all' | 'last' | Date | number | undefined;
  /**
   * The time without a sign of life after which an event is delivered again, in ms. A consumer that exists
   * keeps its own, and its own `maxAckPending`.
   * @defaultValue `30_000`
   */
  ackWait?: number | undefined;
  /**
   * The highest number of events that are delivered and not acknowledged, in all processes of the consumer.
   * @defaultValue `1_000`
   */
  maxAckPending?: number | undefined;
  /** io-ts codecs of events that this library does not know, by event name, as in `createTimelines`. */
  events?: E | undefined;
  /**
   * The prefix of the subjects of dead letters. A stream must store it, as one of `setUpStreams` does.
   * @defaultValue `PREFIX-dead`, with the prefix of the event's own subject
   */
  deadLetterPrefix?: string | undefined;
}

/**
 * Emits the events of a stream, shared with all other subscriptions to the same `consumer`. They are checked by the
 * same codecs as streamed events: a payload that does not fit is `unknown`.
 *
 * Each event is delivered at least once, until it is acknowledged: the unacknowledged events of a process that dies
 * are delivered to another one. {@link ackAfter} acknowledges. While the connection is lost nothing is delivered;
 * nats.js connects again. Never completes. Unsubscription leaves the consumer in place.
 *
 * ```ts
 * fromJetStream(js, { consumer: 'archive', filterSubject: subjectOf({ type: 'update' }), startFrom: 'all' })
 *   .pipe(ackAfter(({ event }) => store(event), { concurrency: 8 }));
 * ```
 *
 * @throws `MastodonIllegalArgumentError` if the config is wrong. Through `error`: {@link MastodonJetStreamError}
 * if the stream does not exist, the consumer was deleted, NATS does not respond at the start or, not
 * retryable, the connection was closed.
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

/** A consumer and its `ack_wait`. */
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
  const { consumer: name, filterSubject, startFrom = 'new' } = config;
  const { ackWait = 30_000, maxAckPending = 1_000 } = config;
  try {
    const { consumers } = await js.jetstreamManager(false);
    const create = (): Promise<ConsumerInfo> =>
      consumers.add(stream, {
        ...(name === undefined ? {} : { durable_name: name }),
        ...startOf(startFrom),
        ...(filterSubject === undefined ? {} : { filter_subject: filterSubject }),
        ack_policy: 'explicit',
        ack_wait: nanos(ackWait),
        max_ack_pending: maxAckPending,
        max_deliver: -1,
      });
    const info = await (name === undefined
      ? create()
      : orIfMissing(consumers.info(stream, name), create));
    return {
      consumer: js.consumers.getConsumerFromInfo(info),
      ackWait: (info.config.ack_wait ?? nanos(ackWait)) / 1e6,
    };
  } catch (error) {
    throw jetStreamError(`There is no consumer of the stream ${stream}`, error);
  }
}

function startOf(from: NonNullable<FromJetStreamConfig['startFrom']>): Partial<ConsumerConfig> {
  if (typeof from === 'string') return { deliver_policy: from };
  return typeof from === 'number'
    ? { deliver_policy: 'by_start_sequence', opt_start_seq: from }
    : { deliver_policy: 'by_start_time', opt_start_time: from.toISOString() };
}

/**
 * Emits what a consumer delivers.
 *
 * @param endsWithConsumer - Whether a consumer that is gone is an error. An ordered one is gone whenever its
 * server starts anew, and nats.js makes another one.
 */
export const consume = (consumer: Consumer, endsWithConsumer = true): Observable<JsMsg> =>
  receive(
    consumer,
    (callback) => consumer.consume({ callback, abort_on_missing_resource: endsWithConsumer }),
    async (messages) => {
      // nats.js ends its consumers without an error when a connection is closed.
      throw (await messages.closed()) ?? new errors.ClosedConnectionError();
    },
  );

/**
 * Emits messages from `begin` until `end` resolves, and withdraws the request for more on unsubscription.
 *
 * @param begin - Requests messages.
 * @param end - Resolves with the last message, and rejects when no more can come.
 */
export const receive = (
  consumer: Consumer,
  begin: (next: (message: JsMsg) => void) => Promise<ConsumerMessages>,
  end: (messages: ConsumerMessages, next: (message: JsMsg) => void) => Promise<void>,
): Observable<JsMsg> =>
  new Observable((subscriber) => {
    let open: ConsumerMessages | undefined;
    const next = (message: JsMsg): void => subscriber.next(message);
    const run = async (): Promise<void> => {
      open = await begin(next);
      if (subscriber.closed) leave(consumer, open);
      await end(open, next);
      subscriber.complete();
    };
    run().catch((error: unknown) => {
      subscriber.error(jetStreamError('JetStream delivers nothing any more', error));
    });
    return () => {
      if (open) leave(consumer, open);
    };
  });

/**
 * Withdraws the request for more messages synchronously: a message that is returned after it must not come to this
 * process again. nats-server 2.9 withdraws it only when asked about the consumer; until then, it may deliver a
 * returned message to the request that nobody reads any more, and again after `ackWait`.
 */
function leave(consumer: Consumer, messages: ConsumerMessages): void {
  void messages.close();
  consumer.info().catch(() => undefined);
}

function checkConfig(config: FromJetStreamConfig<EventCodecs>): void {
  checkKeys('option of fromJetStream', config, [
    ...['stream', 'consumer', 'filterSubject', 'startFrom', 'events', 'deadLetterPrefix'],
    ...['ackWait', 'maxAckPending'],
  ]);
  const { stream, consumer, startFrom: from = 'new', deadLetterPrefix } = config;
  const { ackWait = 1, maxAckPending = 1 } = config;
  if (stream !== undefined) checkName('stream', stream);
  if (consumer !== undefined) checkName('consumer', consumer);
  if (deadLetterPrefix !== undefined) checkSubject('deadLetterPrefix', deadLetterPrefix);
  check(
    (typeof from === 'string' && ['new', 'all', 'last'].includes(from)) ||
      (typeof from === 'number' && Number.isInteger(from) && from > 0) ||
      (from instanceof Date && !Number.isNaN(from.getTime())),
    "startFrom must be 'new', 'all', 'last', a Date or a sequence number",
  );
  checkWait('ackWait', ackWait);
  checkCount('maxAckPending', maxAckPending, 'events', 1);
}

/** Names of streams and consumers are single tokens, and parts of file names. */
export function checkName(what: string, name: unknown): void {
  check(
    typeof name === 'string' && /^[\w-]+$/.test(name),
    `${what} must be a name of letters, digits, - and _`,
  );
}
