/** Requests older pages for a list, one at a time, and the pages that close a gap in it. */
import {
  catchError,
  EMPTY,
  endWith,
  exhaustMap,
  filter,
  map,
  merge,
  takeWhile,
  tap,
  type Observable,
} from 'rxjs';
import { check } from '../config/check.ts';
import { compareIds } from '../model/compareIds.ts';
import type { BaseEvent, EventOf, Gap } from '../model/events.ts';
import type { ItemsByKind, TimelinePage, TimelineStream } from '../model/timelineStream.ts';

/** What is known of the items below a list. */
export interface OlderState {
  /** Whether a page is being requested. */
  readonly isLoading: boolean;
  /** Whether there may be older items. */
  readonly hasOlder: boolean;
  /** Why the last request failed: a `MastodonError`; undefined if it did not. */
  readonly error: unknown;
}

/** The options of lists that can be scrolled down. */
export interface OlderPagesConfig {
  /**
   * Requests the next page below the list, at each emission; an emission while a page is requested is ignored. An
   * emission that is a `Gap` requests what is missing there instead. The list may then hold so many more items.
   * @defaultValue the list holds what `limit` allows
   */
  older$?: Observable<unknown> | undefined;
  /**
   * Requests a page.
   * @defaultValue the source's own: that of a stream of this library, also through `shareTimeline()` and
   * `hideFiltered()`
   */
  older?: TimelineStream['older'] | undefined;
  /** Called when a page is requested, has come, or could not be requested; a failure does not end the list. */
  onOlder?: ((state: OlderState) => void) | undefined;
  /**
   * Called when catching up has left gaps in the list, and when one is closed or becomes smaller: with all that are
   * there, the oldest first.
   */
  onGaps?: ((gaps: readonly Gap[]) => void) | undefined;
}

/** A list that can be scrolled down. */
export interface ScrollableList<Item> {
  /** The number of items that it may hold. */
  limit: number;
  /** Returns the items, newest first. */
  list(): readonly Item[];
  /** Takes items in; returns whether the list has changed. */
  add(items: readonly Item[]): boolean;
}

/**
 * Emits the lists that the events of a source make, and the list when a page that `older$` has requested has changed
 * it. Errors and completes when the source does; what goes wrong with a page is reported to `onOlder`.
 *
 * @param listsOf - emits the lists that events make of `list`.
 */
export function withOlderPages<Kind extends keyof ItemsByKind>(
  listsOf: (source: EventSource) => Observable<readonly ItemsByKind[Kind][]>,
  source: EventSource,
  kind: Kind,
  config: OlderPagesConfig,
  list: ScrollableList<ItemsByKind[Kind]>,
): Observable<readonly ItemsByKind[Kind][]> {
  const pages = new OlderPages(source, kind, config, list);
  return merge(
    listsOf(source.pipe(tap((event) => pages.addGaps(event)))).pipe(endWith(undefined)),
    pages.changes().pipe(map(() => list.list())),
  ).pipe(takeWhile((each) => each !== undefined));
}

type EventSource = Observable<BaseEvent<string, unknown>>;

/** The id by which a kind of item is ordered. */
const idOf = (item: ItemsByKind[keyof ItemsByKind]): string =>
  ('last_status' in item ? item.last_status?.id : undefined) ?? item.id;

/** What one subscription knows of what is below its list, and of its gaps. */
class OlderPages<Kind extends keyof ItemsByKind> {
  readonly #kind: Kind;
  readonly #config: OlderPagesConfig;
  readonly #list: ScrollableList<ItemsByKind[Kind]>;
  readonly #older: TimelineStream['older'] | undefined;
  #hasOlder = true;
  /** Where the last page ended, and what the list's last item was then: the page may have had nothing to show. */
  #end: { readonly lastId: string | undefined; readonly bottom: string | undefined } | undefined;
  #gaps: readonly Gap[] = [];

  constructor(
    source: Observable<unknown>,
    kind: Kind,
    config: OlderPagesConfig,
    list: ScrollableList<ItemsByKind[Kind]>,
  ) {
    this.#kind = kind;
    this.#config = config;
    this.#list = list;
    this.#older = config.older ?? (source as Partial<TimelineStream>).older;
  }

  addGaps(event: BaseEvent<string, unknown>): void {
    if (event.type !== 'caught-up') return;
    const left = (event as EventOf<'caught-up'>).payload.gaps?.[this.#kind] ?? [];
    if (left.length > 0) this.#setGaps([...this.#gaps, ...left]);
  }

  /** Emits when the list has changed. */
  changes(): Observable<unknown> {
    const { older$ = EMPTY } = this.#config;
    return older$.pipe(
      map((request) => (isGap(request) ? request : undefined)),
      filter((gap) => this.#hasOlder || gap !== undefined),
      exhaustMap((gap) => this.#load(gap)),
      filter((hasChanged) => hasChanged),
    );
  }

  #load(gap: Gap | undefined): Observable<boolean> {
    const older = this.#older;
    check(older !== undefined, 'older$ needs a stream of createTimelines(), or the option older');
    this.#report(true);
    return older(gap ? gap.before : this.#bottomId(), { kind: this.#kind }).pipe(
      map((page) => this.#take(page, gap)),
      tap(() => this.#report(false)),
      catchError((error: unknown) => {
        this.#report(false, error);
        return EMPTY;
      }),
    );
  }

  #take(page: TimelinePage<ItemsByKind[Kind]>, gap: Gap | undefined): boolean {
    const list = this.#list;
    const items = gap
      ? page.items.filter((item) => compareIds(idOf(item), gap.after) > 0)
      : page.items;
    list.limit = Math.max(list.limit, list.list().length + items.length);
    const hasChanged = list.add(items);
    if (gap) {
      const rest = restOf(gap, page);
      this.#setGaps(this.#gaps.flatMap((each) => (each.after === gap.after ? rest : [each])));
    } else {
      this.#hasOlder = page.hasMore;
      this.#end = { lastId: page.lastId, bottom: this.#lastItemId() };
    }
    return hasChanged;
  }

  #bottomId(): string | undefined {
    const id = this.#lastItemId();
    return this.#end?.bottom === id ? (this.#end?.lastId ?? id) : id;
  }

  #lastItemId(): string | undefined {
    const last = this.#list.list().at(-1);
    return last && idOf(last);
  }

  #report(isLoading: boolean, error?: unknown): void {
    this.#config.onOlder?.({ isLoading, hasOlder: this.#hasOlder, error });
  }

  #setGaps(gaps: readonly Gap[]): void {
    this.#gaps = gaps;
    this.#config.onGaps?.(gaps);
  }
}

/** What is left of a gap after a page of it has come. */
const restOf = (gap: Gap, { lastId, hasMore }: TimelinePage<unknown>): readonly Gap[] =>
  hasMore && lastId !== undefined && compareIds(lastId, gap.after) > 0
    ? [{ ...gap, before: lastId }]
    : [];

const isGap = (request: unknown): request is Gap =>
  typeof (request as Gap | null | undefined)?.after === 'string';
