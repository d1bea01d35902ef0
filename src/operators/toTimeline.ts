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
import type { BaseEvent, StreamEvent } from '../model/events.ts';
import { compareIds } from '../model/compareIds.ts';
import { switchMapOnce } from '../internal/switchMapOnce.ts';
import { overRest$ } from '../client/lazyOverRest.ts';
import { listsOf, SCROLLING_OPTIONS } from './listsOf.ts';
import type { OlderPagesConfig, ScrollableList } from '../policies/olderPages.ts';
import { FifoMap, FifoSet } from '../internal/fifoMap.ts';
import { asShownIn, compareEdits, namedIn, withVersions, withViewer } from './statusVersions.ts';

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
        config,
        (event) => timeline.take(event) && isOut,
        config.older$ &&
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

// Array.isArray does not know of readonly arrays.
const isPage = (value: unknown): value is readonly Status[] => Array.isArray(value);

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null)?.then === 'function';

/** The posts of one subscription. Each method tells whether the list has changed. */
class Timeline implements ScrollableList<Status> {
  readonly kind = 'status';
  limit: number;
  gaps: ScrollableList<Status>['gaps'] = [];
  /** Newest first, and no id twice. */
  #posts: Status[] = [];
  /** Whether somebody holds `#posts`, which then must not change any more. */
  #isShared = false;
  /** The ids of the posts in the list that boost or quote a post, by the id of that post. */
  readonly #naming = new Map<string, Set<string>>();
  readonly #deleted: FifoSet;
  /** The newest versions of posts that are not in the list: an edit may come before its post. */
  readonly #ahead: FifoMap<Status>;

  constructor(limit: number, tombstones: number) {
    this.limit = limit;
    this.#deleted = new FifoSet(tombstones);
    this.#ahead = new FifoMap(limit);
  }

  list(): readonly Status[] {
    this.#isShared = true;
    return this.#posts;
  }

  take(event: BaseEvent<string, unknown>): boolean {
    const known = event as StreamEvent;
    switch (known.type) {
      case 'update':
        return this.#update(known.payload);
      case 'status.update':
        return this.#edit(known.payload);
      case 'delete':
        return this.#delete(known.payload);
      default:
        return false;
    }
  }

  add(page: readonly Status[]): boolean {
    let hasChanged = false;
    for (const post of page) hasChanged = this.#update(post) || hasChanged;
    return hasChanged;
  }

  #update(post: Status): boolean {
    const { reblog } = post;
    const hasTaught = !!reblog?.edited_at && this.#spread(reblog, isNewer);
    const hasEntered = this.#enter(post);
    return (!!post.edited_at && this.#spread(post, isNewer)) || hasEntered || hasTaught;
  }

  #edit(post: Status): boolean {
    // Not every change is an edit: a quote is revoked, votes are counted, and `edited_at` stays.
    return this.#spread(post, isNewerOrOther);
  }

  #delete(id: string): boolean {
    this.#deleted.add(id);
    this.#ahead.delete(id);
    const gone = [...(this.#naming.get(id) ?? []), id].sort(compareIds);
    let hasChanged = false;
    for (const one of gone) {
      const at = this.#positionOf(one);
      if (this.#posts[at]?.id !== one) continue;
      this.#leave(this.#own().splice(at, 1)[0]!);
      hasChanged = true;
    }
    return hasChanged;
  }

  #enter(arrived: Status): boolean {
    const { id } = arrived;
    const at = this.#positionOf(id);
    if (at >= this.limit || this.#posts[at]?.id === id) return false;
    const ahead = this.#ahead.get(id);
    const post = this.#refreshed(ahead && compareEdits(ahead, arrived) >= 0 ? ahead : arrived);
    if (this.#isDeleted(post)) return false;

    this.#ahead.delete(id);
    const posts = this.#own();
    if (posts.length === this.limit) this.#leave(posts.pop()!);
    posts.splice(at, 0, post);
    this.#index(post);
    return true;
  }

  /** A post that is in the list no more may still be boosted or quoted in it. */
  #leave(post: Status): void {
    this.#unindex(post);
    if (post.edited_at && !this.#deleted.has(post.id)) this.#ahead.set(post.id, post);
  }

  /** Puts a version in the place of those that it replaces: the post itself, and its copies in others. */
  #spread(arrived: Status, replaces: (version: Status, copy: Status) => boolean): boolean {
    const { id } = arrived;
    // One that names a deleted post is not shown itself, but may be quoted in one that is.
    if (this.#deleted.has(id)) return false;
    const version = this.#refreshed(arrived);
    let hasChanged = false;

    const at = this.#positionOf(id);
    const current = this.#posts[at];
    if (current?.id !== id) {
      const ahead = this.#ahead.get(id);
      if (!ahead || replaces(version, ahead)) this.#ahead.set(id, version);
    } else {
      const next = withViewer(version, current);
      if (replaces(next, current) && !this.#isDeleted(next)) {
        this.#replace(at, next);
        hasChanged = true;
      }
    }
    // A boost is neither boosted nor quoted.
    if (version.reblog) return hasChanged;
    for (const naming of [...(this.#naming.get(id) ?? [])]) {
      const position = this.#positionOf(naming);
      const post = this.#posts[position]!;
      const renewed = withVersions(post, (copy, place) => {
        if (copy.id !== id) return copy;
        const shown = withViewer(asShownIn(place, version), copy);
        return replaces(shown, copy) ? shown : copy;
      });
      if (renewed === post || this.#isDeleted(renewed)) continue;
      this.#replace(position, renewed);
      hasChanged = true;
    }
    return hasChanged;
  }

  /** The post with the newest versions known of those that it boosts and quotes. */
  #refreshed(post: Status): Status {
    return withVersions(post, (copy, place) => {
      const inList = this.#posts[this.#positionOf(copy.id)];
      const known = inList?.id === copy.id ? inList : this.#ahead.get(copy.id);
      if (!known || known.reblog || !isNewer(known, copy)) return copy;
      // What it quotes may have been edited after it was put aside; a quoted post shows no quote.
      return place === 'boosted' ? this.#refreshed(known) : asShownIn(place, known);
    });
  }

  /** The list, to change it; a young array of its own is by far the fastest to insert into. */
  #own(): Status[] {
    if (this.#isShared) this.#posts = this.#posts.slice();
    this.#isShared = false;
    return this.#posts;
  }

  /** Where a post is, or would be. */
  #positionOf(id: string): number {
    let low = 0;
    let high = this.#posts.length;
    while (low < high) {
      // Most of what arrives is newer than everything: the first is looked at first.
      const middle = low === 0 && high === this.#posts.length ? 0 : (low + high) >>> 1;
      if (compareIds(this.#posts[middle]!.id, id) > 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isDeleted(post: Status): boolean {
    return this.#deleted.has(post.id) || namedIn(post).some((id) => this.#deleted.has(id));
  }

  #replace(at: number, post: Status): void {
    this.#unindex(this.#posts[at]!);
    this.#own()[at] = post;
    this.#index(post);
  }

  #index(post: Status): void {
    for (const id of namedIn(post)) {
      const naming = this.#naming.get(id);
      if (naming) naming.add(post.id);
      else this.#naming.set(id, new Set([post.id]));
    }
  }

  #unindex(post: Status): void {
    for (const id of namedIn(post)) {
      const naming = this.#naming.get(id);
      if (naming?.delete(post.id) && naming.size === 0) this.#naming.delete(id);
    }
  }
}

const isNewer = (version: Status, copy: Status): boolean => compareEdits(version, copy) > 0;

/** The server may send the same twice. */
function isNewerOrOther(version: Status, copy: Status): boolean {
  const order = compareEdits(version, copy);
  return order > 0 || (order === 0 && JSON.stringify(version) !== JSON.stringify(copy));
}
