/** Gives signs of life for all messages that one process has in hand. */

/** A message that is delivered again after `ackWait` ms without a sign of life. */
interface Held {
  readonly ackWait: number;
  working(): void;
}

/** A set that calls `working()` of each member three times per `ackWait`, by one timer. */
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

  /** Stops, and returns the members. */
  close(): readonly T[] {
    clearInterval(this.#timer);
    const left = [...this.#held];
    this.#held.clear();
    return left;
  }
}
