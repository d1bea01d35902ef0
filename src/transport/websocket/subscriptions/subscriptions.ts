/**
 * What one socket is subscribed to, for whom, and whose each message is.
 *
 * The server acknowledges nothing, and looks things up before it obeys, so that two frames about one
 * stream can overtake each other (streaming/index.js): an unsubscribe right behind its subscribe comes
 * too early, and the subscription stays; a subscribe right behind its unsubscribe can be taken for a
 * second one, and the stream falls silent. Hence `SETTLED` ms lie between any two of them: a subscription
 * that nobody wants any more is kept for so long, which makes coming back cost nothing, and one that was
 * given up is asked for again only after as long.
 *
 * Who must not miss anything waits until the server listens. That shows in the answer to a fence: a frame
 * behind the subscribe that takes the same way through the server and is sure to be refused, in words of
 * its own.
 */
import { Observable, Subscription as Teardown, timer, type Subscriber } from 'rxjs';
import type { Channel } from '../../../connect/channels.ts';
import type { MastodonApiError } from '../../../model/errors.ts';
import type { ConnectionPayloads } from '../../../model/events.ts';
import { readMessage, type ErrorMessage, type Message } from '../parseMessage.ts';
import { keyOf, paramsOf, type SubscriptionParams } from '../subscriptionKey.ts';

/** What a stream gets to see of the socket. */
export type SocketItem =
  | { readonly type: 'frame'; readonly event: string | undefined; readonly data: string }
  | { readonly type: 'unreadable'; readonly event: string | undefined; readonly raw: string }
  | { readonly type: 'warning'; readonly payload: ConnectionPayloads['warning'] };

export interface SubscriptionsConfig {
  readonly send: (text: string) => void;
  /** Whether frames subscribe and unsubscribe; if not, the socket has one stream, which its URL names. */
  readonly multiplex: boolean;
  /** The error of a stream that was refused, with the server's words as they may be shown. */
  readonly errorOf: (refusal: ErrorMessage) => MastodonApiError;
  /** How long the server may take to deal with a frame, in ms. */
  readonly settled?: number | undefined;
  /** How long it may take to answer a fence, in ms; then it is a server that answers none. */
  readonly patience?: number | undefined;
}

/** In ms. Lists, which are looked up, took the recorded server 1 to 6. */
const SETTLED = 500;

/** In ms; the recorded server took 1 to 3, and the network comes on top. */
const PATIENCE = 2000;

/** Somebody who subscribed to the stream: first it opens, then there are items. */
class Member {
  /** Whether it opens only when the server is known to listen. */
  readonly isCareful: boolean;
  readonly #opened: Subscriber<Observable<SocketItem>>;
  #items: Subscriber<SocketItem> | undefined;
  #isOpen = false;

  constructor(opened: Subscriber<Observable<SocketItem>>, isCareful: boolean) {
    this.#opened = opened;
    this.isCareful = isCareful;
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#opened.next(
      new Observable((items) => {
        this.#items = items;
      }),
    );
  }

  next(item: SocketItem): void {
    this.#items?.next(item);
  }

  error(error: MastodonApiError): void {
    (this.#items ?? this.#opened).error(error);
  }
}

/** A subscription on the server. */
interface Entry {
  readonly key: string;
  readonly params: SubscriptionParams;
  /** Replaced, never changed: somebody may be walking over it. */
  members: readonly Member[];
  /** Where it is: to be asked for, asked for, or given up a moment ago. */
  state: 'waiting' | 'asked' | 'left';
  /** Whether the server is known to have granted it. */
  granted: boolean;
  /** Whether what is published from now on reaches it: not known yet, soon to be known, or so. */
  listens: 'unknown' | 'fenced' | 'yes';
  /** What will happen to it if nothing else does. */
  plan: Teardown | undefined;
}

export class Subscriptions {
  readonly #config: SubscriptionsConfig;
  readonly #settled: number;
  readonly #patience: number;
  readonly #entries = new Map<string, Entry>();
  readonly #timers = new Teardown();
  /** Refusals that nobody could be found for yet; as long as there are some, nothing new is asked for. */
  #unclaimed: ErrorMessage[] = [];
  /** The one that is asked for again, alone, to see whether the refusal comes again. */
  #suspect: Entry | undefined;
  #inquiry: Teardown | undefined;
  /** How many fences were not answered yet. */
  #fences = 0;

  constructor(config: SubscriptionsConfig) {
    this.#config = config;
    this.#settled = config.settled ?? SETTLED;
    this.#patience = config.patience ?? PATIENCE;
  }

  /** The socket is gone, and with it all that it was subscribed to. */
  close(): void {
    this.#timers.unsubscribe();
    this.#entries.clear();
  }

  /**
   * Adds a member to the channel, until it unsubscribes. It gets one value, as soon as the server was asked
   * for the stream or, if it is `careful`, as soon as the server is known to listen for it: what the stream
   * consists of, for one subscriber, who comes in the same turn.
   */
  join(
    channel: Channel,
    opened: Subscriber<Observable<SocketItem>>,
    { careful = false }: { readonly careful?: boolean } = {},
  ): void {
    const member = new Member(opened, careful);
    const key = keyOf(channel.stream);
    const entry = this.#entries.get(key) ?? this.#add(key, paramsOf(channel), 'waiting');
    entry.members = [...entry.members, member];
    opened.add(() => {
      this.#leave(entry, member);
    });
    if (entry.state === 'waiting') {
      this.#ask(entry);
    } else if (entry.state === 'asked') {
      cancel(entry);
      this.#admit(entry, member);
    }
  }

  /** Takes a text message to whom it is for. */
  receive(text: string): void {
    const message = readMessage(text);
    if (message.type === 'error') {
      this.#refused(message);
      return;
    }
    const entry = this.#addresseeOf(message);
    if (entry === undefined) {
      this.#stray(message);
    } else if (message.type === 'event') {
      if (!entry.granted) this.#grant(entry);
      if (entry.listens !== 'yes') this.#listens(entry);
      tell(entry, { type: 'frame', event: message.event, data: message.data });
    } else {
      tell(entry, { type: 'unreadable', event: message.event, raw: message.raw });
    }
  }

  // Coming and going

  #add(key: string, params: SubscriptionParams, state: Entry['state']): Entry {
    const entry: Entry = {
      ...{ key, params, members: [], state, granted: false },
      ...{ listens: 'unknown', plan: undefined },
    };
    this.#entries.set(key, entry);
    return entry;
  }

  #remove(entry: Entry): void {
    cancel(entry);
    this.#entries.delete(entry.key);
  }

  #ask(entry: Entry): void {
    // Its refusal would be taken for another's.
    if (this.#unclaimed.length > 0) return;
    entry.state = 'asked';
    entry.listens = 'unknown';
    this.#send('subscribe', entry.params);
    for (const member of entry.members) this.#admit(entry, member);
  }

  #admit(entry: Entry, member: Member): void {
    if (!member.isCareful || entry.listens === 'yes') member.open();
    else if (entry.listens === 'unknown') this.#fence(entry);
  }

  /** An answer to another's fence tells nothing about a list, which is looked up first: lists have their own. */
  #fence(entry: Entry): void {
    const { multiplex } = this.#config;
    entry.listens = 'fenced';
    if (multiplex) {
      this.#fences++;
      this.#send('unsubscribe', entry.params.stream === 'list' ? LIST_FENCE : FENCE);
    }
    // A server without multiplexing heard of the stream in the handshake.
    const late = timer(multiplex ? this.#patience : this.#settled).subscribe(() => {
      if (entry.listens === 'fenced') this.#listens(entry);
    });
    this.#timers.add(late);
  }

  /** Fences can overtake each other: all who wait are served when the last is answered. */
  #fenceAnswered(): void {
    this.#fences--;
    if (this.#fences > 0) return;
    for (const entry of [...this.#entries.values()]) {
      if (entry.listens === 'fenced') this.#listens(entry);
    }
  }

  #listens(entry: Entry): void {
    entry.listens = 'yes';
    for (const member of entry.members) member.open();
  }

  #leave(entry: Entry, member: Member): void {
    entry.members = entry.members.filter((each) => each !== member);
    if (entry.members.length > 0 || this.#entries.get(entry.key) !== entry) return;
    if (entry.state === 'waiting') this.#remove(entry);
    else if (entry.state === 'asked') this.#later(entry, () => this.#giveUp(entry));
  }

  #giveUp(entry: Entry): void {
    entry.state = 'left';
    this.#send('unsubscribe', entry.params);
    this.#later(entry, () => {
      if (entry.members.length === 0) {
        this.#remove(entry);
      } else {
        entry.granted = false;
        entry.state = 'waiting';
        this.#ask(entry);
      }
    });
  }

  #later(entry: Entry, act: () => void): void {
    cancel(entry);
    entry.plan = timer(this.#settled).subscribe(act);
    this.#timers.add(entry.plan);
  }

  #send(type: 'subscribe' | 'unsubscribe', params: SubscriptionParams): void {
    if (this.#config.multiplex) this.#config.send(JSON.stringify({ type, ...params }));
  }

  // Whose a message is

  #addresseeOf({ stream }: Exclude<Message, ErrorMessage>): Entry | undefined {
    // Servers that know one stream per socket need not say which.
    if (stream === undefined || !this.#config.multiplex) return this.#only(() => true);
    // A fork's stream is labelled by its name, whatever its parameters.
    const byName = (): Entry | undefined =>
      stream.length > 1 ? undefined : this.#only(({ params }) => params.stream === stream[0]);
    return this.#entries.get(keyOf(stream)) ?? byName();
  }

  #only(isMeant: (entry: Entry) => boolean): Entry | undefined {
    const [first, ...others] = [...this.#entries.values()].filter(isMeant);
    return others.length === 0 ? first : undefined;
  }

  #stray({ stream }: Exclude<Message, ErrorMessage>): void {
    if (stream === undefined) {
      this.#warn({
        code: 'unreadable-message',
        message:
          'The server sent a message that cannot be read, and that does not say of which stream',
      });
      return;
    }
    // The server has not heard that nobody wants it any more: it overtook its own unsubscribe.
    const [name = '', parameter] = stream;
    const params =
      parameter === undefined
        ? { stream: name }
        : { stream: name, [name === 'list' ? 'list' : 'tag']: parameter };
    this.#giveUp(this.#add(keyOf(stream), params, 'left'));
  }

  #warn(payload: ConnectionPayloads['warning']): void {
    for (const entry of [...this.#entries.values()]) tell(entry, { type: 'warning', payload });
  }

  // Refusals: they come as they are decided, and name no stream

  /**
   * A refusal is of a stream that was asked for and not granted yet; its words narrow that down. Where
   * there is one, it is that one's. Where there are more, they are asked for again, one at a time, the
   * newest first: what was granted already is not granted twice, and nothing happens; what was refused is
   * refused again.
   */
  #refused(refusal: ErrorMessage): void {
    if (/unsubscrib/i.test(refusal.error)) {
      // Else of something that nobody wants any more. If it stayed, it is given up again when it stirs.
      if (this.#fences > 0) this.#fenceAnswered();
      return;
    }
    if (this.#suspect !== undefined) {
      const claimed = this.#unclaimed.findIndex(({ error }) => error === refusal.error);
      this.#unclaimed.splice(Math.max(0, claimed), 1);
      this.#refuse([this.#suspect], refusal);
      this.#inquire();
      return;
    }

    const suspects = this.#suspectsOf(refusal);
    const alike = [...this.#unclaimed, refusal].filter(({ error }) => error === refusal.error);
    if (suspects.length === 0) {
      this.#warnOf(refusal);
    } else if (alike.length >= suspects.length) {
      // As many refusals as can have earned one.
      this.#unclaimed = this.#unclaimed.filter(({ error }) => error !== refusal.error);
      this.#refuse(suspects, refusal);
      if (this.#unclaimed.length === 0) this.#release();
    } else {
      this.#unclaimed.push(refusal);
      // First let every answer come that is still on its way.
      this.#wait(() => this.#inquire());
    }
  }

  #suspectsOf({ error }: ErrorMessage): Entry[] {
    const asked = this.#config.multiplex
      ? [...this.#entries.values()].filter(({ state, granted }) => state === 'asked' && !granted)
      : [...this.#entries.values()];
    const isMeant = MEANT.find(([words]) => words.test(error))?.[1];
    const meant = isMeant ? asked.filter(({ params }) => isMeant(params.stream)) : [];
    return meant.length > 0 ? meant : asked;
  }

  #inquire(): void {
    this.#suspect = undefined;
    for (let refusal; (refusal = this.#unclaimed[0]) !== undefined; this.#unclaimed.shift()) {
      const suspect = this.#suspectsOf(refusal).pop();
      if (suspect !== undefined) {
        this.#suspect = suspect;
        this.#send('subscribe', suspect.params);
        this.#wait(() => this.#grant(suspect));
        return;
      }
      this.#warnOf(refusal);
    }
    // Whoever could have been refused has been by now: nothing was asked for in the meantime.
    for (const entry of this.#entries.values()) entry.granted ||= entry.state === 'asked';
    this.#release();
  }

  #grant(entry: Entry): void {
    entry.granted = true;
    if (entry === this.#suspect) this.#inquire();
  }

  #refuse(entries: readonly Entry[], refusal: ErrorMessage): void {
    const error = this.#config.errorOf(refusal);
    for (const entry of entries) {
      this.#remove(entry);
      for (const member of entry.members) member.error(error);
    }
  }

  #release(): void {
    this.#inquiry?.unsubscribe();
    for (const entry of [...this.#entries.values()]) {
      if (entry.state === 'waiting') this.#ask(entry);
    }
  }

  #wait(act: () => void): void {
    this.#inquiry?.unsubscribe();
    this.#inquiry = timer(this.#settled).subscribe(act);
    this.#timers.add(this.#inquiry);
  }

  #warnOf(refusal: ErrorMessage): void {
    const { error } = this.#config.errorOf(refusal);
    this.#warn({
      code: 'unclaimed-error',
      message: `The server said ${JSON.stringify(error)}, and it could not be found out of which stream`,
    });
  }
}

/** What no server has: to leave it is an error, but one of no consequence. */
const FENCE: SubscriptionParams = { stream: 'fence' };

/** A list that nobody has, which the server looks up as it does the others. */
const LIST_FENCE: SubscriptionParams = { stream: 'list', list: '0' };

/** Which streams the server's words are about. */
const MEANT: readonly (readonly [words: RegExp, isMeant: (name: string) => boolean])[] = [
  [/\blist\b/i, (name) => name === 'list'],
  [/\btag\b/i, (name) => name.startsWith('hashtag')],
  [/unknown stream/i, (name) => !MASTODONS_OWN.test(name)],
];

const MASTODONS_OWN =
  /^(user(:notification)?|public(:local|:remote)?(:media)?|hashtag(:local)?|list|direct)$/;

function tell({ members }: Entry, item: SocketItem): void {
  for (const member of members) member.next(item);
}

function cancel(entry: Entry): void {
  entry.plan?.unsubscribe();
  entry.plan = undefined;
}
