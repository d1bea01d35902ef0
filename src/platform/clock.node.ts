/** Measures durations in Node and other runtimes that are not browsers. */
import { asyncScheduler } from 'rxjs';
import { inPage } from './pageLifecycle.ts';

/**
 * Returns a time in ms, of which only differences have a meaning. It is monotonic: if somebody sets the wall clock,
 * a silence must become neither longer nor shorter.
 *
 * A page uses the wall clock instead, since some browsers stop the monotonic clock while the computer sleeps. So
 * does virtual time that does not replace `performance`.
 */
export function now(): number {
  const wall = asyncScheduler.now();
  return inPage() || typeof performance === 'undefined' || isVirtual(wall)
    ? wall
    : performance.now();
}

/** The runtime's own functions, to recognise fake ones. */
const native = { performance: performanceNow(), date: Date.now, setInterval };

/** The largest difference, in ms, between real clocks that are read one after the other. */
const MOMENT = 60_000;

/**
 * Tells whether time is virtual: a `TestScheduler`, or fake timers that do not replace `performance`. If only
 * `Date` is fake, it counts as a wall clock that somebody has set.
 */
const isVirtual = (wall: number): boolean =>
  Math.abs(wall - Date.now()) > MOMENT ||
  (setInterval !== native.setInterval &&
    Date.now !== native.date &&
    performanceNow() === native.performance);

function performanceNow(): unknown {
  return typeof performance === 'undefined' ? undefined : Reflect.get(performance, 'now');
}
