/** Warns if a proxy buffers a stream: Mastodon writes `:)` as soon as the stream is open. */
import {
  asyncScheduler,
  map,
  Observable,
  timer,
  type OperatorFunction,
  type Subscription,
} from 'rxjs';
import type { EventOf } from '../../model/events.ts';

/** The longest time without a byte before the warning, in ms. */
const BUFFERING_TIMEOUT = 5_000;

/** The state that the bytes of one connection and its warning share. */
export interface FirstByte {
  /** The pending warning; cancelled by the first byte. */
  warning: Subscription | undefined;
}

/** Emits a `warning` after 5 s, for a request without a response: nginx buffers even the headers. */
export const warnIfNoResponse = (stream: readonly string[]): Observable<EventOf<'warning'>> =>
  timer(BUFFERING_TIMEOUT).pipe(
    map(() =>
      warningOf(
        stream,
        'No response within 5 s: the server is slow, or a proxy buffers the stream (in nginx: proxy_buffering off)',
      ),
    ),
  );

/**
 * Mirrors the source, and emits a `warning` if the first byte of the connection takes longer than 5 s.
 * `monitorBytes` cancels it, so that later events pass through no operator of it.
 */
export const warnIfBuffered =
  <T>(
    stream: readonly string[],
    firstByte: FirstByte,
  ): OperatorFunction<T, T | EventOf<'warning'>> =>
  (source) =>
    new Observable((subscriber) => {
      firstByte.warning = asyncScheduler.schedule(() => {
        subscriber.next(
          warningOf(
            stream,
            'No data within 5 s: a proxy buffers the stream (in nginx: proxy_buffering off)',
          ),
        );
      }, BUFFERING_TIMEOUT);
      subscriber.add(firstByte.warning);
      source.subscribe(subscriber);
    });

const warningOf = (stream: readonly string[], message: string): EventOf<'warning'> => ({
  type: 'warning',
  payload: { code: 'response-buffered', message },
  stream,
});
