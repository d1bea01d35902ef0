/**
 * Shares one socket among the streams that come over it: coordinates what is subscribed to
 * ({@link SubscriptionTable}), when a subscription is active ({@link Readiness}), which stream a message is
 * for ({@link entryOf}) and which one a refusal is of ({@link Refusals}).
 */
import type { Observable, Subscriber } from 'rxjs';
import type { Channel } from '../../../connect/channels.ts';
import type { MastodonApiError } from '../../../model/errors.ts';
import type { ConnectionPayloads } from '../../../model/events.ts';
import { readMessage, type ErrorMessage, type Message } from '../parseMessage.ts';
import { keyOf, paramsOf, type SubscriptionParams } from '../subscriptionKey.ts';
import { Readiness } from './readiness.ts';
import { Refusals } from './refusals.ts';
import { entryOf } from './routing.ts';
import { Member, SubscriptionTable, type Entry, type SocketItem } from './subscriptionTable.ts';
import { Timers } from './timers.ts';

export interface SubscriptionsConfig {
  readonly send: (text: string) => void;
  /** Whether frames subscribe and unsubscribe; if not, the socket has one stream, which its URL names. */
  readonly multiplex: boolean;
  /** The error of a stream that was refused, with the server's words as they may be shown. */
  readonly errorOf: (refusal: ErrorMessage) => MastodonApiError;
  /** How long the server may take to process a frame, in ms. */
  readonly settleDelay?: number | undefined;
  /** How long the server may take to respond to a fence, in ms; then it is one that does not respond. */
  readonly fenceTimeout?: number | undefined;
}

/** In ms. Lists, which are looked up, took the recorded server 1 to 6. */
const SETTLE_DELAY = 500;

/** In ms; the recorded server took 1 to 3, and the network comes on top. */
const FENCE_TIMEOUT = 2_000;

export class Subscriptions {
  readonly #config: SubscriptionsConfig;
  readonly #timers = new Timers();
  readonly #table: SubscriptionTable;
  readonly #readiness: Readiness;
  readonly #refusals: Refusals;

  constructor(config: SubscriptionsConfig) {
    this.#config = config;
    const { multiplex, settleDelay = SETTLE_DELAY, fenceTimeout = FENCE_TIMEOUT } = config;
    const timers = this.#timers;
    const entries = (): readonly Entry[] => this.#table.entries;

    this.#table = new SubscriptionTable({
      ...{ timers, settleDelay },
      send: (type, params) => {
        this.#send(type, params);
      },
      maySubscribe: () => !this.#refusals.isPending,
      admit: (entry, member) => {
        this.#readiness.admit(entry, member);
      },
    });
    this.#readiness = new Readiness({
      ...{ timers, settleDelay, fenceTimeout, multiplex, entries },
      sendFence: (params) => {
        this.#send('unsubscribe', params);
      },
    });
    this.#refusals = new Refusals({
      ...{ timers, settleDelay, multiplex, entries },
      repeatSubscribe: ({ params }) => {
        this.#send('subscribe', params);
      },
      refuse: (refused, refusal) => {
        this.#refuse(refused, refusal);
      },
      reportUnattributed: (refusal) => {
        this.#warnOf(refusal);
      },
      onSettled: () => {
        this.#table.subscribeWaiting();
      },
    });
  }

  /** Ends all timers: the socket is closed, and with it everything that it was subscribed to. */
  close(): void {
    this.#timers.clear();
    this.#table.clear();
  }

  /**
   * Adds a member to the channel, until it unsubscribes. It receives one value, as soon as the subscribe was
   * sent or, with `waitUntilActive`, as soon as the subscription is active: the items of the stream, for one
   * subscriber, who subscribes synchronously.
   */
  join(
    channel: Channel,
    opened: Subscriber<Observable<SocketItem>>,
    { waitUntilActive = false }: { readonly waitUntilActive?: boolean } = {},
  ): void {
    const member = new Member(opened, waitUntilActive);
    const entry = this.#table.join(keyOf(channel.stream), paramsOf(channel), member);
    opened.add(() => {
      this.#table.leave(entry, member);
    });
    this.#table.admit(entry, member);
  }

  /** Takes a text message to the stream that it is for. */
  receive(text: string): void {
    const message = readMessage(text);
    if (message.type === 'error') {
      this.#receiveError(message);
      return;
    }
    // A socket for one stream has nothing but its messages, whatever their label.
    const entry = entryOf(this.#config.multiplex ? message.stream : undefined, this.#table);
    if (entry === undefined) {
      this.#handleUnrouted(message);
    } else if (message.type === 'event') {
      if (!entry.isGranted) this.#refusals.grant(entry);
      if (entry.activity !== 'active') this.#readiness.activate(entry);
      emit(entry, { type: 'frame', event: message.event, data: message.data });
    } else {
      emit(entry, { type: 'unreadable', event: message.event, raw: message.raw });
    }
  }

  #receiveError(message: ErrorMessage): void {
    if (/unsubscrib/i.test(message.error)) {
      // Without a fence it is of a stream that nobody wants any more: if it is still there, its next event
      // has it unsubscribed again.
      this.#readiness.fenceAnswered();
    } else {
      this.#refusals.receive(message);
    }
  }

  #handleUnrouted({ stream }: Exclude<Message, ErrorMessage>): void {
    if (stream === undefined) {
      this.#warn({
        code: 'unreadable-message',
        message:
          'The server sent a message that cannot be read, and that does not say of which stream',
      });
      return;
    }
    // The server was not told that nobody wants it any more: the unsubscribe overtook its own subscribe.
    const [name = '', parameter] = stream;
    const params =
      parameter === undefined
        ? { stream: name }
        : { stream: name, [name === 'list' ? 'list' : 'tag']: parameter };
    this.#table.unsubscribe(this.#table.add(keyOf(stream), params, 'unsubscribed'));
  }

  #refuse(entries: readonly Entry[], refusal: ErrorMessage): void {
    const error = this.#config.errorOf(refusal);
    for (const entry of entries) {
      this.#table.remove(entry);
      for (const member of entry.members) member.error(error);
    }
  }

  #warnOf(refusal: ErrorMessage): void {
    const { error } = this.#config.errorOf(refusal);
    this.#warn({
      code: 'unclaimed-error',
      message: `The server responded with the error ${JSON.stringify(error)}; which stream it is of could not be determined`,
    });
  }

  #warn(payload: ConnectionPayloads['warning']): void {
    for (const entry of this.#table.entries) emit(entry, { type: 'warning', payload });
  }

  #send(type: 'subscribe' | 'unsubscribe', params: SubscriptionParams): void {
    if (this.#config.multiplex) this.#config.send(JSON.stringify({ type, ...params }));
  }
}

function emit({ members }: Entry, item: SocketItem): void {
  for (const member of members) member.next(item);
}
