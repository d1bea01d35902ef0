/** Keeps the steps in order that one end of a connection takes at the other. */

export class Delivery {
  readonly #steps: (() => void)[] = [];
  #isRunning = false;

  /**
   * Runs a step: at once, or after the step that is running. A receiver of an event may cause the next one, which
   * must not come in the middle of the first.
   */
  run(step: () => void): void {
    this.#steps.push(step);
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      for (let next = this.#steps.shift(); next !== undefined; next = this.#steps.shift()) next();
    } finally {
      this.#isRunning = false;
    }
  }

  /** Forgets the steps that have not run. */
  discard(): void {
    this.#steps.length = 0;
  }
}
