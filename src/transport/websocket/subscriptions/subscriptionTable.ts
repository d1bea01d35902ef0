/**
 * Keeps the subscriptions of one socket and their members, and sends the frames that change them.
 *
 * The server looks things up before it processes a frame, so two frames about one stream can overtake each other
 * (streaming/index.js): an unsubscribe directly after its subscribe comes too early, and the subscription stays; a
 * subscribe directly after its unsubscribe can count as a second one, and the stream becomes silent. Therefore at
 * least `settleDelay` ms pass between any two frames about one stream:
 *
 *                 no refusal is pending                   no member for settleDelay ms
 *     ┌─────────┐   subscribe is sent   ┌────────────┐    unsubscribe is sent     ┌──────────────┐
 *  ──▶│ waiting │──────────────────────▶│ subscribed │───────────────────────────▶│ unsubscribed │
 *     └─────────┘                       └────────────┘                            └──────────────┘
 *       │  ▲                                  │                                     │      │
 *       │  └──────────────────────────────────│─── settleDelay ms, with members ────┘      │
 *       ▼                                     ▼                                            ▼
 *     removed: the last member leaves       removed: refused         removed: settleDelay ms, no member
 *
 * A member that joins a subscribed stream within the delay keeps it: nothing is sent, nothing is missed.
 */
import { Observable, type Subscriber, type Subscription } from 'rxjs';
import { now } from '#clock';
import { FifoSet } from '../../../internal/fifoMap.ts';
import type { MastodonApiError } from '../../../model/errors.ts';
import type { ConnectionPayloads } from '../../../model/events.ts';
import type { SubscriptionParams } from '../subscriptionKey.ts';
import type { FrameType } from './acknowledgements.ts';
import type { Timers } from './timers.ts';

/** The items of the socket that a stream receives. */
export type SocketItem =
  | { readonly type: 'frame'; readonly event: string | undefined; readonly data: string }
  | { readonly type: 'unreadable'; readonly event: string | undefined; readonly raw: string }
  | { readonly type: 'warning'; readonly payload: ConnectionPayloads['warning'] };

/** Options of a member that joins. */
export interface MemberConfig {
  /** True if the stream opens for the member only when the subscription is known to be active. */
  readonly waitUntilActive?: boolean | undefined;
  /**
   * The longest time that the server may take to respond to a fence, in ms; after it, the server counts as one that
   * does not respond.
   */
  readonly fenceTimeout?: number | undefined;
}

/** One subscriber of a stream: first the stream opens for it, then it receives items. */
export class Member {
  readonly config: MemberConfig;
  readonly #opened: Subscriber<Observable<SocketItem>>;
  #items: Subscriber<SocketItem> | undefined;
  #isOpen = false;

  constructor(opened: Subscriber<Observable<SocketItem>>, config: MemberConfig) {
    this.#opened = opened;
    this.config = config;
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

/** The number of deletes to remember, so that a delete that comes once per stream is emitted only once. */
const MAX_DELETED = 1_000;

/** A subscription on the server. */
export interface Entry {
  readonly key: string;
  readonly params: SubscriptionParams;
  /** Replaced, never changed, since it may be iterated over at that moment. */
  members: readonly Member[];
  /** See the diagram above. */
  state: 'waiting' | 'subscribed' | 'unsubscribed';
  /** True if the server is known to have granted it. */
  isGranted: boolean;
  /** True if an event has come over it. */
  isConfirmed: boolean;
  /** The time at which the subscribe was sent, by the clock. */
  subscribedAt: number;
  /** Tells whether events that are published from now on reach it: see `Readiness`. */
  activity: 'unknown' | 'fenced' | 'unconfirmed' | 'active';
  /** Notified if nothing has confirmed the subscription in time. */
  readonly whenUnconfirmed: Set<Subscriber<void>>;
  /** The newest ids of posts whose `delete` it received, on servers that send one for all streams. */
  readonly deleted: FifoSet;
  /** The transition that comes next, if nothing else happens. */
  timer: Subscription | undefined;
}

export interface SubscriptionTableConfig {
  readonly timers: Timers;
  /** The longest time that the server may take to process a frame, in ms. */
  readonly settleDelay: number;
  readonly send: (type: FrameType, entry: Entry) => void;
  /** Tells whether a subscribe may be sent now. If not, {@link SubscriptionTable.subscribeWaiting} follows. */
  readonly maySubscribe: () => boolean;
  /** Called for each member of a stream when its subscribe is sent, or was sent before it joined. */
  readonly admit: (entry: Entry, member: Member) => void;
}

export class SubscriptionTable {
  readonly #config: SubscriptionTableConfig;
  readonly #entries = new Map<string, Entry>();

  constructor(config: SubscriptionTableConfig) {
    this.#config = config;
  }

  /** A copy, oldest first: entries may be added and removed while it is iterated over. */
  get entries(): Entry[] {
    return [...this.#entries.values()];
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  add(key: string, params: SubscriptionParams, state: Entry['state']): Entry {
    const entry: Entry = {
      ...{ key, params, members: [], state, isGranted: false, isConfirmed: false },
      ...{ subscribedAt: 0, activity: 'unknown', timer: undefined },
      ...{ whenUnconfirmed: new Set<Subscriber<void>>(), deleted: new FifoSet(MAX_DELETED) },
    };
    this.#entries.set(key, entry);
    return entry;
  }

  remove(entry: Entry): void {
    cancelTimer(entry);
    this.#entries.delete(entry.key);
  }

  clear(): void {
    this.#entries.clear();
  }

  join(key: string, params: SubscriptionParams, member: Member): Entry {
    const entry = this.get(key) ?? this.add(key, params, 'waiting');
    entry.members = [...entry.members, member];
    return entry;
  }

  /** Sends the subscribe that a new member needs, if any. Its `leave` is registered by then. */
  admit(entry: Entry, member: Member): void {
    if (entry.state === 'waiting') {
      this.#subscribe(entry);
    } else if (entry.state === 'subscribed') {
      cancelTimer(entry);
      this.#config.admit(entry, member);
    }
  }

  leave(entry: Entry, member: Member): void {
    entry.members = entry.members.filter((each) => each !== member);
    if (entry.members.length > 0 || this.get(entry.key) !== entry) return;
    if (entry.state === 'waiting') this.remove(entry);
    else if (entry.state === 'subscribed') {
      this.#later(entry, () => {
        this.unsubscribe(entry);
      });
    }
  }

  /** Sends the unsubscribe; subscribes again after the delay if a member has joined by then. */
  unsubscribe(entry: Entry): void {
    entry.state = 'unsubscribed';
    this.#config.send('unsubscribe', entry);
    this.#later(entry, () => {
      if (entry.members.length === 0) {
        this.remove(entry);
      } else {
        entry.isGranted = false;
        entry.state = 'waiting';
        this.#subscribe(entry);
      }
    });
  }

  /** Subscribes the streams that had to wait while a refusal was pending. */
  subscribeWaiting(): void {
    for (const entry of this.entries) {
      if (entry.state === 'waiting') this.#subscribe(entry);
    }
  }

  #subscribe(entry: Entry): void {
    if (!this.#config.maySubscribe()) return;
    entry.state = 'subscribed';
    entry.activity = 'unknown';
    entry.subscribedAt = now();
    this.#config.send('subscribe', entry);
    for (const member of entry.members) this.#config.admit(entry, member);
  }

  #later(entry: Entry, act: () => void): void {
    cancelTimer(entry);
    entry.timer = this.#config.timers.after(this.#config.settleDelay, act);
  }
}

function cancelTimer(entry: Entry): void {
  entry.timer?.unsubscribe();
  entry.timer = undefined;
}
