/** Remembers the newest ids of one kind, in their order. */
import { compareIds } from '../../model/compareIds.ts';

/**
 * The number of ids to remember: a stream can be this many events behind REST without a repetition. It is a
 * multiple of the overlap.
 */
const CAPACITY = 400;

/** Holds the newest ids of one kind, by {@link compareIds}, and forgets older ones. */
export class RecentIds {
  /** Ascending. It is trimmed when it has twice its capacity, so that an average addition is cheap. */
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
