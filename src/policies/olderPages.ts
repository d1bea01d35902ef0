/** Requests older pages for a list, one at a time, and keeps the list's gaps until pages close them. */
import {
  catchError,
  concat,
  EMPTY,
  exhaustMap,
  filter,
  map,
  NEVER,
  tap,
  type Observable,
} from 'rxjs';
import { check } from '../config/check.ts';
import { compareIds } from '../model/compareIds.ts';
import type { BaseEvent, EventOf, Gap } from '../model/events.ts';
import type { ItemsByKind, TimelinePage, TimelineStream } from '../model/timelineStream.ts';

/** The state of the pages below a list. */
export interface OlderState {
  /** True while a page is being requested. */
  readonly isLoading: boolean;
  /** True unless the last page was the end of the timeline. */
  readonly hasOlder: boolean;
  /** The `MastodonError` of the last request; undefined if it did not fail. */
  readonly error: unknown;
}

/** The options of lists that can be scrolled down. */
export interface OlderPagesConfig {
  /**
   * Each emission requests the next page below the list; an emission while a page is being requested is ignored. If
   * the emission is a `Gap`, it requests the items that are missing there instead. The list's limit grows by each
   * page. An empty list requests the newest page; if `backfill` is about to bring that, let `older$` begin with the
   * first item.
   * @defaultValue no older pages: the list holds `limit` items
   */
  older$?: Observable<unknown> | undefined;
  /**
   * The function that requests a page.
   * @defaultValue the source's own: that of a stream of this library, also through `shareTimeline()` and
   * `hideFiltered()`
   */
  older?: TimelineStream['older'] | undefined;
  /**
   * Called when a page is requested, when it has arrived, and when the request has failed. A failure does not end
   * the list.
   */
  onOlder?: ((state: OlderState) => void) | undefined;
  /**
   * Called when catching up has left gaps in the list, and when a gap is closed or becomes smaller, with all gaps
   * that remain, oldest first.
   */
  onGaps?: ((gaps: readonly Gap[]) => void) | undefined;
}

/** A list that can be scrolled down. */
export interface ScrollableList<Item> {
  /** The kind of its items. */
  readonly kind: keyof ItemsByKind;
  /** The number of items that it may hold. */
  limit: number;
  /** The last `caught-up` event, which may have come while the code for older pages was being loaded. */
  caughtUp?: BaseEvent<string, unknown>;
  /** Called with each event, after the list has taken it. */
  onEvent?: (event: BaseEvent<string, unknown>) => void;
  /** Returns the items, newest first. */
  list(): readonly Item[];
  /** Adds items, and returns whether the list has changed. */
  add(items: readonly Item[]): boolean;
}

/** Returns the function that requests older pages for a list; undefined if there is none. */
export const olderOf = (
  source: Observable<unknown>,
  { older }: OlderPagesConfig,
): TimelineStream['older'] | undefined => older ?? (source as Partial<TimelineStream>).older;

/**
 * Emits the list when a page that `older$` has requested has changed it. Failures are reported to `onOlder`. Never
 * completes: the list continues without older pages.
 */
export const olderPages = <Item extends AnyItem>(
  source: Observable<unknown>,
  config: OlderPagesConfig,
  list: ScrollableList<Item>,
): Observable<readonly Item[]> => new OlderPages(olderOf(source, config), config, list).lists();

type AnyItem = ItemsByKind[keyof ItemsByKind];

/** The id by which a kind of item is ordered. */
const idOf = (item: AnyItem): string =>
  ('last_status' in item ? item.last_status?.id : undefined) ?? item.id;

/** The list as it was when a page was requested. */
interface Request {
  readonly gap: Gap | undefined;
  readonly limit: number;
  /** The last item's id. */
  readonly bottom: string | undefined;
}

/** Keeps the state of one subscription: the end of its list, and whether there may be more below. */
class OlderPages<Item extends AnyItem> {
  readonly #config: OlderPagesConfig;
  readonly #list: ScrollableList<Item>;
  readonly #older: TimelineStream['older'] | undefined;
  #hasOlder = true;
  #isLoading = false;
  /** The ranges between the items in which some are missing, the oldest first. */
  #gaps: readonly Gap[] = [];
  /** The end of the last page, and the list's last item at that time: the page may have had no new items. */
  #end: { readonly lastId: string | undefined; readonly bottom: string | undefined } | undefined;

  constructor(
    older: TimelineStream['older'] | undefined,
    config: OlderPagesConfig,
    list: ScrollableList<Item>,
  ) {
    this.#older = older;
    this.#config = config;
    this.#list = list;
    if (list.caughtUp) this.#caughtUp(list.caughtUp as EventOf<'caught-up'>);
    list.onEvent = (event) => {
      if (event === list.caughtUp) this.#caughtUp(event as EventOf<'caught-up'>);
      // The item that was the last one has been evicted.
      if (this.#hasOlder || this.#end?.bottom === this.#lastItemId()) return;
      this.#hasOlder = true;
      this.#report(this.#isLoading);
    };
  }

  lists(): Observable<readonly Item[]> {
    const { older$ = EMPTY } = this.#config;
    return concat(older$, NEVER).pipe(
      map((request) => (isGap(request) ? request : undefined)),
      filter((gap) => this.#hasOlder || gap !== undefined),
      exhaustMap((gap) => this.#load(gap)),
      filter((hasChanged) => hasChanged),
      map(() => this.#list.list()),
    );
  }

  #caughtUp({ payload }: EventOf<'caught-up'>): void {
    const left = payload.gaps?.[this.#list.kind];
    if (left) this.#reportGaps([...this.#gaps, ...left]);
  }

  #load(gap: Gap | undefined): Observable<boolean> {
    const older = this.#older;
    check(older !== undefined, 'older$ needs a stream of createTimelines(), or the option older');
    const list = this.#list;
    const { limit } = list;
    // No item may leave the list meanwhile: the page continues below its present last item.
    list.limit = Infinity;
    const bottom = this.#lastItemId();
    this.#report(true);
    return older(gap ? gap.before : this.#bottomId(), { kind: list.kind }).pipe(
      map((page) => this.#take(page as TimelinePage<Item>, { gap, limit, bottom })),
      tap(() => this.#report(false)),
      catchError((error: unknown) => {
        list.limit = limit;
        this.#report(false, error);
        return EMPTY;
      }),
    );
  }

  #take(page: TimelinePage<Item>, { gap, limit, bottom }: Request): boolean {
    const list = this.#list;
    const items = gap
      ? page.items.filter((item) => compareIds(idOf(item), gap.after) > 0)
      : page.items;
    list.limit = Math.max(limit, list.list().length + items.length);
    const isBelow = bottom === this.#lastItemId();
    const hasChanged = list.add(items);
    if (gap) {
      const remaining = remainderOf(gap, page);
      this.#reportGaps(
        this.#gaps.flatMap((each) => (each.after === gap.after ? remaining : [each])),
      );
    } else {
      this.#hasOlder = page.hasMore || !isBelow;
      const end = this.#lastItemId();
      // If the page was requested before the first items came, it ends above them.
      this.#end = { lastId: lowerOf(page.lastId, end), bottom: end };
    }
    return hasChanged;
  }

  #bottomId(): string | undefined {
    const id = this.#lastItemId();
    return this.#end?.bottom === id ? this.#end?.lastId : id;
  }

  #lastItemId(): string | undefined {
    const last = this.#list.list().at(-1);
    return last && idOf(last);
  }

  #reportGaps(gaps: readonly Gap[]): void {
    this.#gaps = gaps;
    this.#config.onGaps?.(gaps);
  }

  #report(isLoading: boolean, error?: unknown): void {
    this.#isLoading = isLoading;
    this.#config.onOlder?.({ isLoading, hasOlder: this.#hasOlder, error });
  }
}

const lowerOf = (id: string | undefined, other: string | undefined): string | undefined =>
  id !== undefined && other !== undefined && compareIds(other, id) > 0 ? id : (other ?? id);

/** Returns the part of a gap that is still missing after a page of it has come. */
const remainderOf = (gap: Gap, { lastId, hasMore }: TimelinePage<unknown>): readonly Gap[] =>
  hasMore && lastId !== undefined && compareIds(lastId, gap.after) > 0
    ? [{ ...gap, before: lastId }]
    : [];

const isGap = (request: unknown): request is Gap =>
  typeof (request as Gap | null | undefined)?.after === 'string';
