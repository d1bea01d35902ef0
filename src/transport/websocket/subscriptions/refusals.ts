/**
 * Finds the subscription that a refusal belongs to: refusals come in the order of the server's decisions, and do
 * not name their stream.
 */
import type { Subscription } from 'rxjs';
import type { ErrorMessage } from '../parseMessage.ts';
import type { Entry } from './subscriptionTable.ts';
import type { Timers } from './timers.ts';

export interface RefusalsConfig {
  readonly timers: Timers;
  /** The longest time that the server may take to process a frame, in ms. */
  readonly settleDelay: number;
  /** True if frames subscribe; if not, the socket has one stream. */
  readonly multiplex: boolean;
  readonly entries: () => readonly Entry[];
  /**
   * Sends the subscribe once more: if it was granted, nothing happens; if it was refused, the refusal comes again.
   */
  readonly repeatSubscribe: (entry: Entry) => void;
  readonly refuse: (entries: readonly Entry[], refusal: ErrorMessage) => void;
  /** Called with a refusal whose stream could not be found. */
  readonly reportUnattributed: (refusal: ErrorMessage) => void;
  /** Called when no refusal is pending any more. */
  readonly onSettled: () => void;
}

export class Refusals {
  readonly #config: RefusalsConfig;
  /** Refusals whose stream is not known yet. */
  #unattributed: ErrorMessage[] = [];
  /** The subscription whose subscribe was repeated, alone, to see whether the refusal comes again. */
  #candidate: Entry | undefined;
  #probe: Subscription | undefined;

  constructor(config: RefusalsConfig) {
    this.#config = config;
  }

  /**
   * While a refusal is pending, no further subscribe may be sent: its refusal could not be told from the pending
   * one.
   */
  get isPending(): boolean {
    return this.#unattributed.length > 0;
  }

  /**
   * Attributes a refusal to one of the subscriptions that were sent and are not granted yet, and that its words may
   * be about. If there is exactly one, the refusal is its own. If there are more, their subscribes are repeated,
   * one at a time, newest first.
   */
  receive(refusal: ErrorMessage): void {
    if (this.#candidate !== undefined) {
      const index = this.#unattributed.findIndex(({ error }) => error === refusal.error);
      this.#unattributed.splice(Math.max(0, index), 1);
      this.#config.refuse([this.#candidate], refusal);
      this.#probeNext();
      return;
    }

    const candidates = this.#candidatesOf(refusal);
    const alike = [...this.#unattributed, refusal].filter(({ error }) => error === refusal.error);
    if (candidates.length === 0) {
      this.#config.reportUnattributed(refusal);
    } else if (alike.length >= candidates.length) {
      // As many refusals as there are candidates.
      this.#unattributed = this.#unattributed.filter(({ error }) => error !== refusal.error);
      this.#config.refuse(candidates, refusal);
      if (!this.isPending) this.#settle();
    } else {
      this.#unattributed.push(refusal);
      // Every response that is already on its way arrives first.
      this.#wait(() => {
        this.#probeNext();
      });
    }
  }

  /** Notes that the server has granted a subscription: no later refusal belongs to it. */
  grant(entry: Entry): void {
    entry.isGranted = true;
    if (entry === this.#candidate) this.#probeNext();
  }

  #candidatesOf({ error }: ErrorMessage): Entry[] {
    const { multiplex, entries } = this.#config;
    const asked = entries().filter(
      ({ state, isGranted }) => !multiplex || (state === 'subscribed' && !isGranted),
    );
    const isMeant = ERROR_HINTS.find(([words]) => words.test(error))?.[1];
    const meant = isMeant ? asked.filter(({ params }) => isMeant(params.stream)) : [];
    return meant.length > 0 ? meant : asked;
  }

  #probeNext(): void {
    this.#candidate = undefined;
    for (let refusal; (refusal = this.#unattributed[0]) !== undefined; this.#unattributed.shift()) {
      const candidate = this.#candidatesOf(refusal).pop();
      if (candidate !== undefined) {
        this.#candidate = candidate;
        this.#config.repeatSubscribe(candidate);
        this.#wait(() => {
          this.grant(candidate);
        });
        return;
      }
      this.#config.reportUnattributed(refusal);
    }
    // All refusals have arrived by now: no subscribe was sent in the meantime.
    for (const entry of this.#config.entries()) entry.isGranted ||= entry.state === 'subscribed';
    this.#settle();
  }

  #settle(): void {
    this.#probe?.unsubscribe();
    this.#config.onSettled();
  }

  #wait(act: () => void): void {
    this.#probe?.unsubscribe();
    this.#probe = this.#config.timers.after(this.#config.settleDelay, act);
  }
}

/** The streams that the server's words are about. */
const ERROR_HINTS: readonly (readonly [words: RegExp, isMeant: (name: string) => boolean])[] = [
  [/\blist\b/i, (name) => name === 'list'],
  [/\btag\b/i, (name) => name.startsWith('hashtag')],
  [/unknown stream/i, (name) => !MASTODON_STREAM.test(name)],
];

const MASTODON_STREAM =
  /^(user(:notification)?|public(:local|:remote)?(:media)?|hashtag(:local)?|list|direct)$/;
