/** Errors if a stream sends nothing for too long, even if its socket is still open. */
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
import { inPage, wakes$ } from '../platform/pageLifecycle.ts';

/**
 * The time, in ms, in which a process or page that was suspended reads what arrived meanwhile: when it wakes, its
 * timers fire before its sockets are read.
 */
const WAKING = 1_000;

/** The delay, in ms, from which a timer counts as late: the process was suspended or busy. */
const LATE = 50;

/**
 * Mirrors the source, and errors with `MastodonReadTimeoutError` once its socket has been silent for `timeout` ms,
 * counted from the subscription or from `lastActivity`.
 *
 * It sets one timer per `timeout`, none per value: when the timer fires, the length of the silence is checked. A
 * timer that fires late checks once more a second later. The silence is also checked when a page wakes up, since its
 * timers stop while the computer sleeps. No operator is left between the source and its subscriber.
 *
 * @param lastActivity - returns the time, by {@link now}, of the last sign of life of the source's socket.
 */
export const silence =
  <T>(timeout: number, lastActivity: () => number): MonoTypeOperatorFunction<T> =>
  (source) =>
    new Observable((destination) => {
      startWatchdog(destination, timeout, lastActivity);
      return source.subscribe(destination);
    });

/** The state of a watched source, as one object: there may be thousands. */
export interface Watchdog {
  /** The time of the last value, by {@link now}. */
  last: number;
  /** The time at which the timer will fire; `NaN` if it is the second check after a late timer. */
  due: number;
  readonly lastActivity: () => number;
  readonly timeout: number;
  readonly subscriber: Subscriber<unknown>;
}

/** Errors the subscriber once the source has been silent for too long; the receiver of values sets `last`. */
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
    // If a page's clock is set back, the wait must not become longer.
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
