/**
 * Shares one socket among streams. Coordinates the subscriptions ({@link SubscriptionTable}), their activity
 * ({@link Readiness}), the routing of messages ({@link entryOf}) and the attribution of refusals ({@link Refusals},
 * {@link Acknowledgements}).
 */
import { Observable, type Subscriber } from 'rxjs';
import { now } from '#clock';
import type { Channel } from '../../../connect/channels.ts';
import type { MastodonApiError } from '../../../model/errors.ts';
import type { ConnectionPayloads } from '../../../model/events.ts';
import {
  readMessage,
  type ErrorMessage,
  type EventMessage,
  type Message,
} from '../parseMessage.ts';
import type { ServerTraits } from '../serverTraits.ts';
import { keyOf, paramsOf, type SubscriptionParams } from '../subscriptionKey.ts';
import { Acknowledgements, readAcknowledgement, type FrameType } from './acknowledgements.ts';
import { Readiness } from './readiness.ts';
import { Refusals } from './refusals.ts';
import { couldHaveShown, entryOf, isForAllStreams, streamOf, type Label } from './routing.ts';
import {
  Member,
  SubscriptionTable,
  type Entry,
  type MemberConfig,
  type SocketItem,
} from './subscriptionTable.ts';
import { Timers } from './timers.ts';

export interface SubscriptionsConfig {
  readonly send: (text: string) => void;
  /** True if frames subscribe and unsubscribe; otherwise the socket has one stream, which its URL names. */
  readonly multiplex: boolean;
  readonly traits: ServerTraits;
  /** Returns the error for a stream that was refused, with the server's words, redacted and shortened. */
  readonly errorOf: (refusal: ErrorMessage) => MastodonApiError;
  /** Called with a `delete` that is sent once for all streams that could have shown the post. */
  readonly onDelete: (label: Label, id: string) => void;
  /** The longest time that the server may take to process a frame, in ms. */
  readonly settleDelay?: number | undefined;
}

/** In ms. Lists, which are looked up, took the recorded server 1 to 6. */
const SETTLE_DELAY = 500;

/** The longest time after a subscribe in which the server may close the socket because of it, in ms. */
const REFUSAL_WINDOW = 5_000;

export class Subscriptions {
  readonly #config: SubscriptionsConfig;
  readonly #timers = new Timers();
  readonly #table: SubscriptionTable;
  readonly #readiness: Readiness;
  readonly #refusals: Refusals;
  readonly #acknowledgements = new Acknowledgements();

  constructor(config: SubscriptionsConfig) {
    this.#config = config;
    const { multiplex, traits, settleDelay = SETTLE_DELAY } = config;
    const timers = this.#timers;
    const entries = (): readonly Entry[] => this.#table.entries;

    this.#table = new SubscriptionTable({
      ...{ timers, settleDelay },
      send: (type, entry) => {
        this.#send(type, entry.params, entry);
      },
      maySubscribe: () => !this.#refusals.isPending,
      admit: (entry, member) => {
        this.#readiness.admit(entry, member);
      },
    });
    this.#readiness = new Readiness({
      ...{ timers, traits, settleDelay, multiplex, entries },
      sendFence: (params) => {
        this.#send('unsubscribe', params);
      },
    });
    this.#refusals = new Refusals({
      ...{ timers, settleDelay, multiplex, entries },
      repeatSubscribe: (entry) => {
        this.#send('subscribe', entry.params, entry);
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

  /** Ends all timers, because the socket is closed, and its subscriptions with it. */
  close(): void {
    this.#timers.clear();
    this.#table.clear();
  }

  /**
   * Adds a member to the channel until it unsubscribes. The member receives one value, as soon as its stream opens:
   * the items of the stream, for one subscriber, which must subscribe synchronously.
   */
  join(
    channel: Channel,
    opened: Subscriber<Observable<SocketItem>>,
    config: MemberConfig = {},
  ): void {
    const member = new Member(opened, config);
    const entry = this.#table.join(keyOf(channel.stream), paramsOf(channel), member);
    opened.add(() => {
      this.#table.leave(entry, member);
    });
    this.#table.admit(entry, member);
  }

  /** Emits if nothing has confirmed a channel that was joined: the server may have ignored its frame. */
  unconfirmed(channel: Channel): Observable<void> {
    return new Observable((subscriber) => {
      const entry = this.#table.get(keyOf(channel.stream));
      if (entry) this.#readiness.watch(entry, subscriber);
    });
  }

  /** Passes a text message to the streams that it is for. */
  receive(text: string): void {
    const message = readMessage(text);
    if (message.type === 'error') {
      this.#receiveError(message);
    } else if (message.type === 'event' && message.event === 'pleroma:respond') {
      this.#acknowledge(message.data);
    } else {
      this.#route(message);
    }
  }

  /** Passes a `delete` once to every stream that could have shown the post. */
  receiveDelete(label: Label, id: string): void {
    const labelled = entryOf(label, this.#table);
    for (const entry of this.#table.entries) {
      const isMeant = entry === labelled || couldHaveShown(label, entry);
      if (!isMeant || !entry.deleted.add(id)) continue;
      emit(entry, { type: 'frame', event: 'delete', data: id });
    }
  }

  /**
   * Treats the close of the socket as a refusal if it follows a subscribe, as Iceshrimp.NET refuses. If it may be
   * about more than one stream, each has a socket of its own from the next connection on.
   */
  receiveClose(refusal: ErrorMessage): void {
    const { multiplex, traits } = this.#config;
    if (multiplex && traits.respondsToFrames === true) return;
    const since = now() - REFUSAL_WINDOW;
    const candidates = this.#table.entries.filter(
      ({ state, isGranted, subscribedAt }) =>
        state === 'subscribed' && !isGranted && subscribedAt >= since,
    );
    if (candidates.length === 1) this.#refuse(candidates, refusal);
    else if (candidates.length > 1) traits.respondsToFrames = false;
  }

  #route(message: Exclude<Message, ErrorMessage>): void {
    // A socket for one stream has only the messages of that stream, whatever their label.
    const entry = entryOf(this.#config.multiplex ? message.stream : undefined, this.#table);
    // A message that cannot be read, but names the stream, proves the subscription, too.
    const isOwn = message.type === 'event' || message.stream !== undefined;
    if (entry !== undefined && isOwn) this.#confirm(entry);

    if (message.type === 'event' && this.#isForAllStreams(message)) {
      this.#config.onDelete(message.stream, message.data);
      if (message.stream === undefined) return;
    }
    if (entry === undefined) {
      this.#handleUnrouted(message);
    } else if (message.type === 'unreadable') {
      emit(entry, { type: 'unreadable', event: message.event, raw: message.raw });
    } else if (!this.#isForAllStreams(message)) {
      emit(entry, { type: 'frame', event: message.event, data: message.data });
    }
  }

  #isForAllStreams({ event, stream, data }: EventMessage): boolean {
    return event === 'delete' && isForAllStreams(stream, data, this.#config.traits.isMastodon);
  }

  /** Notes that an event has come, which proves that the subscription is active. */
  #confirm(entry: Entry): void {
    if (!entry.isConfirmed) {
      const { multiplex, traits } = this.#config;
      entry.isConfirmed = true;
      (multiplex ? traits.confirmedByFrame : traits.confirmedByUrl).add(entry.key);
    }
    if (!entry.isGranted) this.#refusals.grant(entry);
    if (entry.activity !== 'active') this.#readiness.activate(entry);
  }

  #acknowledge(data: string): void {
    const acknowledgement = readAcknowledgement(data);
    const sent = acknowledgement && this.#acknowledgements.take(acknowledgement.type);
    if (sent === undefined) return;
    this.#config.traits.respondsToFrames = true;
    const { type, entry } = sent;
    const { error } = acknowledgement!;
    if (entry === undefined) {
      this.#readiness.fenceAnswered();
    } else if (type === 'subscribe' && this.#table.get(entry.key) === entry) {
      if (error !== undefined) {
        this.#refuse([entry], { type: 'error', error, status: undefined });
      } else {
        if (!entry.isGranted) this.#refusals.grant(entry);
        if (entry.activity !== 'active') this.#readiness.activate(entry);
      }
    }
  }

  #receiveError(message: ErrorMessage): void {
    if (/unsubscrib/i.test(message.error)) {
      // Without a fence it is about a stream without members: if the subscription still exists, its next event
      // unsubscribes it again.
      if (this.#readiness.fenceAnswered()) this.#config.traits.isMastodon = true;
      return;
    }
    if (this.#config.multiplex) this.#config.traits.respondsToFrames = true;
    this.#refusals.receive(message);
  }

  #handleUnrouted({ stream }: Exclude<Message, ErrorMessage>): void {
    if (stream === undefined) {
      this.#warn({
        code: 'malformed-message',
        message:
          'The server sent a message that cannot be read, and that does not say of which stream',
      });
      return;
    }
    // The server still sends a stream without members: the unsubscribe overtook its own subscribe.
    const meant = streamOf(stream);
    const [name = '', parameter] = meant;
    const params =
      parameter === undefined
        ? { stream: name }
        : { stream: name, [name === 'list' ? 'list' : 'tag']: parameter };
    this.#table.unsubscribe(this.#table.add(keyOf(meant), params, 'unsubscribed'));
  }

  #refuse(entries: readonly Entry[], refusal: ErrorMessage): void {
    const error = this.#config.errorOf(refusal);
    for (const entry of entries) {
      this.#table.remove(entry);
      for (const member of entry.members) member.error(error);
    }
  }

  #warnOf(refusal: ErrorMessage): void {
    const { serverMessage } = this.#config.errorOf(refusal);
    this.#warn({
      code: 'unattributed-error',
      message: `The server responded with the error ${JSON.stringify(serverMessage)}; which stream it is of could not be determined`,
    });
  }

  #warn(payload: ConnectionPayloads['warning']): void {
    for (const entry of this.#table.entries) emit(entry, { type: 'warning', payload });
  }

  #send(type: FrameType, params: SubscriptionParams, entry?: Entry): void {
    if (!this.#config.multiplex) return;
    this.#acknowledgements.sent({ type, entry });
    this.#config.send(JSON.stringify({ type, ...params }));
  }
}

function emit({ members }: Entry, item: SocketItem): void {
  for (const member of members) member.next(item);
}
