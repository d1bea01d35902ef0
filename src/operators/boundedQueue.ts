/** Queues values for a slow consumer, up to a bound. */
import { check, checkKeys } from '../config/check.ts';
import { MastodonError } from '../model/errors.ts';

/** The bound of a queue, and what happens to values beyond it. */
export interface OverflowConfig<T> {
  /**
   * The number of values that may wait.
   * @defaultValue `1_000`
   */
  capacity?: number | undefined;
  /**
   * The handling of a value that comes when the queue is full. `'drop-oldest'`: the value that has waited longest
   * is dropped. `'drop-newest'`: the new value is dropped. `'error'`: {@link MastodonQueueOverflowError}.
   * @defaultValue `'error'`, since no value should be lost unless the user has chosen so
   */
  overflow?: 'drop-oldest' | 'drop-newest' | 'error' | undefined;
  /** Called with each value that is dropped, and the number of dropped values in this subscription. */
  onDrop?: ((dropped: T, total: number) => void) | undefined;
}

/** The queue of a slow consumer is full, and `overflow` is `'error'`. */
export class MastodonQueueOverflowError extends MastodonError {
  override readonly name = 'MastodonQueueOverflowError';
  override readonly retryable = false;
  /** The number of values that may wait. */
  readonly capacity: number;

  constructor(capacity: number) {
    super(
      `The consumer is too slow: more than ${capacity} values wait for it. ` +
        "Take a larger capacity, or choose with overflow ('drop-oldest', 'drop-newest') what to lose",
    );
    this.capacity = capacity;
  }
}

/** Throws `MastodonIllegalArgumentError` if something is wrong; `others` are the operator's own keys. */
export function checkOverflowConfig(
  operator: string,
  config: OverflowConfig<never>,
  others: readonly string[] = [],
): void {
  checkKeys(`option of ${operator}`, config, [...others, 'capacity', 'overflow', 'onDrop']);
  const { capacity = 0, overflow = 'error', onDrop } = config;
  check(
    Number.isInteger(capacity) && capacity >= 0,
    'capacity must be a whole number of values, 0 or more: no queue is without a bound',
  );
  check(
    ['drop-oldest', 'drop-newest', 'error'].includes(overflow),
    'overflow must be "drop-oldest" or "drop-newest" or "error"',
  );
  check(onDrop === undefined || typeof onDrop === 'function', 'onDrop must be a function');
}

/** Holds at most `capacity` values, first in, first out. */
export class BoundedQueue<T> {
  readonly #config: OverflowConfig<T>;
  readonly #capacity: number;
  #values: (T | undefined)[] = [];
  #head = 0;
  #drops = 0;

  constructor(config: OverflowConfig<T>) {
    this.#config = config;
    this.#capacity = config.capacity ?? 1_000;
  }

  get size(): number {
    return this.#values.length - this.#head;
  }

  /** Adds a value. Throws {@link MastodonQueueOverflowError} with `overflow: 'error'`, and exceptions of `onDrop`. */
  push(value: T): void {
    const { overflow = 'error' } = this.#config;
    if (this.size < this.#capacity) {
      this.#values.push(value);
    } else if (overflow === 'error') {
      throw new MastodonQueueOverflowError(this.#capacity);
    } else if (overflow === 'drop-newest' || this.#capacity === 0) {
      this.#drop(value);
    } else {
      const oldest = this.shift();
      this.#values.push(value);
      this.#drop(oldest);
    }
  }

  /** Removes and returns the value that has waited longest. Must not be called on an empty queue. */
  shift(): T {
    const value = this.#values[this.#head] as T;
    // The array is cut when half of it is unused: Array's own shift() would move all values each time.
    this.#values[this.#head++] = undefined;
    if (this.#head * 2 > this.#values.length) {
      this.#values = this.#values.slice(this.#head);
      this.#head = 0;
    }
    return value;
  }

  clear(): void {
    this.#values = [];
    this.#head = 0;
  }

  #drop(value: T): void {
    this.#drops++;
    this.#config.onDrop?.(value, this.#drops);
  }
}
