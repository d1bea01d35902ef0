/** Waits for a condition that other code causes and announces. */
export class Watch {
  #look: () => void = () => undefined;

  /** Checks the condition. */
  readonly look = (): void => this.#look();

  /** Resolves when the condition holds; one at a time. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => {
        if (holds()) resolve();
      };
      this.#look();
    });
  }
}
