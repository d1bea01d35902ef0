/** The clock that durations are measured with in a browser. */
import { asyncScheduler } from 'rxjs';

/**
 * Returns a time in ms that only a difference can be taken of: the wall clock's, since some browsers stop the
 * monotonic one while the computer sleeps.
 */
export const now = (): number => asyncScheduler.now();
