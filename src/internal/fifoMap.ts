/** Keeps the newest values, up to a limit, and forgets the oldest. */

/** Holds values by id: the `capacity` whose ids came last. Setting an id again does not make it newer. */
export class FifoMap<V> {
  readonly #capacity: number;
  readonly #values = new Map<string, V>();
  /**
   * An iterator that stands before the oldest id: the ids that it has passed are deleted. A new iterator for each
   * eviction would walk over all the holes that deleted ids leave in a Map.
   */
  readonly #oldest = this.#values.keys();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#values.size;
  }

  has(id: string): boolean {
    return this.#values.has(id);
  }

  get(id: string): V | undefined {
    return this.#values.get(id);
  }

  /** Sets the value of an id. An id that is already there keeps its age. */
  set(id: string, value: V): void {
    this.#values.set(id, value);
    if (this.#values.size > this.#capacity) this.#values.delete(this.#oldest.next().value!);
  }

  delete(id: string): void {
    this.#values.delete(id);
  }
}

/** A set of the newest `capacity` ids. */
export class FifoSet {
  readonly #ids: FifoMap<true>;

  constructor(capacity: number) {
    this.#ids = new FifoMap(capacity);
  }

  get size(): number {
    return this.#ids.size;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Adds an id, and returns whether it is new. An id that is already there keeps its age. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.set(id, true);
    return true;
  }
}
