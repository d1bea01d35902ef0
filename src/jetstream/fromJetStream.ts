/** Events out of the engine, each to be acknowledged. */
import { headers, type MsgHdrs } from '@nats-io/transport-node';
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
import { engineError } from './errors.ts';
import { readMessages, type ReadMessage, type StoredEvent } from './message.ts';
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
  filter?: string | undefined;
  /**
   * Where a consumer begins that is not there yet: with what comes from now on, with all that is there, with
   * the last event, at a time, or at a sequence number of the stream.
   * @defaultValue `'new'`
   */
  startAt?: 'new' | 'all' | 'last' | Date | number | undefined;
  /**
   * How long an event may be without a sign of life before the engine gives it to somebody else, in ms. A
   * consumer that is there already keeps what it was made with, and so with `maxOutstanding`.
   * @defaultValue `30_000`
   */
  ackWait?: number | undefined;
  /**
   * How many events may be with the consumer's processes at once, in all; the engine then waits.
   * @defaultValue `1_000`
   */
  maxOutstanding?: number | undefined;
  /** io-ts codecs of events that this library does not know, by event name, as in `createTimelines`. */
  events?: E | undefined;
  /**
   * The first tokens of the subjects of dead letters; a stream must have them (`setUpStreams` makes one).
   * @defaultValue `'mastodon-dead'`
   */
  deadLetters?: string | undefined;
}

/** An event, and what to tell the engine about it. Only the first `ack`, `nak` or `park` counts. */
export interface Delivery<E = NoEvents> {
  /** As it was streamed; `malformed` where somebody else's message holds none. */
  readonly event: StoredEvent<E>;
  /** The server's host. */
  readonly host: string;
  /** Whose stream it is, where everybody sees their own. */
  readonly account: string | undefined;
  /** The message's number in its stream: the same at each delivery. */
  readonly sequence: number;
  /** How often it was delivered, this time included. */
  readonly attempt: number;
  /** Whether it was delivered before, perhaps to another process, which may have done its work. */
  readonly redelivered: boolean;
  /** How long the engine waits for a sign of life, in ms. */
  readonly ackWait: number;
  /** It is done. */
  ack(): void;
  /** It shall come again, to whoever is free, in `delay` ms (at once by default). */
  nak(delay?: number): void;
  /** It is being worked at: `ackWait` begins anew. */
  working(): void;
  /**
   * Publishes it under `mastodon-dead.` and its own subject, once however often that is tried, and then
   * never delivers it again.
   *
   * @param reason - Stands in the dead letter's header `Mastodon-Reason`; it must not quote the post.
   * @throws {@link MastodonEngineError} as a rejection; it is then delivered again.
   */
  park(reason?: string): Promise<void>;
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
 * fromJetStream(js, { consumer: 'archive', filter: subjectOf({ type: 'update' }), startAt: 'all' })
 *   .pipe(ackAfter(({ event }) => store(event), { concurrency: 8 }));
 * ```
 *
 * @throws `MastodonIllegalArgumentError` where the config is wrong; through `error`
 * {@link MastodonEngineError}: there is no such stream, the consumer was deleted, the engine does not answer
 * at the beginning, or (not retryable) the connection was closed.
 */
export function fromJetStream<E extends EventCodecs = NoEvents>(
  js: JetStreamClient,
  config: FromJetStreamConfig<E> = {},
): Observable<Delivery<E>> {
  checkConfig(config);
  const { stream = 'MASTODON', deadLetters = 'mastodon-dead' } = config;
  const read = readMessages<E>(config.events);

  return defer(() => open(js, stream, config)).pipe(
    switchMap(({ consumer, ackWait }) =>
      consume(consumer).pipe(
        map((message) => new JsDelivery<E>(js, message, read(message), { ackWait, deadLetters })),
      ),
    ),
  );
}

interface OpenConsumer {
  readonly consumer: Consumer;
  /** In ms. */
  readonly ackWait: number;
}

/** The consumer, made where it is not there; who asks for it at the same time gets the same one. */
async function open(
  js: JetStreamClient,
  stream: string,
  config: FromJetStreamConfig<EventCodecs>,
): Promise<OpenConsumer> {
  const {
    consumer: name,
    filter,
    startAt = 'new',
    ackWait = 30_000,
    maxOutstanding = 1_000,
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
    throw engineError(`There is no consumer of the stream ${stream}`, error);
  }
}

/** `undefined` where the engine says that there is none. */
export const found = <T>(asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((error: unknown) => {
    if (error instanceof Error && error.name === 'ConsumerNotFoundError') return undefined;
    throw error;
  });

function startOf(startAt: NonNullable<FromJetStreamConfig['startAt']>): Partial<ConsumerConfig> {
  if (typeof startAt === 'string') return { deliver_policy: startAt };
  return typeof startAt === 'number'
    ? { deliver_policy: 'by_start_sequence', opt_start_seq: startAt }
    : { deliver_policy: 'by_start_time', opt_start_time: startAt.toISOString() };
}

/** The edge: what the engine delivers, from subscription to unsubscription. */
const consume = (consumer: Consumer): Observable<JsMsg> =>
  new Observable((subscriber) => {
    let open: ConsumerMessages | undefined;
    consumer
      .consume({
        callback: (message) => {
          subscriber.next(message);
        },
        abort_on_missing_resource: true,
      })
      .then((messages) => {
        open = messages;
        if (subscriber.closed) void messages.close();
        return messages.closed();
      })
      .then(
        (error) => {
          const cause = error instanceof Error ? error : closedConnection();
          subscriber.error(engineError('The engine delivers nothing any more', cause));
        },
        (error: unknown) => {
          subscriber.error(engineError('The engine delivers nothing', error));
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

interface DeliveryConfig {
  readonly ackWait: number;
  readonly deadLetters: string;
}

class JsDelivery<E> implements Delivery<E> {
  readonly event: StoredEvent<E>;
  readonly host: string;
  readonly account: string | undefined;
  readonly ackWait: number;
  readonly #js: JetStreamClient;
  readonly #message: JsMsg;
  readonly #deadLetters: string;

  constructor(
    js: JetStreamClient,
    message: JsMsg,
    { event, place }: ReadMessage<E>,
    { ackWait, deadLetters }: DeliveryConfig,
  ) {
    this.event = event;
    this.host = place.host;
    this.account = place.account;
    this.ackWait = ackWait;
    this.#js = js;
    this.#message = message;
    this.#deadLetters = deadLetters;
  }

  get sequence(): number {
    return this.#message.seq;
  }

  get attempt(): number {
    return this.#message.info.deliveryCount;
  }

  get redelivered(): boolean {
    return this.#message.redelivered;
  }

  ack(): void {
    tell(() => this.#message.ack());
  }

  nak(delay = 0): void {
    tell(() => this.#message.nak(delay));
  }

  working(): void {
    tell(() => this.#message.working());
  }

  async park(reason = ''): Promise<void> {
    const { info, subject, data } = this.#message;
    const { stream, consumer, streamSequence, deliveryCount } = info;
    try {
      await this.#js.publish(`${this.#deadLetters}.${subject}`, data, {
        msgID: `${stream}/${consumer}/${streamSequence}`,
        headers: headersOf({
          'Mastodon-Consumer': consumer,
          'Mastodon-Sequence': String(streamSequence),
          'Mastodon-Attempts': String(deliveryCount),
          'Mastodon-Reason': reason.replace(/\p{Cc}/gu, ' '),
        }),
      });
    } catch (error) {
      throw engineError('The engine did not store a dead letter', error);
    }
    tell(() => this.#message.term());
  }
}

/** Says something that needs no answer. On a closed connection nothing can be said: it is delivered again. */
export function tell(say: () => void): void {
  try {
    say();
  } catch {
    // Nobody is there to hear it.
  }
}

function headersOf(values: Readonly<Record<string, string>>): MsgHdrs {
  const made = headers();
  for (const [name, value] of Object.entries(values)) made.set(name, value);
  return made;
}

function checkConfig(config: FromJetStreamConfig<EventCodecs>): void {
  checkKeys('option of fromJetStream', config, [
    ...['stream', 'consumer', 'filter', 'startAt', 'events', 'deadLetters'],
    ...['ackWait', 'maxOutstanding'],
  ]);
  const { stream, consumer, startAt = 'new', deadLetters } = config;
  const { ackWait = 1, maxOutstanding = 1 } = config;
  if (stream !== undefined) checkName('stream', stream);
  if (consumer !== undefined) checkName('consumer', consumer);
  if (deadLetters !== undefined) checkSubject('deadLetters', deadLetters);
  check(
    (typeof startAt === 'string' && ['new', 'all', 'last'].includes(startAt)) ||
      (typeof startAt === 'number' && Number.isInteger(startAt) && startAt > 0) ||
      (startAt instanceof Date && !Number.isNaN(startAt.getTime())),
    "startAt must be 'new', 'all', 'last', a Date or a sequence number",
  );
  check(
    typeof ackWait === 'number' && ackWait > 0 && ackWait <= MAX_WAIT,
    `ackWait must be a number of ms above 0 and up to ${MAX_WAIT}`,
  );
  check(
    Number.isInteger(maxOutstanding) && maxOutstanding > 0,
    'maxOutstanding must be a whole number of events above 0',
  );
}

/** Names of streams and consumers are single tokens, and parts of file names. */
export function checkName(what: string, name: unknown): void {
  check(
    typeof name === 'string' && /^[\w-]+$/.test(name),
    `${what} must be a name of letters, digits, - and _`,
  );
}
