/** Holds the timers of one socket, so that all of them end with it. */
import { Subscription, timer } from 'rxjs';

export class Timers {
  readonly #running = new Subscription();

  /** Calls `act` after `delay` ms, unless the returned subscription or all timers are ended before. */
  after(delay: number, act: () => void): Subscription {
    const running = timer(delay).subscribe(act);
    this.#running.add(running);
    return running;
  }

  clear(): void {
    this.#running.unsubscribe();
  }
}
