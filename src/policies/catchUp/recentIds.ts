/** Remembers the newest ids of one kind, in their order. */
import { compareIds } from '../../model/compareIds.ts';

/**
 * The number of ids to remember. A stream can be this many events behind REST without a repetition, and it is
 * ten times the overlap.
 */
const CAPACITY = 400;

/** The newest ids of one kind, by {@link compareIds}. Older ones are forgotten. */
export class RecentIds {
  /** Ascending. Trimmed when it is twice as long as it may be, so that adding costs the same each time. */
  #ids: string[] = [];

  /** The newest id. */
  get newest(): string | undefined {
    return this.#ids.at(-1);
  }

  /** The id that `count` remembered ids are newer than, or the oldest one. */
  before(count: number): string | undefined {
    return this.#ids.at(-count - 1) ?? this.#ids[0];
  }

  /** Adds an id; returns whether it was unknown. */
  add(id: string): boolean {
    let at = this.#ids.length;
    let order = 1;
    while (at > 0 && (order = compareIds(id, this.#ids[at - 1]!)) < 0) at--;
    if (order === 0) return false;
    this.#ids.splice(at, 0, id);
    if (this.#ids.length > 2 * CAPACITY) this.#ids = this.#ids.slice(-CAPACITY);
    return true;
  }

  has(id: string): boolean {
    return this.#ids.includes(id);
  }
}
