/** One connection for all who look at the same timeline. */
import { asyncScheduler, defer, of, share, startWith, tap, timer, type Observable } from 'rxjs';
import { check, checkKeys, isWait } from '../config/config.ts';
import type { BaseEvent, EventOf } from '../model/events.ts';

/** The options of {@link sharedTimeline}. */
export interface SharedTimelineConfig {
  /**
   * How long the stream stays open when nobody is left, in ms: a page that is changed for another one
   * need not connect anew. 0: not at all.
   * @defaultValue `1_000`
   */
  grace?: number | undefined;
}

/**
 * Shares one subscription to a stream: opened for the first subscriber, closed `grace` ms after the last
 * has left. Who comes late first gets the last `connected` or `disconnected` event again, with the
 * `retryIn` that is left of it, so that `connectionState()` begins with the truth; no other event is
 * repeated. An error or completion is everybody's; who subscribes after that starts over.
 *
 * Browsers have six connections per host over HTTP/1.1: share whatever is shown twice.
 *
 * ```ts
 * const home$ = sharedTimeline(timelines.user({ reconnect: true, catchUp: true }));
 * ```
 *
 * @throws `MastodonIllegalArgumentError` where `grace` is no number of ms, 0 or more.
 */
export function sharedTimeline<T extends BaseEvent<string, unknown>>(
  source: Observable<T>,
  config: SharedTimelineConfig = {},
): Observable<T> {
  checkKeys('option of sharedTimeline', config, ['grace']);
  const { grace = 1_000 } = config;
  check(grace === 0 || isWait(grace), 'grace must be 0 or more ms');

  let repeat: (() => T) | undefined;
  const forget = (): void => {
    repeat = undefined;
  };
  const shared$ = source.pipe(
    tap({
      next: (event) => {
        repeat = repeatOf(event) ?? repeat;
      },
      // Before the subscribers hear of it: they may come back in the same turn.
      error: forget,
      complete: forget,
      unsubscribe: forget,
    }),
    share({ resetOnRefCountZero: () => (grace === 0 ? of(0) : timer(grace)) }),
  );

  return defer(() => (repeat ? shared$.pipe(startWith(repeat())) : shared$));
}

/** What makes an event that tells the state of the connection again, later. */
function repeatOf<T extends BaseEvent<string, unknown>>(event: T): (() => T) | undefined {
  if (event.type === 'connected') return () => event;
  if (event.type !== 'disconnected') return undefined;
  const { payload } = event as BaseEvent<string, unknown> as EventOf<'disconnected'>;
  const until = asyncScheduler.now() + payload.retryIn;
  return () => ({
    ...event,
    payload: { ...payload, retryIn: Math.max(0, until - asyncScheduler.now()) },
  });
}
