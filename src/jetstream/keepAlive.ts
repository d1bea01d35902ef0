/** Signs of life for all that one process has in hand. */

/** What the engine takes away from whoever is silent about it for `ackWait` ms. */
interface Held {
  readonly ackWait: number;
  working(): void;
}

/** A set that says `working()` of each member three times per `ackWait`, by one timer for all. */
export class KeepAlive<T extends Held> {
  readonly #held = new Set<T>();
  #timer: ReturnType<typeof setInterval> | undefined;

  add(held: T): void {
    this.#held.add(held);
    this.#timer ??= setInterval(() => {
      for (const each of this.#held) each.working();
    }, held.ackWait / 3);
  }

  delete(held: T): void {
    this.#held.delete(held);
  }

  /** Stops, and returns what was still there. */
  close(): readonly T[] {
    clearInterval(this.#timer);
    const left = [...this.#held];
    this.#held.clear();
    return left;
  }
}
