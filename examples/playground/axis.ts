/** The time axis of the diagram, which stretches when many events happen at once. */

const PIXELS_PER_SECOND = 34;

/** Maps times to positions from left to right, and keeps marbles of one lane from covering each other. */
export class Axis {
  #stretch = 24;
  readonly #ends = new Map<string, number>();

  /** The position of now, or of a time since which no marble was added. `at`: in ms. */
  x(at: number): number {
    return (at / 1_000) * PIXELS_PER_SECOND + this.#stretch;
  }

  /** Returns the middle of the next free position in a lane, which is `width` wide. */
  place(lane: string, at: number, width: number): number {
    const from = Math.max(this.x(at) - width / 2, this.#ends.get(lane) ?? 0);
    const middle = from + width / 2;
    this.#stretch += Math.max(0, middle - this.x(at));
    this.#ends.set(lane, from + width);
    return middle;
  }
}
