/** Removes the repetitions in merged streams. */
import { defer, filter, type MonoTypeOperatorFunction } from 'rxjs';
import { check, checkKeys } from '../config/check.ts';
import { eventIdentity } from '../model/eventIdentity.ts';
import type { BaseEvent } from '../model/events.ts';
import { FifoSet } from '../internal/fifoMap.ts';

/** The options of {@link distinctEvents}. */
export interface DistinctEventsConfig {
  /**
   * The number of newest events to remember, by their ids.
   * @defaultValue `10_000`
   */
  capacity?: number | undefined;
}

/**
 * Emits each event once: for a post that comes on `user` and on `hashtag`, the first of the two.
 *
 * ```text
 * source  -a-b-a-c|
 * result  -a-b---c|
 * ```
 *
 * Two events are the same if they are an `update`, `notification` or `delete` with the same id; a `status.update`
 * with the same id, `edited_at`, quote state and poll votes; an `announcement` with the same id and `updated_at`;
 * or a `conversation` with the same id, last post and `unread`. All other events pass: connection events, unknown
 * events and those without an id, and `announcement.reaction` and `announcement.delete`, which may happen a second
 * time.
 *
 * A boost has an id of its own: a post and its boost are different events. Ids belong to one server: streams of two
 * servers must not share one `distinctEvents`. A repetition passes if `capacity` other events have come between. A
 * late `update` of a deleted post also passes: `toTimeline` remembers deletions.
 *
 * Emits when the source emits an event that is new; errors and completes when the source does.
 *
 * ```ts
 * merge(timelines.user(), timelines.hashtag('rxjs'))
 *   .pipe(distinctEvents(), ofType('update'))
 *   .subscribe(({ payload }) => console.log(payload.id));
 * // 117701931858264064, once
 * ```
 *
 * @throws `MastodonIllegalArgumentError` if `capacity` is not a whole number above 0.
 */
export function distinctEvents<T extends BaseEvent<string, unknown>>(
  config: DistinctEventsConfig = {},
): MonoTypeOperatorFunction<T> {
  checkKeys('option of distinctEvents', config, ['capacity']);
  const { capacity = 10_000 } = config;
  check(
    Number.isInteger(capacity) && capacity > 0,
    'capacity must be a whole number of events, 1 or more',
  );

  return (source) =>
    defer(() => {
      const seen = new FifoSet(capacity);
      return source.pipe(
        filter((event) => {
          const identity = eventIdentity(event);
          return identity === undefined || seen.add(identity);
        }),
      );
    });
}
