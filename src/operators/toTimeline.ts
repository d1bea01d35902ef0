/** Events in, out comes the list that a screen shows: newest first, edited, rid of what was deleted. */
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
   * The number of posts that the list has at most; the newest are kept.
   * @defaultValue `40`, a page of Mastodon's REST API
   */
  limit?: number | undefined;
  /**
   * The posts to start from: a page of the REST timeline, in any order. A promise or an Observable is
   * asked after the stream was opened, so that nothing falls between the two; further pages that an
   * Observable emits are taken in as well.
   */
  initial?:
    readonly Status[] | PromiseLike<readonly Status[]> | Observable<readonly Status[]> | undefined;
  /**
   * The number of ids of deleted posts that are remembered.
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
 * Each list is a new array, and comes only when something in it has changed. Posts that did not change are the same objects
 * in both arrays, so that a screen draws one row anew and not forty.
 *
 * - `update` puts a post at the place of its id. A post that is there already comes in only once; one that is older than
 *   the oldest of a full list does not come in at all.
 * - `status.update` takes the place of the post it edits, also within what boosts or quotes it. It adds no post: servers
 *   send edits of posts that never were in this timeline. Of two versions the newer `edited_at` wins, whichever comes
 *   first; so an edited post that comes as a boost or through `catchUp` replaces an older version. (A post's copy in a quote
 *   replaces nothing: of what it quotes itself it has the id alone.)
 * - `delete` removes the post and whatever boosts it, quotes it or boosts a quote of it. The id is remembered, among the
 *   newest `tombstones`: on `public` and `hashtag` streams the delete often comes before its post.
 *
 * An edit without a viewer, as `public` and `hashtag` streams send it, keeps the viewer's fields of the post in the list:
 * `favourited`, `reblogged`, `bookmarked`, `muted`, `pinned`, own votes. The time that an event takes does not depend on
 * how many came before.
 *
 * Emits the first list at once, empty or with the posts of `initial`; if those are a promise or an Observable, it comes with
 * them, and has what the stream has brought meanwhile. Then emits when the list has changed. Errors when the source or
 * `initial` does; completes when the source does.
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
 * @throws `MastodonIllegalArgumentError` if `limit` or `tombstones` is no whole number, or `initial` brings no array of
 * posts.
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

// Its own type does not know of readonly arrays.
const isPage: (value: unknown) => value is readonly Status[] = Array.isArray;

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null)?.then === 'function';
