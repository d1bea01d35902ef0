/** The wait before a retry, and what ends it early. */
import { asyncScheduler, defer, filter, merge, Subject, timer, type Observable } from 'rxjs';
import { back$, wakes$ } from '../platform/pageLifecycle.ts';

/** Errors whose waits somebody does not want to wait for. */
const impatience = new Subject<unknown>();

/**
 * Ends the wait that this error has led to: its stream, and any other that waits for the same reason,
 * tries again at once. Does nothing if nobody waits.
 *
 * ```ts
 * button.onclick = () => retryNow(state.error); // of a state, or of a `disconnected` event's payload
 * ```
 */
export function retryNow(error: unknown): void {
  impatience.next(error);
}

/**
 * Emits when the wait is over, `time` ms later. It ends early if the network or the page is back, the page
 * wakes after its time (timers stand still in a computer that sleeps), or {@link retryNow} is called.
 */
export const waitFor = (time: number, error: unknown): Observable<unknown> =>
  defer(() => {
    const until = asyncScheduler.now() + time;
    return merge(
      timer(time),
      back$,
      wakes$.pipe(filter(() => asyncScheduler.now() >= until)),
      impatience.pipe(filter((impatient) => impatient === error)),
    );
  });
