/** A stream that says nothing is dead, whatever its socket claims. */
import {
  asyncScheduler,
  delay,
  Observable,
  type MonoTypeOperatorFunction,
  type SchedulerAction,
} from 'rxjs';
import { MastodonReadTimeoutError } from './errors.ts';
import { inPage, wakes$ } from './page.ts';

/** How long a page that wakes has for what came in its sleep, in ms. */
const WAKING = 1_000;

/**
 * Mirrors the source, and errors with `MastodonReadTimeoutError` once it has been silent for
 * `timeout` ms, counted from the subscription or from its last value.
 *
 * It stands before `sse()`, so that a heartbeat counts, and half an event too. One timer is set per
 * `timeout`, none per value: when it fires it looks how long the silence is by now. It also looks when the
 * page has woken, since timers stand still in a computer that sleeps.
 *
 * @param heardAt - when another sign of life came, by the clock: on a socket that streams share, what is
 * another's is life too.
 */
export function silence<T>(
  timeout: number,
  heardAt: () => number = never,
): MonoTypeOperatorFunction<T> {
  if (timeout === Infinity) return (source) => source;

  return (source) =>
    new Observable((subscriber) => {
      let last = asyncScheduler.now();

      const rest = (): number => Math.max(last, heardAt()) + timeout - asyncScheduler.now();
      const fail = (): void => {
        subscriber.error(new MastodonReadTimeoutError(timeout));
      };
      const look = function (this: SchedulerAction<undefined>): void {
        const left = rest();
        if (left <= 0) fail();
        // A clock that was set back must not prolong the wait.
        else this.schedule(undefined, Math.min(left, timeout));
      };
      subscriber.add(asyncScheduler.schedule(look, timeout));
      if (inPage()) {
        const wakened = wakes$.pipe(delay(WAKING)).subscribe(() => {
          if (rest() <= 0) fail();
        });
        subscriber.add(wakened);
      }

      return source.subscribe({
        next: (value) => {
          last = asyncScheduler.now();
          subscriber.next(value);
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
        complete: () => {
          subscriber.complete();
        },
      });
    });
}

const never = (): number => -Infinity;
