/** Records for each post whether it has arrived, and how. */
import type { Happening, Switches } from './happening.ts';

/** The number of posts with each outcome. */
export interface Score {
  /** Written on the server. */
  readonly posted: number;
  /** Arrived live. */
  readonly live: number;
  /** Arrived later, over REST. */
  readonly recovered: number;
  /** Written during a subscription, and never emitted. */
  readonly lost: number;
  /** Arrived more than once in one subscription. */
  readonly twice: number;
}

/** Counts posts by the events of the page. */
export class Ledger {
  #switches: Switches | undefined;
  /** Whether the stream was open before, and whether it has failed since. */
  #phase: 'before' | 'watching' | 'failed' = 'before';
  /** The posts without an outcome. */
  readonly #due = new Set<number>();
  readonly #lost = new Set<number>();
  /** The posts that have arrived in this subscription. */
  readonly #seen = new Set<number>();
  readonly #count = { posted: 0, live: 0, recovered: 0, twice: 0 };

  get score(): Score {
    return { ...this.#count, lost: this.#lost.size };
  }

  /** The posts that are lost. */
  get lost(): ReadonlySet<number> {
    return this.#lost;
  }

  /** Counts an event. */
  take(happening: Happening): void {
    switch (happening.type) {
      case 'posted':
        this.#count.posted++;
        if (this.#phase === 'watching') this.#due.add(happening.post);
        if (this.#phase === 'failed') this.#lost.add(happening.post);
        break;
      case 'removed':
        this.#due.delete(happening.post); // it cannot arrive any more
        break;
      case 'subscribed':
        this.#switches = happening.switches;
        this.#phase = 'before';
        this.#seen.clear();
        this.#due.clear();
        break;
      case 'failed':
        this.#phase = 'failed';
        this.#passOver();
        break;
      case 'event':
        if (happening.event.type === 'update') this.#arrive(happening.post, happening.event);
        else this.#connection(happening.event.type);
    }
  }

  #arrive(post: number | undefined, { recovered }: { readonly recovered?: true }): void {
    if (post === undefined) return;
    if (this.#seen.has(post)) this.#count.twice++;
    this.#seen.add(post);
    this.#due.delete(post);
    this.#lost.delete(post);
    this.#count[recovered ? 'recovered' : 'live']++;
  }

  /** A new connection omits the posts before it, unless it catches up. */
  #connection(type: string): void {
    if (type === 'connected') {
      if (!this.#switches?.catchUp) this.#passOver();
      this.#phase = 'watching';
    } else if (type === 'caught-up') {
      this.#passOver();
    }
  }

  #passOver(): void {
    for (const post of this.#due) this.#lost.add(post);
    this.#due.clear();
  }
}
