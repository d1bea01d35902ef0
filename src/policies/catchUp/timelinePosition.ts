/** Keeps track of how far a stream has got: its cursor, what is missing below it, and the newest ids. */
import { compareIds } from '../../model/compareIds.ts';
import type { BaseEvent, Cursor, Gap, Gaps } from '../../model/events.ts';
import { positionOf, type Kind } from './eventPosition.ts';
import { RecentIds } from './recentIds.ts';

/**
 * The number of newest ids to request again. Servers publish a little out of the order of their ids:
 * GoToSocial some tens of ms, Mastodon on `public` and `hashtag`. Half a page leaves the other half of the
 * first request for what was missed.
 */
export const OVERLAP = 20;

/** The number of gaps of one kind to remember, to be filled by the next catch-up. */
const MAX_GAPS = 8;

/** The progress of a stream with one kind. */
interface Progress {
  recent: RecentIds;
  /** The newest id up to which everything was emitted, gaps aside. */
  cursor: string | undefined;
  /** The ids between which something is missing because a request failed, the oldest first. */
  gaps: readonly Gap[];
  /** True if the token may not read the kind, and the stream therefore does not bring it either. */
  isForbidden: boolean;
  /** True if what the stream was to begin with has been requested. */
  isBackfilled: boolean;
}

const NO_GAPS: readonly Gap[] = [];

/** The position of one subscription in its timeline, over all of its connections. */
export class TimelinePosition {
  /** No Map: a small object weighs less, and there may be thousands. */
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

  /** Tells whether what the stream was to begin with has been requested. */
  isBackfilled(kind: Kind): boolean {
    return this.#progress[kind]?.isBackfilled === true;
  }

  /** Notes that it has. */
  setBackfilled(kind: Kind): void {
    this.#of(kind).isBackfilled = true;
  }

  /** The id to request newer items of, including those that may come late. */
  overlapStart(kind: Kind): string {
    const { recent, cursor } = this.#of(kind);
    return recent.before(OVERLAP) ?? cursor ?? '0';
  }

  /** The newest id of a kind up to which everything was emitted. */
  newest(kind: Kind): string {
    return this.#of(kind).cursor ?? '0';
  }

  /** The gaps of a kind that a failure left, without one that nothing has followed: the cursor stands there. */
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
   * Takes an event that is about to be emitted. Returns whether it is new: an item that was emitted
   * before is not, be it that REST and the stream both bring it.
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
    // The same conversation comes again with the same post when it is read.
    return isNew || (kind === 'conversation' && event.recovered !== true);
  }

  /** Tells whether an item was emitted, as far as it is remembered. */
  wasEmitted(kind: Kind, id: string): boolean {
    return this.#of(kind).recent.has(id);
  }

  /** Remembers that something is missing after the cursor, up to the first event that follows. */
  openGap(kind: Kind, before: string | undefined): void {
    const progress = this.#of(kind);
    if (progress.cursor === undefined) return;
    progress.gaps = [...progress.gaps, { after: progress.cursor, before }].slice(-MAX_GAPS);
  }

  /** Forgets the ids up to here: what lies between them and the next ones is not to be requested again. */
  skip(kind: Kind): void {
    this.#of(kind).recent = new RecentIds();
  }

  /** Replaces the oldest gap of a kind by what is left of it; undefined if it is filled. */
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
