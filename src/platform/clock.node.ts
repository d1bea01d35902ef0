/** The clock that durations are measured with, in Node and wherever else there is no browser. */
import { asyncScheduler } from 'rxjs';
import { inPage } from './pageLifecycle.ts';

/**
 * Returns a time in ms that only a difference can be taken of. It is monotonic: a wall clock that is set back
 * or forward must neither prolong a silence nor end it.
 *
 * A page has the wall clock instead: some browsers stop the other one while the computer sleeps. So has
 * virtual time that leaves `performance` alone.
 */
export function now(): number {
  const wall = asyncScheduler.now();
  return inPage() || typeof performance === 'undefined' || isVirtual(wall)
    ? wall
    : performance.now();
}

/** The runtime's own functions, which fakes are told from. */
const native = { performance: performanceNow(), date: Date.now, setInterval };

/** Real clocks that are read one after the other never differ by that much, in ms. */
const MOMENT = 60_000;

/**
 * Tells whether a `TestScheduler` rules the time, or fake timers that `performance` does not obey. A `Date`
 * that is faked alone is a wall clock that was set.
 */
const isVirtual = (wall: number): boolean =>
  Math.abs(wall - Date.now()) > MOMENT ||
  (setInterval !== native.setInterval &&
    Date.now !== native.date &&
    performanceNow() === native.performance);

function performanceNow(): unknown {
  return typeof performance === 'undefined' ? undefined : Reflect.get(performance, 'now');
}
