/**
 * Decides when a subscription is active, so that its stream may open.
 *
 * Mastodon does not acknowledge a subscribe. A fence stands in for the acknowledgement: a request that must
 * fail, sent right behind the subscribe and used as a barrier. Its error says that the server has processed
 * what came before it.
 */
import type { SubscriptionParams } from '../subscriptionKey.ts';
import type { Entry, Member } from './subscriptionTable.ts';
import type { Timers } from './timers.ts';

export interface ReadinessConfig {
  readonly timers: Timers;
  /** Whether frames subscribe; if not, the URL of the handshake named the stream. */
  readonly multiplex: boolean;
  readonly sendFence: (params: SubscriptionParams) => void;
  readonly entries: () => readonly Entry[];
  /** How long the server may take to respond to a fence, in ms; then it is one that does not respond. */
  readonly fenceTimeout: number;
  /** How long the stream of a handshake takes to become active, in ms. */
  readonly settleDelay: number;
}

export class Readiness {
  readonly #config: ReadinessConfig;
  /** How many fences have no response yet. */
  #pendingFences = 0;

  constructor(config: ReadinessConfig) {
    this.#config = config;
  }

  /** Opens the stream for a member whose subscribe was sent: at once, or when the subscription is active. */
  admit(entry: Entry, member: Member): void {
    if (!member.waitUntilActive || entry.activity === 'active') member.open();
    else if (entry.activity === 'unknown') this.#fence(entry);
  }

  /** Opens the stream for all members. */
  activate(entry: Entry): void {
    entry.activity = 'active';
    for (const member of entry.members) member.open();
  }

  /** Counts a response to a fence. Responses can overtake each other, so that only the last one counts. */
  fenceAnswered(): void {
    if (this.#pendingFences === 0) return;
    this.#pendingFences--;
    if (this.#pendingFences > 0) return;
    for (const entry of this.#config.entries()) {
      if (entry.activity === 'fenced') this.activate(entry);
    }
  }

  /** The response to another fence says nothing about a list, which is looked up first: lists have their own. */
  #fence(entry: Entry): void {
    const { multiplex, timers, fenceTimeout, settleDelay } = this.#config;
    entry.activity = 'fenced';
    if (multiplex) {
      this.#pendingFences++;
      this.#config.sendFence(entry.params.stream === 'list' ? LIST_FENCE : FENCE);
    }
    timers.after(multiplex ? fenceTimeout : settleDelay, () => {
      if (entry.activity === 'fenced') this.activate(entry);
    });
  }
}

/** A stream that no server has: unsubscribing from it is an error without consequence. */
const FENCE: SubscriptionParams = { stream: 'fence' };

/** A list that nobody has, which the server looks up as it does the others. */
const LIST_FENCE: SubscriptionParams = { stream: 'list', list: '0' };
