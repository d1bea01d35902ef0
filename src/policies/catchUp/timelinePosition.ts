/** Keeps the position of a stream in its timeline: its cursor, the gaps below it, and the newest ids. */
import { compareIds } from '../../model/compareIds.ts';
import type { BaseEvent, Cursor, Gap, Gaps } from '../../model/events.ts';
import { positionOf, type Kind } from './eventPosition.ts';
import { RecentIds } from './recentIds.ts';

/**
 * The number of newest ids to request again. Servers publish slightly out of the order of their ids: GoToSocial by
 * some tens of ms, Mastodon on `public` and `hashtag`. It is half a page: the other half of the first request is
 * left for missed items.
 */
export const OVERLAP = 20;

/** The number of gaps of one kind to remember for the next catch-up. */
const MAX_GAPS = 8;

/** The position of a stream in one kind. */
interface Progress {
  recent: RecentIds;
  /** The newest id up to which everything was emitted, gaps aside. */
  cursor: string | undefined;
  /** The ids between which something is missing because a request failed, the oldest first. */
  gaps: readonly Gap[];
  /** True if the token may not read the kind; then the stream does not contain it either. */
  isForbidden: boolean;
  /** True if the backfill of the kind has been requested. */
  isBackfilled: boolean;
}

const NO_GAPS: readonly Gap[] = [];

/** The position of one subscription in its timeline, over all of its connections. */
export class TimelinePosition {
  /** Not a Map: a small object takes less memory, and there may be thousands. */
  readonly #progress: Partial<Record<Kind, Progress>> = {};

  constructor(cursor: Cursor = {}) {
    for (const [kind, id] of Object.entries(cursor) as [Kind, string | undefined][]) {
      if (id !== undefined) this.advance(kind, id);
    }
  }

  /** The ids to resume from: nothing is missing up to them. */
  get cursor(): Cursor {
    const entries = this.#entries().flatMap(([kind, { cursor, gaps }]) =>
      cursor === undefined ? [] : [[kind, gaps[0]?.after ?? cursor] as const],
    );
    return Object.fromEntries(entries);
  }

  /** Tells whether a kind's position is known. */
  isKnown(kind: Kind): boolean {
    return this.#progress[kind]?.cursor !== undefined;
  }

  /** Tells whether the token may not read a kind. */
  isForbidden(kind: Kind): boolean {
    return this.#progress[kind]?.isForbidden === true;
  }

  /** Notes that the token may not read a kind. */
  forbid(kind: Kind): void {
    this.#of(kind).isForbidden = true;
  }

  /** Tells whether the backfill of a kind has been requested. */
  isBackfilled(kind: Kind): boolean {
    return this.#progress[kind]?.isBackfilled === true;
  }

  /** Notes that the backfill of a kind has been requested. */
  setBackfilled(kind: Kind): void {
    this.#of(kind).isBackfilled = true;
  }

  /** Returns the id after which to request items, so that items that were published late are included. */
  overlapStart(kind: Kind): string {
    const { recent, cursor } = this.#of(kind);
    return recent.before(OVERLAP) ?? cursor ?? '0';
  }

  /** The newest id of a kind up to which everything was emitted. */
  newest(kind: Kind): string {
    return this.#of(kind).cursor ?? '0';
  }

  /** Returns the gaps of a kind that a failure left, except one at the cursor, which nothing has followed yet. */
  gapsOf(kind: Kind): readonly Gap[] {
    const progress = this.#of(kind);
    progress.gaps = progress.gaps.filter(({ before }) => before !== undefined);
    return progress.gaps;
  }

  /** Moves a kind's cursor, never back. */
  advance(kind: Kind, id: string): void {
    const progress = this.#of(kind);
    progress.recent.add(id);
    if (progress.cursor === undefined || compareIds(id, progress.cursor) > 0) progress.cursor = id;
  }

  /**
   * Notes an event that is about to be emitted, and returns whether it is new. An item that was emitted before is
   * not: REST and the stream may both bring it.
   */
  accept(event: BaseEvent<string, unknown>): boolean {
    const position = positionOf(event);
    if (position === undefined) return true;
    const { kind, id } = position;
    const progress = this.#of(kind);
    const isNew = progress.recent.add(id);
    if (progress.cursor === undefined || compareIds(id, progress.cursor) > 0) progress.cursor = id;
    const open = progress.gaps.at(-1);
    if (open !== undefined && open.before === undefined && event.recovered !== true) {
      progress.gaps = [...progress.gaps.slice(0, -1), { ...open, before: id }];
    }
    // A conversation is sent again with the same post when it is marked as read.
    return isNew || (kind === 'conversation' && event.recovered !== true);
  }

  /** Tells whether an item was emitted, as far as its id is remembered. */
  wasEmitted(kind: Kind, id: string): boolean {
    return this.#of(kind).recent.has(id);
  }

  /** Remembers that something is missing after the cursor, up to the first event that follows. */
  openGap(kind: Kind, before: string | undefined): void {
    const progress = this.#of(kind);
    if (progress.cursor === undefined) return;
    progress.gaps = [...progress.gaps, { after: progress.cursor, before }].slice(-MAX_GAPS);
  }

  /** Forgets the ids so far, so that items between them and the next ones are not requested again. */
  skip(kind: Kind): void {
    this.#of(kind).recent = new RecentIds();
  }

  /** Replaces the oldest gap of a kind by its remaining part; `undefined` removes it. */
  narrowGap(kind: Kind, after: string | undefined): void {
    const progress = this.#of(kind);
    const [gap, ...others] = progress.gaps;
    progress.gaps = gap && after !== undefined ? [{ ...gap, after }, ...others] : others;
  }

  /** All gaps by kind; undefined if nothing is missing. */
  gaps(): Gaps | undefined {
    const entries = this.#entries().flatMap(([kind, { gaps }]) =>
      gaps.length > 0 ? [[kind, gaps] as const] : [],
    );
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  }

  #entries(): [Kind, Progress][] {
    return Object.entries(this.#progress) as [Kind, Progress][];
  }

  #of(kind: Kind): Progress {
    return (this.#progress[kind] ??= {
      recent: new RecentIds(),
      cursor: undefined,
      gaps: NO_GAPS,
      isForbidden: false,
      isBackfilled: false,
    });
  }
}
