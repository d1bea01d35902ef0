import { interval, type Subscription } from 'rxjs';
import type { Sink } from './exchange.ts';

/** A number of bytes to send in each interval. */
export interface FakePace {
  readonly bytes: number;
  /** In ms. */
  readonly every: number;
}

/**
 * Sends one stream's bytes to its sink in order: at once, held back, or slowly in pieces. A step is an action
 * between two bytes, like sending the headers.
 */
export class Wire {
  readonly #sink: Sink;
  readonly #queue: (Uint8Array | (() => void))[] = [];
  #stalled = false;
  #pace: FakePace | undefined;
  #timer: Subscription | undefined;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  write(bytes: Uint8Array): void {
    if (bytes.length > 0) this.step(bytes);
  }

  step(item: Uint8Array | (() => void)): void {
    this.#queue.push(item);
    this.#pump();
  }

  stall(): void {
    this.#stalled = true;
    this.#stopTimer();
  }

  resume(): void {
    this.#stalled = false;
    this.#pump();
  }

  slow(pace: FakePace | undefined): void {
    this.#pace = pace;
    this.#stopTimer();
    this.#pump();
  }

  /** Discards everything that was not sent yet. */
  discard(): void {
    this.#queue.length = 0;
    this.#stopTimer();
  }

  #pump(): void {
    if (this.#stalled) return;
    this.#send(this.#pace ? 0 : Infinity);
    const pace = this.#pace;
    if (!pace || this.#queue.length === 0) return;
    this.#timer ??= interval(pace.every).subscribe(() => {
      this.#send(pace.bytes);
      if (this.#queue.length === 0) this.#stopTimer();
    });
  }

  /** Sends up to `bytes` bytes; steps do not count. */
  #send(bytes: number): void {
    let left = bytes;
    for (let item = this.#queue[0]; item !== undefined; item = this.#queue[0]) {
      if (typeof item === 'function') {
        this.#queue.shift();
        item();
        continue;
      }
      if (left <= 0) return;
      const part = item.subarray(0, left);
      left -= part.length;
      if (part.length === item.length) this.#queue.shift();
      else this.#queue[0] = item.subarray(part.length);
      this.#sink.write(part);
    }
  }

  #stopTimer(): void {
    this.#timer?.unsubscribe();
    this.#timer = undefined;
  }
}
