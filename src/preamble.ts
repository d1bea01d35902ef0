/** Mastodon writes `:)` as soon as a stream opens; where nothing comes, something holds it back. */
import {
  asyncScheduler,
  map,
  timer,
  type Observable,
  type OperatorFunction,
  type Subscriber,
  type Subscription,
} from 'rxjs';
import type { EventOf } from './events.ts';
import { operate } from './operate.ts';

/** How long nothing may come, in ms. */
const PATIENCE = 5_000;

/** Emits a `warning` after 5 s, for who still waits for an answer: nginx holds back even the headers. */
export const noAnswer = (stream: readonly string[]): Observable<EventOf<'warning'>> =>
  timer(PATIENCE).pipe(
    map(() => ({
      type: 'warning',
      payload: {
        code: 'no-preamble',
        message:
          'The stream was asked for, and not even headers have come for 5 s: the server is slow, or a proxy on the way buffers (in nginx: proxy_buffering off)',
      },
      stream,
    })),
  );

/** Mirrors the source; where its first value takes longer than 5 s, a `warning` is emitted meanwhile. */
export function expectPreamble<T>(
  stream: readonly string[],
): OperatorFunction<T, T | EventOf<'warning'>> {
  const warning: EventOf<'warning'> = {
    type: 'warning',
    payload: {
      code: 'no-preamble',
      message:
        'The stream was accepted, and nothing has come for 5 s: a proxy on the way seems to buffer it (in nginx: proxy_buffering off)',
    },
    stream,
  };
  return operate((subscriber: Subscriber<T | EventOf<'warning'>>) => {
    // One timer and nothing more: this stays for as long as the stream, of which there may be thousands.
    let patience: Subscription | undefined = asyncScheduler.schedule(() => {
      subscriber.next(warning);
    }, PATIENCE);
    subscriber.add(patience);

    return (value) => {
      if (patience) {
        patience.unsubscribe();
        subscriber.remove(patience);
        patience = undefined;
      }
      subscriber.next(value);
    };
  });
}
