/**
 * Decides when a subscription is active, so that its stream may open, and when it may have been ignored.
 *
 * Mastodon does not acknowledge a subscribe. A fence replaces the acknowledgement: a request that must fail, sent
 * directly after the subscribe and used as a barrier. Its error says that the server has read everything before it.
 * It does not prove that the subscription is active: the server looks up settings before it subscribes to a public
 * timeline or a hashtag, and refuses the fence without a look-up. Only an event or a `pleroma:respond` proves it.
 *
 * Other servers ignore unknown frames, including the fence. If nothing confirms a subscription within the fence's
 * timeout, its frame may have been ignored, too: it is `unconfirmed`.
 */
import type { Subscriber } from 'rxjs';
import type { ServerTraits } from '../serverTraits.ts';
import type { SubscriptionParams } from '../subscriptionKey.ts';
import type { Entry, Member } from './subscriptionTable.ts';
import type { Timers } from './timers.ts';

export interface ReadinessConfig {
  readonly timers: Timers;
  readonly traits: ServerTraits;
  /** True if frames subscribe; if not, the URL of the handshake named the stream. */
  readonly multiplex: boolean;
  readonly sendFence: (params: SubscriptionParams) => void;
  readonly entries: () => readonly Entry[];
  /** The time that the stream of a handshake takes to become active, in ms. */
  readonly settleDelay: number;
}

/** In ms; the recorded server took 1 to 3, and the network comes on top. */
const FENCE_TIMEOUT = 2_000;

/**
 * The longest time, in ms, by which the refusal of a list may come after the response to its fence: the server
 * looks both up at the same time, and the refusal of a subscribe takes one more step (streaming/index.js).
 */
const LOOK_UP_SPREAD = 20;

export class Readiness {
  readonly #config: ReadinessConfig;
  /** The number of fences of each kind that have no response yet. */
  readonly #pending = { stream: 0, list: 0 };

  constructor(config: ReadinessConfig) {
    this.#config = config;
  }

  /** Opens the stream for a member whose subscribe was sent: at once, or when the subscription is active. */
  admit(entry: Entry, member: Member): void {
    if (entry.activity === 'active' || !this.#waits(entry, member)) member.open();
    else if (entry.activity === 'unknown') this.#confirm(entry, member);
  }

  /** Opens the stream for all members. */
  activate(entry: Entry): void {
    entry.activity = 'active';
    for (const member of entry.members) member.open();
  }

  /** Notifies the subscriber when the subscription is unconfirmed, at once if it is already. */
  watch(entry: Entry, subscriber: Subscriber<void>): void {
    if (entry.activity === 'unconfirmed') {
      subscriber.next();
      return;
    }
    entry.whenUnconfirmed.add(subscriber);
    subscriber.add(() => {
      entry.whenUnconfirmed.delete(subscriber);
    });
  }

  /**
   * Counts a response to a fence. Responses to fences of one kind can overtake each other, so only the last one
   * counts. A response does not name its kind, but that of a list takes longer. Returns whether a fence was
   * pending.
   */
  fenceAnswered(): boolean {
    const kind = this.#pending.stream > 0 ? 'stream' : 'list';
    if (this.#pending[kind] === 0) return false;
    this.#config.traits.respondsToFrames = true;
    this.#pending[kind]--;
    if (this.#pending[kind] > 0) return true;
    const waiting = this.#config.entries().filter((entry) => {
      const isWaiting = entry.activity === 'fenced' || entry.activity === 'unconfirmed';
      return isWaiting && kindOf(entry) === kind;
    });
    const activateAll = (): void => {
      const left = new Set(this.#config.entries()); // a refusal has removed its own
      for (const entry of waiting) if (left.has(entry)) this.activate(entry);
    };
    if (kind === 'list') this.#config.timers.after(LOOK_UP_SPREAD, activateAll);
    else activateAll();
    return true;
  }

  /**
   * Tells whether a member waits until the subscription is active. The server looks a list up before it refuses it,
   * and the refusal must not come after the stream has opened.
   */
  #waits(entry: Entry, { config: { waitUntilActive = false } }: Member): boolean {
    const { multiplex, traits } = this.#config;
    if (!multiplex) return waitUntilActive;
    if (traits.respondsToFrames === false) return false;
    return traits.respondsToFrames === undefined || waitUntilActive || kindOf(entry) === 'list';
  }

  #confirm(entry: Entry, { config: { fenceTimeout = FENCE_TIMEOUT } }: Member): void {
    const { multiplex, timers, traits, settleDelay, sendFence } = this.#config;
    entry.activity = 'fenced';
    const { subscribedAt } = entry;
    const ifStillFenced = (delay: number, act: () => void): void => {
      timers.after(delay, () => {
        if (entry.activity === 'fenced' && entry.subscribedAt === subscribedAt) act();
      });
    };
    if (!multiplex) {
      ifStillFenced(Math.min(settleDelay, fenceTimeout / 2), () => {
        this.activate(entry);
      });
      return;
    }
    const fence = FENCES[kindOf(entry)];
    this.#pending[kindOf(entry)]++;
    sendFence(fence);
    // Mastodon sends no error between a ping and its pong.
    ifStillFenced(fenceTimeout / 2, () => {
      if (traits.respondsToFrames === undefined) sendFence(fence);
    });
    ifStillFenced(fenceTimeout, () => {
      if (traits.respondsToFrames === true) this.activate(entry);
      else this.#doubt(entry);
    });
  }

  #doubt(entry: Entry): void {
    entry.activity = 'unconfirmed';
    for (const subscriber of [...entry.whenUnconfirmed]) subscriber.next();
  }
}

const kindOf = ({ params }: Entry): 'stream' | 'list' =>
  params.stream === 'list' ? 'list' : 'stream';

const FENCES: Readonly<Record<'stream' | 'list', SubscriptionParams>> = {
  /** A stream that no server has: unsubscribing from it only causes an error. */
  stream: { stream: 'fence' },
  /** A list that does not exist, which the server looks up like any other. */
  list: { stream: 'list', list: '0' },
};
