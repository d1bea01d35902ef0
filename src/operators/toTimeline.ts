/** Maps a stream's events to a list of posts, newest first, with edits and deletions applied. */
import {
  defaultIfEmpty,
  defer,
  filter,
  from,
  isObservable,
  map,
  merge,
  of,
  type Observable,
  type OperatorFunction,
} from 'rxjs';
import { check, checkCount, checkKeys } from '../config/check.ts';
import type { Status } from '../model/entities/status.ts';
import type { BaseEvent } from '../model/events.ts';
import { switchMapOnce } from '../internal/switchMapOnce.ts';
import { overRest$ } from '../client/lazyOverRest.ts';
import { listsOf, SCROLLING_OPTIONS } from './listsOf.ts';
import type { OlderPagesConfig } from '../policies/olderPages.ts';
import { Timeline } from './timeline.ts';

/** The options of {@link toTimeline}. */
export interface ToTimelineConfig extends OlderPagesConfig {
  /**
   * The largest number of posts in the list; the newest are kept.
   * @defaultValue `40`, a page of Mastodon's REST API
   */
  limit?: number | undefined;
  /**
   * The posts to start from: a page of the REST timeline, in any order. A promise or an Observable is subscribed to
   * after the stream was opened, so that no post is lost between the two; further pages of an Observable are added
   * as well.
   */
  initial?:
    readonly Status[] | PromiseLike<readonly Status[]> | Observable<readonly Status[]> | undefined;
  /**
   * The number of ids of deleted posts to remember.
   * @defaultValue `1_000`
   */
  tombstones?: number | undefined;
}

/**
 * Maps a stream's events to the list of posts that a screen shows: newest first by id, at most `limit` of them.
 *
 * ```text
 * source  -a-b-d|    a, b: update; d: delete of a
 * result  wx-y-z|    w: [], x: [a], y: [b, a], z: [b]
 * ```
 *
 * Each list is a new array, emitted only when something in it has changed. Unchanged posts are the same objects in
 * both arrays, so that a view renders only the changed rows.
 *
 * - `update` inserts a post by its id. A post that is already in the list is not added again, nor is a post that is
 *   older than the oldest one of a full list.
 * - `status.update` replaces the post that it edits, also within boosts and quotes of it. It adds no post: servers
 *   also send edits of posts that were never in this timeline. Of two versions, the one with the newer `edited_at`
 *   is shown, in whatever order they come, so an edited post that comes as a boost or through `catchUp` replaces an
 *   older version. (A post's copy in a quote replaces nothing: it has only the id of its own quote.)
 * - `delete` removes the post and every post that boosts it, quotes it or boosts a quote of it. The newest
 *   `tombstones` ids are remembered: on `public` and `hashtag` streams a delete often comes before its post.
 *
 * An edit without a viewer, as `public` and `hashtag` streams send it, keeps the viewer's fields of the post in the
 * list: `favourited`, `reblogged`, `bookmarked`, `muted`, `pinned`, own votes. The time that an event takes does
 * not grow with the number of events before it.
 *
 * Emits the first list at once, empty or with the posts of `initial`; if `initial` is a promise or an Observable,
 * when that emits, including the events since the subscription. Then emits when the list has changed. Errors when
 * the source or `initial` does; completes when the source does.
 *
 * ```ts
 * timelines
 *   .user({ backfill: 40, reconnect: true, catchUp: true })
 *   .pipe(toTimeline({ limit: 40 }))
 *   .subscribe((posts) => console.log(posts.length, posts[0]?.id));
 * // 0 undefined
 * // 1 117701931858264064
 * ```
 *
 * @throws `MastodonIllegalArgumentError` if `limit` or `tombstones` is not a whole number, or `initial` does not
 * provide an array of posts.
 */
export function toTimeline(
  config: ToTimelineConfig = {},
): OperatorFunction<BaseEvent<string, unknown>, readonly Status[]> {
  const allowed = ['limit', 'initial', 'tombstones', ...SCROLLING_OPTIONS];
  checkKeys('option of toTimeline', config, allowed);
  const { limit = 40, initial = [], tombstones = 1_000 } = config;
  checkCount('limit', limit, 'posts', 1);
  checkCount('tombstones', tombstones, 'ids', 0);
  check(
    isPage(initial) || isObservable(initial) || isPromise(initial),
    'initial must be an array of posts, a promise or an Observable',
  );

  return (source) =>
    defer(() => {
      const timeline = new Timeline(limit, tombstones);
      let isOut = false;

      const lists$ = listsOf(
        source,
        timeline,
        (event) => timeline.take(event) && isOut,
        (config.older$ ?? config.onGaps) &&
          overRest$.pipe(
            switchMapOnce(({ olderPages }) => olderPages(source, config, timeline)),
            filter(() => isOut),
          ),
      );

      const initial$ = (isPage(initial) ? of(initial) : from(initial)).pipe(
        defaultIfEmpty([]),
        filter((page) => {
          check(isPage(page), 'initial must bring an array of posts');
          const isDue = timeline.add(page) || !isOut;
          isOut = true;
          return isDue;
        }),
        map(() => timeline.list()),
      );
      return isPage(initial) ? merge(initial$, lists$) : merge(lists$, initial$);
    });
}

// Tells whether a value is an array. The type of `Array.isArray` does not narrow to readonly arrays.
const isPage: (value: unknown) => value is readonly Status[] = Array.isArray;

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null)?.then === 'function';
