/** Requests the pages of a timeline after an id, or its newest ones. */
import { concat, concatMap, defer, EMPTY, expand, last, map, of, type Observable } from 'rxjs';
import { compareIds } from '../../model/compareIds.ts';
import { pagingIdOf, type Kind } from './eventPosition.ts';
import { pause, type Page } from './restPages.ts';

/** The largest page that Mastodon serves. */
export const PAGE_SIZE = 40;

/** Requests one page of a kind, by the query's parameters or at a URL that the server gave. */
export type GetPage = (query: string | URL) => Observable<Page>;

/** An item of a page, with the id by which it is paged. */
export interface PagedItem {
  readonly item: unknown;
  /** Undefined if the server sent none. */
  readonly id: string | undefined;
}

/** Items in ascending order of their ids. */
export interface MissedPage {
  readonly items: readonly PagedItem[];
  /** The id up to which the pages are complete. */
  readonly newest: string | undefined;
  /** True if `maxItems` was reached, and more is there. */
  readonly isCut: boolean;
}

/** The pages to request. */
export interface MissedConfig {
  readonly kind: Kind;
  /** Items after this id are requested. */
  readonly start: string;
  /** Items up to this id were emitted before, as far as the stream knows. */
  readonly after: string;
  /** Items from this id on are not wanted. */
  readonly before?: string | undefined;
  /** The pages end with the one that reaches this id. If undefined, it is the newest one there is. */
  readonly end?: string | undefined;
  readonly maxItems: number;
  /** Tells whether an item is new; other items do not count. */
  readonly isNew: (id: string) => boolean;
}

/**
 * Emits the pages after an id, the oldest first; each is requested after the one before has arrived.
 *
 * After the first page with a new item, the newest item is requested, and the pages end there: the connection was
 * open by then, and brings everything newer. Otherwise a timeline with a new post per round trip would never end.
 */
export function missedPages(getPage: GetPage, config: MissedConfig): Observable<MissedPage> {
  const { kind, start, after, before, maxItems, isNew } = config;
  let remaining = maxItems;
  let end = before ?? config.end;

  const read = (page: Page): MissedPage & Pick<Page, 'newer' | 'wait'> & { isLast: boolean } => {
    const all = ascending(kind, page.items);
    // The items after it belong to another request, so the position must not move past them here.
    const within = all.filter(
      ({ id }) => id === undefined || before === undefined || compareIds(id, before) < 0,
    );
    const wanted = within.filter(({ id }) => id === undefined || isNew(id));
    const items = wanted.slice(0, remaining);
    remaining -= items.length;
    const isCut = items.length < wanted.length;
    const newest = isCut ? items.at(-1)?.id : within.at(-1)?.id;
    const isLast =
      newest === undefined ||
      isCut ||
      within.length < all.length ||
      (end !== undefined && compareIds(newest, end) >= 0) ||
      (all.length < PAGE_SIZE && compareIds(newest, after) <= 0);
    return { items, newest, isCut, isLast, newer: page.newer, wait: page.wait };
  };

  const findEnd$ = defer(() => getPage('limit=1')).pipe(
    concatMap(({ items: [newest], wait }) => {
      end = pagingIdOf(kind, newest);
      return pause(wait);
    }),
  );

  return getPage(newerThan(start)).pipe(
    map(read),
    expand(({ newest, newer, wait, isLast }) =>
      newest === undefined || isLast
        ? EMPTY
        : concat(
            pause(wait),
            end === undefined ? findEnd$ : EMPTY,
            defer(() => {
              if (end !== undefined && compareIds(newest, end) >= 0) return EMPTY;
              if (remaining <= 0) return of(CUT);
              return getPage(newer ?? newerThan(newest)).pipe(map(read));
            }),
          ),
    ),
  );
}

const CUT = { items: [], newest: undefined, isCut: true, isLast: true, newer: undefined, wait: 0 };

const newerThan = (id: string): string => `limit=${PAGE_SIZE}&min_id=${id}`;

/** The newest items to request. */
export interface NewestConfig {
  readonly kind: Kind;
  /** Items after this id are requested; if undefined, from the timeline's beginning. */
  readonly after: string | undefined;
  /** Items before this id are requested; if undefined, up to the timeline's end. */
  readonly before?: string | undefined;
  readonly maxItems: number;
}

/**
 * Emits one page with the newest items between two ids, at most `maxItems` of them, and completes. `isCut` says
 * whether there are older ones after the first id.
 */
export function newestItems(
  getPage: GetPage,
  { kind, after, before, maxItems }: NewestConfig,
): Observable<MissedPage> {
  const bound = after === undefined ? '' : `&since_id=${after}`;
  const isAfter = ({ id }: PagedItem): boolean =>
    after === undefined || id === undefined || compareIds(id, after) > 0;
  const older = (id: string | undefined, count: number): Observable<Page> =>
    getPage(
      `limit=${Math.min(count, PAGE_SIZE)}${id === undefined ? '' : `&max_id=${id}`}${bound}`,
    );

  // One item more than needed shows whether there are more.
  const target = after === undefined ? maxItems : maxItems + 1;
  interface Collected {
    readonly items: readonly PagedItem[];
    readonly page: Page;
    /** The oldest id found; undefined if the page had nothing after `after`. */
    readonly oldest: string | undefined;
  }
  const collect = (newer: readonly PagedItem[], page: Page): Collected => {
    const found = ascending(kind, page.items).filter(isAfter);
    return {
      items: [...found, ...newer],
      page,
      oldest: found.find(({ id }) => id !== undefined)?.id,
    };
  };

  return older(before, target).pipe(
    map((page) => collect([], page)),
    expand(({ items, page, oldest }) =>
      oldest === undefined || items.length >= target
        ? EMPTY
        : concat(
            pause(page.wait),
            defer(() => older(oldest, target - items.length)),
          ).pipe(map((next) => collect(items, next))),
    ),
    last(),
    map(({ items }) => ({
      items: items.slice(-maxItems),
      newest: items.at(-1)?.id,
      isCut: items.length > maxItems,
    })),
  );
}

/** The items of a page in ascending order: servers list the newest first. */
function ascending(kind: Kind, items: readonly unknown[]): PagedItem[] {
  return items
    .map((item) => ({ item, id: pagingIdOf(kind, item) }))
    .sort((a, b) => compareIds(a.id ?? '', b.id ?? ''));
}
