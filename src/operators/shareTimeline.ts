/** Shares one subscription to a stream among several subscribers. */
import { defer, of, share, startWith, tap, timer, type MonoTypeOperatorFunction } from 'rxjs';
import { now } from '#clock';
import { checkKeys, checkWait } from '../config/check.ts';
import type { BaseEvent, EventOf } from '../model/events.ts';
import type { TimelineStream } from '../model/timelineStream.ts';

/** The options of {@link shareTimeline}. */
export interface ShareTimelineConfig {
  /**
   * The time, in ms, that the stream stays open after its last subscriber has unsubscribed, for example while one
   * page of an app replaces another. 0 closes it at once.
   * @defaultValue `1_000`
   */
  closeDelay?: number | undefined;
}

/**
 * Shares one subscription to the source among all subscribers of the result, like `share()`.
 *
 * ```text
 * source  -c-a-b-|
 * first   -c-a-b-|
 * second  ----cb-|    c: connected
 * ```
 *
 * The first subscriber subscribes to the source; `closeDelay` ms after the last one has unsubscribed, the source is
 * unsubscribed from. A late subscriber first receives the last `connected` or `disconnected` event, with `retryIn`
 * reduced to the time remaining, so that `connectionState()` starts in the right state; no other event is repeated.
 * The result requests older pages like the source.
 *
 * Emits when the source does; errors and completes when the source does. A later subscriber subscribes to the
 * source again.
 *
 * Browsers allow six connections per host over HTTP/1.1: share a stream that is used more than once.
 *
 * ```ts
 * const home$ = timelines.user({ reconnect: true, catchUp: true }).pipe(shareTimeline());
 * home$.pipe(toTimeline()).subscribe(render);
 * home$.pipe(connectionState()).subscribe(({ status }) => console.log(status));
 * // connecting, open: one connection
 * ```
 *
 * @throws `MastodonIllegalArgumentError` if `closeDelay` is not a number of ms of at least 0.
 */
export function shareTimeline<T extends BaseEvent<string, unknown>>(
  config: ShareTimelineConfig = {},
): MonoTypeOperatorFunction<T> {
  checkKeys('option of shareTimeline', config, ['closeDelay']);
  const { closeDelay = 1_000 } = config;
  checkWait('closeDelay', closeDelay, 0);

  return (source) => {
    let repeat: (() => T) | undefined;
    const forget = (): void => {
      repeat = undefined;
    };
    const shared$ = source.pipe(
      tap({
        next: (event) => {
          repeat = repeatOf(event) ?? repeat;
        },
        // Before the subscribers receive the error: they may subscribe again synchronously.
        error: forget,
        complete: forget,
        unsubscribe: forget,
      }),
      share({ resetOnRefCountZero: () => (closeDelay === 0 ? of(0) : timer(closeDelay)) }),
    );

    const result$ = defer(() => (repeat ? shared$.pipe(startWith(repeat())) : shared$));
    return Object.assign(result$, { older: (source as Partial<TimelineStream>).older });
  };
}

/** Returns a function that repeats an event about the connection's state later. */
function repeatOf<T extends BaseEvent<string, unknown>>(event: T): (() => T) | undefined {
  if (event.type === 'connected') return () => event;
  if (event.type !== 'disconnected') return undefined;
  const { payload } = event as BaseEvent<string, unknown> as EventOf<'disconnected'>;
  const until = now() + payload.retryIn;
  return () => ({
    ...event,
    payload: { ...payload, retryIn: Math.max(0, until - now()) },
  });
}
