/** An event that JetStream delivers, and how its receiver acknowledges it. */
import type { JetStreamClient, JsMsg } from '@nats-io/jetstream';
import type { NoEvents } from '../model/events.ts';
import { jetStreamError } from './errors.ts';
import { headersOf, type ReadMessage, type StoredEvent } from './message.ts';
import { deadLettersUnder, SUBJECT_PREFIX } from './names.ts';
import { prefixOf } from './subjects.ts';

/** An event that was delivered. Only the first `ack`, `nak` or `deadLetter` counts. */
export interface Delivery<E = NoEvents> {
  /** The event, as it was streamed; `malformed` if the message is another program's and holds no event. */
  readonly event: StoredEvent<E>;
  /** The instance's host. */
  readonly host: string;
  /** The account whose stream it is, if each account has its own. */
  readonly account: string | undefined;
  /** The message's number in its stream: the same at each delivery. */
  readonly sequence: number;
  /** The number of deliveries, this one included. */
  readonly attempt: number;
  /** True if it was delivered before, perhaps to another process, which may have done its work. */
  readonly redelivered: boolean;
  /** The time without a sign of life after which it is delivered again, in ms. */
  readonly ackWait: number;
  /** Acknowledges the event as processed. */
  ack(): void;
  /** Requests another delivery, to any process of the consumer, in `delay` ms (at once by default). */
  nak(delay?: number): void;
  /** Sends a sign of life: `ackWait` starts again. */
  working(): void;
  /**
   * Publishes the event under `PREFIX-dead.` and its own subject, stored once for any number of attempts, and ends
   * its delivery. `PREFIX` is that of its own subject, `mastodon` by default.
   *
   * @param reason - the dead letter's header `Mastodon-Reason`; it must not quote the post.
   * @throws {@link MastodonJetStreamError} as a rejection; it is then delivered again.
   */
  deadLetter(reason?: string): Promise<void>;
}

interface DeliveryConfig {
  readonly ackWait: number;
  readonly deadLetterPrefix: string | undefined;
}

export class JsDelivery<E> implements Delivery<E> {
  readonly event: StoredEvent<E>;
  readonly host: string;
  readonly account: string | undefined;
  readonly ackWait: number;
  readonly #js: JetStreamClient;
  readonly #message: JsMsg;
  readonly #deadLetterPrefix: string | undefined;

  constructor(
    js: JetStreamClient,
    message: JsMsg,
    { event, parsed }: ReadMessage<E>,
    { ackWait, deadLetterPrefix }: DeliveryConfig,
  ) {
    this.event = event;
    this.host = parsed.host;
    this.account = parsed.account;
    this.ackWait = ackWait;
    this.#js = js;
    this.#message = message;
    this.#deadLetterPrefix = deadLetterPrefix;
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
    sendAck(() => this.#message.ack());
  }

  nak(delay = 0): void {
    sendAck(() => this.#message.nak(delay));
  }

  working(): void {
    sendAck(() => this.#message.working());
  }

  async deadLetter(reason = ''): Promise<void> {
    const { info, subject, data } = this.#message;
    const { stream, consumer, streamSequence, deliveryCount } = info;
    // The streams of setUpStreams store what is under their own prefix: a fixed one would reach none of another name.
    const prefix = this.#deadLetterPrefix ?? deadLettersUnder(prefixOf(subject) || SUBJECT_PREFIX);
    try {
      await this.#js.publish(`${prefix}.${subject}`, data, {
        msgID: `${stream}/${consumer}/${streamSequence}`,
        headers: headersOf({
          'Mastodon-Consumer': consumer,
          'Mastodon-Sequence': String(streamSequence),
          'Mastodon-Attempts': String(deliveryCount),
          'Mastodon-Reason': reason.replace(/\p{Cc}/gu, ' '),
        }),
      });
    } catch (error) {
      throw jetStreamError('JetStream did not store a dead letter', error);
    }
    sendAck(() => this.#message.term());
  }
}

/** Sends an acknowledgement. On a closed connection that is impossible, and the message is delivered again. */
export function sendAck(send: () => void): void {
  try {
    send();
  } catch {
    // The connection is closed.
  }
}
