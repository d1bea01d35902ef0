/** Measures durations in a browser. */
import { asyncScheduler } from 'rxjs';

/**
 * Returns a time in ms, of which only differences have a meaning. It is the wall clock's, since some browsers stop
 * the monotonic clock while the computer sleeps.
 */
export const now = (): number => asyncScheduler.now();
