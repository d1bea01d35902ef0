/** Something to wait for that others bring about: they say when to look. */
export class Watch {
  #look: () => void = () => undefined;

  /** Looks whether what is waited for holds by now. */
  readonly look = (): void => this.#look();

  /** Resolves once it holds; one at a time. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => {
        if (holds()) resolve();
      };
      this.#look();
    });
  }
}
