/** Holds the posts of a timeline, newest first, for `toTimeline()`. */
import { FifoMap, FifoSet } from '../internal/fifoMap.ts';
import { compareIds } from '../model/compareIds.ts';
import type { Status } from '../model/entities/status.ts';
import type { BaseEvent, StreamEvent } from '../model/events.ts';
import type { ScrollableList } from '../policies/olderPages.ts';
import { asShownIn, compareEdits, namedIn, withVersions, withViewer } from './statusVersions.ts';

/** Holds the posts of one subscription. Each public method that changes them returns whether the list has changed. */
export class Timeline implements ScrollableList<Status> {
  readonly kind = 'status';
  limit: number;
  /** Newest first, and no id twice. */
  #posts: Status[] = [];
  /** True if `#posts` was emitted, and must not change any more. */
  #isShared = false;
  /** The ids of the posts in the list that boost or quote a post, by the id of that post. */
  readonly #referencedBy = new Map<string, Set<string>>();
  readonly #deleted: FifoSet;
  /** The newest versions of posts that are not in the list: an edit may come before its post. */
  readonly #pendingEdits: FifoMap<Status>;

  constructor(limit: number, tombstones: number) {
    this.limit = limit;
    this.#deleted = new FifoSet(tombstones);
    this.#pendingEdits = new FifoMap(limit);
  }

  list(): readonly Status[] {
    this.#isShared = true;
    return this.#posts;
  }

  take(event: BaseEvent<string, unknown>): boolean {
    const { type, payload } = event as StreamEvent;
    switch (type) {
      case 'update':
        return this.#update(payload);
      case 'status.update':
        // Not every change is an edit: if a quote is revoked or votes are counted, `edited_at` stays.
        return this.#applyVersion(payload, isNewerOrOther);
      case 'delete':
        return this.#delete(payload);
      default:
        return false;
    }
  }

  add(page: readonly Status[]): boolean {
    return page.filter((post) => this.#update(post)).length > 0;
  }

  #update(post: Status): boolean {
    const hasBoosted = !!post.reblog && this.#applyEdit(post.reblog);
    const hasEntered = this.#insert(post);
    return this.#applyEdit(post) || hasEntered || hasBoosted;
  }

  #applyEdit(post: Status): boolean {
    return !!post.edited_at && this.#applyVersion(post, isNewer);
  }

  #delete(id: string): boolean {
    this.#deleted.add(id);
    this.#pendingEdits.delete(id);
    const gone = [...(this.#referencedBy.get(id) ?? []), id].sort(compareIds);
    let hasChanged = false;
    for (const one of gone) {
      const at = this.#positionOf(one);
      if (this.#posts[at]?.id !== one) continue;
      this.#remove(this.#mutablePosts().splice(at, 1)[0]!);
      hasChanged = true;
    }
    return hasChanged;
  }

  #insert(arrived: Status): boolean {
    const { id } = arrived;
    const at = this.#positionOf(id);
    if (at >= this.limit || this.#posts[at]?.id === id) return false;
    const ahead = this.#pendingEdits.get(id);
    const post = this.#refreshed(ahead && compareEdits(ahead, arrived) >= 0 ? ahead : arrived);
    if (this.#isDeleted(post)) return false;

    this.#pendingEdits.delete(id);
    const posts = this.#mutablePosts();
    while (posts.length >= this.limit) this.#remove(posts.pop()!);
    posts.splice(at, 0, post);
    this.#index(post);
    return true;
  }

  /** Removes a post from the references. A post that has left the list may still be boosted or quoted in it. */
  #remove(post: Status): void {
    this.#unindex(post);
    if (post.edited_at && !this.#deleted.has(post.id)) this.#pendingEdits.set(post.id, post);
  }

  /** Replaces older versions of a post: the post itself, and its copies in other posts. */
  #applyVersion(arrived: Status, replaces: (version: Status, copy: Status) => boolean): boolean {
    const { id } = arrived;
    // A post that boosts or quotes a deleted one is not shown, but may be quoted in one that is.
    if (this.#deleted.has(id)) return false;
    const version = this.#refreshed(arrived);
    let hasChanged = false;

    const at = this.#positionOf(id);
    const current = this.#posts[at];
    if (current?.id !== id) {
      const ahead = this.#pendingEdits.get(id);
      if (!ahead || replaces(version, ahead)) this.#pendingEdits.set(id, version);
    } else {
      const next = withViewer(version, current);
      if (replaces(next, current) && !this.#isDeleted(next)) {
        this.#replace(at, next);
        hasChanged = true;
      }
    }
    // A boost cannot be boosted or quoted.
    if (version.reblog) return hasChanged;
    for (const naming of [...(this.#referencedBy.get(id) ?? [])]) {
      const position = this.#positionOf(naming);
      const post = this.#posts[position]!;
      const renewed = withVersions(post, (copy, embeddedAs) => {
        if (copy.id !== id) return copy;
        const shown = withViewer(asShownIn(embeddedAs, version), copy);
        return replaces(shown, copy) ? shown : copy;
      });
      if (renewed === post || this.#isDeleted(renewed)) continue;
      this.#replace(position, renewed);
      hasChanged = true;
    }
    return hasChanged;
  }

  /** Returns a post with the newest known versions of the posts that it boosts and quotes. */
  #refreshed(post: Status): Status {
    return withVersions(post, (copy, embeddedAs) => {
      const inList = this.#posts[this.#positionOf(copy.id)];
      const newest = inList?.id === copy.id ? inList : this.#pendingEdits.get(copy.id);
      if (!newest || newest.reblog || !isNewer(newest, copy)) return copy;
      // The post that it quotes may have been edited since it was stored; a quoted post shows no quote.
      return embeddedAs === 'boosted' ? this.#refreshed(newest) : asShownIn(embeddedAs, newest);
    });
  }

  /** Returns an array that may be changed: a copy if the last one was emitted. */
  #mutablePosts(): Status[] {
    if (this.#isShared) this.#posts = this.#posts.slice();
    this.#isShared = false;
    return this.#posts;
  }

  /** Returns the index at which a post is, or would be. */
  #positionOf(id: string): number {
    let low = 0;
    let high = this.#posts.length;
    while (low < high) {
      // Most posts are newer than the whole list: compare with the first post first.
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
    this.#mutablePosts()[at] = post;
    this.#index(post);
  }

  #index(post: Status): void {
    for (const id of namedIn(post)) {
      const naming = this.#referencedBy.get(id);
      if (naming) naming.add(post.id);
      else this.#referencedBy.set(id, new Set([post.id]));
    }
  }

  #unindex(post: Status): void {
    for (const id of namedIn(post)) {
      const naming = this.#referencedBy.get(id);
      if (naming?.delete(post.id) && naming.size === 0) this.#referencedBy.delete(id);
    }
  }
}

const isNewer = (version: Status, copy: Status): boolean => compareEdits(version, copy) > 0;

/**
 * Tells whether a version replaces a copy: it was edited later, or differs without an edit. The server may send the
 * same version twice.
 */
function isNewerOrOther(version: Status, copy: Status): boolean {
  const order = compareEdits(version, copy);
  return order > 0 || (order === 0 && JSON.stringify(version) !== JSON.stringify(copy));
}
