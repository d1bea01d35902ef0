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
   * How many posts the list has at most; the newest are kept.
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
   * How many ids of deleted posts are remembered.
   * @defaultValue `1_000`
   */
  tombstones?: number | undefined;
}

/**
 * Keeps the list of a timeline's posts: newest first by id, at most `limit` of them, a new array
 * whenever something in it changed, and only then. Posts that did not change are the same objects in
 * both arrays, so that a screen draws one row anew and not forty.
 *
 * The first list comes at once, empty or with the posts of `initial`; where those are a promise or an
 * Observable, it comes with them, and holds what the stream has brought meanwhile.
 *
 * - `update` puts a post where its id belongs. A post that is there already comes in only once; one that
 *   is older than the oldest of a full list does not come in at all.
 * - `status.update` takes the place of the post it edits, also within what boosts or quotes it. It adds
 *   no post: servers send edits of posts that never were in this timeline. Of two versions the newer
 *   `edited_at` wins, whichever comes first; so an edited post that comes as a boost or through
 *   `catchUp` replaces an older version. (A post's copy in a quote replaces nothing: of what it quotes
 *   itself it has the id alone.)
 * - `delete` removes the post and whatever boosts it, quotes it or boosts a quote of it. The id is
 *   remembered, among the newest `tombstones`: on `public` and `hashtag` streams the delete often comes
 *   before its post.
 *
 * An edit without a viewer, as `public` and `hashtag` streams send it, keeps what the list knew of the viewer:
 * `favourited`, `reblogged`, `bookmarked`, `muted`, `pinned`, own votes. Errors and completion of the source pass through; an error of `initial` does, too. The
 * time that an event takes does not depend on how many came before.
 *
 * ```ts
 * timelines.public().pipe(toTimeline({ limit: 40, initial: firstPage })).subscribe(render);
 * ```
 *
 * @throws `MastodonIllegalArgumentError` where `limit` or `tombstones` is no whole number, or `initial` brings
 * no array of posts.
 */
export function toTimeline(
  config: ToTimelineConfig = {},
): OperatorFunction<BaseEvent<string, unknown>, readonly Status[]> {
  const known = ['limit', 'initial', 'tombstones', ...SCROLLING_OPTIONS];
  checkKeys('option of toTimeline', config, known);
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
