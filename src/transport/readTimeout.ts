/** A stream that says nothing is dead, whatever its socket claims. */
import {
  asyncScheduler,
  delay,
  type MonoTypeOperatorFunction,
  type SchedulerAction,
  type Subscriber,
  Observable,
} from 'rxjs';
import { MastodonReadTimeoutError } from '../model/errors.ts';
import { operate } from '../internal/operate.ts';
import { inPage, wakes$ } from '../platform/pageLifecycle.ts';

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
  return (source) =>
    new Observable((destination) => {
      const watch = watchOver(destination, timeout, heardAt);
      return source.subscribe(
        operate<T, T>({
          destination,
          next: (value) => {
            watch.last = asyncScheduler.now();
            destination.next(value);
          },
        }),
      );
    });
}

/** What is watched, as one object: there may be thousands. */
export interface Watch {
  /** When the last value came, by the clock. */
  last: number;
  readonly heardAt: () => number;
  readonly timeout: number;
  readonly subscriber: Subscriber<unknown>;
}

/** Errors the subscriber once it is silent for too long; whoever hears something says so in `last`. */
export function watchOver(
  subscriber: Subscriber<unknown>,
  timeout: number,
  heardAt: () => number = never,
): Watch {
  const watch: Watch = { last: asyncScheduler.now(), heardAt, timeout, subscriber };
  if (timeout === Infinity) return watch;
  subscriber.add(asyncScheduler.schedule(look, timeout, watch));
  if (inPage()) {
    const wakened = wakes$.pipe(delay(WAKING)).subscribe(() => {
      if (rest(watch) <= 0) fail(watch);
    });
    subscriber.add(wakened);
  }
  return watch;
}

/** How much longer it may be silent, in ms. */
const rest = ({ last, heardAt, timeout }: Watch): number =>
  Math.max(last, heardAt()) + timeout - asyncScheduler.now();

const fail = ({ timeout, subscriber }: Watch): void => {
  subscriber.error(new MastodonReadTimeoutError(timeout));
};

function look(this: SchedulerAction<Watch>, watch: Watch | undefined): void {
  if (watch === undefined) return;
  const left = rest(watch);
  if (left <= 0) fail(watch);
  // A clock that was set back must not prolong the wait.
  else this.schedule(watch, Math.min(left, watch.timeout));
}

const never = (): number => -Infinity;
