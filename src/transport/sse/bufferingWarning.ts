/** Mastodon writes `:)` as soon as a stream opens; where nothing comes, something holds it back. */
import { asyncScheduler, map, Observable, timer, type OperatorFunction } from 'rxjs';
import type { EventOf } from '../../model/events.ts';
import type { Meter } from '../meter.ts';

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

/**
 * Mirrors the source; where the first byte of the connection takes longer than 5 s, a `warning` is emitted
 * meanwhile. The meter's bytes are counted by {@link endless}: nothing of this stays in the way of an event.
 */
export const expectPreamble =
  <T>(stream: readonly string[], meter: Meter): OperatorFunction<T, T | EventOf<'warning'>> =>
  (source) =>
    new Observable((subscriber) => {
      meter.patience = asyncScheduler.schedule(() => {
        subscriber.next({
          type: 'warning',
          payload: {
            code: 'no-preamble',
            message:
              'The stream was accepted, and nothing has come for 5 s: a proxy on the way seems to buffer it (in nginx: proxy_buffering off)',
          },
          stream,
        });
      }, PATIENCE);
      subscriber.add(meter.patience);
      source.subscribe(subscriber);
    });
