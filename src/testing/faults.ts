import { asyncScheduler, type Subscription } from 'rxjs';
import type { FakeHeaders } from './exchange.ts';

/** The response to the next request, instead of a stream. */
export type NextResponse =
  | {
      readonly status: number;
      readonly headers: FakeHeaders;
      readonly body: string | object | undefined;
    }
  | { readonly raw: string | Uint8Array; readonly end: boolean };

/** The faults that are set for the next requests. */
export interface Faults {
  readonly nextStreams: NextResponse[];
  readonly nextRest: {
    readonly status: number;
    readonly headers: FakeHeaders;
    readonly body: object | undefined;
  }[];
  redirect: { readonly location: string; readonly status: number } | undefined;
  health: boolean | 'stall';
  /** In ms. */
  headerDelay: number | undefined;
  /** In ms. */
  restDelay: number | undefined;
  /** The time that the look-up of a WebSocket's subscription to a stream takes, in ms, by the stream's name. */
  readonly subscribeDelays: Map<string, number>;
}

export const noFaults = (): Faults => ({
  nextStreams: [],
  nextRest: [],
  redirect: undefined,
  health: true,
  headerDelay: undefined,
  restDelay: undefined,
  subscribeDelays: new Map(),
});

/** Timers of RxJS's `asyncScheduler`, which all end with the server. */
export class Timers {
  readonly #timers = new Set<Subscription>();

  /** Runs `step` after `delay` ms: at once if it is undefined, and never if it is `Infinity`. */
  after(delay: number | undefined, step: () => void): void {
    if (delay === undefined) step();
    if (delay === undefined || delay === Infinity) return;
    const timer = asyncScheduler.schedule(() => {
      this.#timers.delete(timer);
      step();
    }, delay);
    this.#timers.add(timer);
  }

  clear(): void {
    for (const timer of this.#timers) timer.unsubscribe();
    this.#timers.clear();
  }
}
