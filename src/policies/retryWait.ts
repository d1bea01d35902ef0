/** Waits before a retry, and ends the wait early if something makes a retry promising. */
import { asyncScheduler, defer, filter, merge, Subject, timer, type Observable } from 'rxjs';
import { back$, wakes$ } from '../platform/pageLifecycle.ts';

/** Emits the errors whose waits are to end at once. */
const impatience = new Subject<unknown>();

/**
 * Ends the wait after this error: its stream, and every other stream that waits because of the same error, retries
 * at once. Does nothing if no stream waits.
 *
 * ```ts
 * button.onclick = () => retryNow(state.error); // of a state, or of a `disconnected` event's payload
 * ```
 */
export function retryNow(error: unknown): void {
  impatience.next(error);
}

/**
 * Emits when the wait is over, `time` ms later. It ends early if the network or the page is back, the page wakes up
 * after its time (timers stop while a computer sleeps), or {@link retryNow} is called.
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
