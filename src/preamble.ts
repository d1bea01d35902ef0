/** Mastodon writes `:)` as soon as a stream opens; where nothing comes, something holds it back. */
import { asyncScheduler, type OperatorFunction, type Subscriber, type Subscription } from 'rxjs';
import type { EventOf } from './events.ts';
import { operate } from './operate.ts';

/** How long nothing may come, in ms. */
const PATIENCE = 5_000;

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
