/** Errors if a stream sends nothing for too long, whatever its socket claims. */
import {
  asyncScheduler,
  delay,
  type MonoTypeOperatorFunction,
  type SchedulerAction,
  type Subscriber,
  Observable,
} from 'rxjs';
import { now } from '#clock';
import { MastodonReadTimeoutError } from '../model/errors.ts';
import { operate } from '../internal/operate.ts';
import { inPage, wakes$ } from '../platform/pageLifecycle.ts';

/**
 * The time that a process or a page which was suspended has to read what arrived meanwhile, in ms: when it
 * wakes, its timers fire before its sockets are read.
 */
const WAKING = 1_000;

/** By how much a timer is late that fires in a process that was suspended or busy, in ms. */
const LATE = 50;

/**
 * Mirrors the source, and errors with `MastodonReadTimeoutError` once it has been silent for
 * `timeout` ms, counted from the subscription or from its last value.
 *
 * It stands before `sse()`, so that a heartbeat counts, and half an event too. One timer is set per
 * `timeout`, none per value: when it fires it checks how long the silence is by now. A timer that fires late
 * checks once more a second later. The silence is also checked when a page has woken, since its timers stand
 * still while the computer sleeps.
 *
 * @param lastActivity - when another sign of life came, by {@link now}: on a socket that streams share,
 * another stream's is life too.
 */
export function silence<T>(
  timeout: number,
  lastActivity: () => number = never,
): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable((destination) => {
      const watchdog = startWatchdog(destination, timeout, lastActivity);
      return source.subscribe(
        operate<T, T>({
          destination,
          next: (value) => {
            watchdog.last = now();
            destination.next(value);
          },
        }),
      );
    });
}

/** The state of a watched source, as one object: there may be thousands. */
export interface Watchdog {
  /** The time of the last value, by {@link now}. */
  last: number;
  /** The time at which the timer is to fire; `NaN` if it is the second one after a late one. */
  due: number;
  readonly lastActivity: () => number;
  readonly timeout: number;
  readonly subscriber: Subscriber<unknown>;
}

/** Errors the subscriber once it is silent for too long; whoever receives something writes that into `last`. */
export function startWatchdog(
  subscriber: Subscriber<unknown>,
  timeout: number,
  lastActivity: () => number = never,
): Watchdog {
  const last = now();
  const watchdog: Watchdog = { last, due: last + timeout, lastActivity, timeout, subscriber };
  if (timeout === Infinity) return watchdog;
  subscriber.add(asyncScheduler.schedule(onTimer, timeout, watchdog));
  if (inPage()) {
    const wakened = wakes$.pipe(delay(WAKING)).subscribe(() => {
      if (remaining(watchdog) <= 0) fail(watchdog);
    });
    subscriber.add(wakened);
  }
  return watchdog;
}

/** Returns the time that the source may still be silent, in ms. */
const remaining = ({ last, lastActivity, timeout }: Watchdog): number =>
  Math.max(last, lastActivity()) + timeout - now();

const fail = ({ timeout, subscriber }: Watchdog): void => {
  subscriber.error(new MastodonReadTimeoutError(timeout));
};

function onTimer(this: SchedulerAction<Watchdog>, watchdog: Watchdog | undefined): void {
  if (watchdog === undefined) return;
  const left = remaining(watchdog);
  if (left > 0) {
    // A page's clock that was set back must not prolong the wait.
    const delay = Math.min(left, watchdog.timeout);
    watchdog.due = now() + delay;
    this.schedule(watchdog, delay);
  } else if (now() - watchdog.due > LATE) {
    watchdog.due = NaN;
    this.schedule(watchdog, WAKING);
  } else {
    fail(watchdog);
  }
}

const never = (): number => -Infinity;
