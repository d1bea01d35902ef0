import { of, toArray, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { compareIds } from '../../../src/model/compareIds.ts';
import {
  missedPages,
  newestItems,
  type MissedConfig,
  type MissedPage,
} from '../../../src/policies/catchUp/missedPages.ts';
import type { Page } from '../../../src/policies/catchUp/restPages.ts';
import { marbles } from '../../helpers/marbles.ts';

/** A timeline with these ids, which pages like Mastodon and records the queries. */
function timeline(ids: () => readonly string[]) {
  const queries: string[] = [];
  const getPage = (query: string | URL): Observable<Page> => {
    const text = query instanceof URL ? query.search.slice(1) : query;
    queries.push(text);
    const params = new URLSearchParams(text);
    const limit = Number(params.get('limit'));
    const [min, max, since] = ['min_id', 'max_id', 'since_id'].map((name) => params.get(name));
    const inRange = ids()
      .filter((id) => !min || compareIds(id, min) > 0)
      .filter((id) => !since || compareIds(id, since) > 0)
      .filter((id) => !max || compareIds(id, max) < 0);
    const page = min ? inRange.slice(0, limit) : inRange.slice(-limit);
    const items = page.map((id) => ({ id })).reverse();
    return of({ items, newer: undefined, older: undefined, hasLinks: false, wait: 0 });
  };
  return { queries, getPage };
}

const upTo = (count: number): string[] => Array.from({ length: count }, (_, at) => String(at + 1));

const CONFIG: MissedConfig = {
  ...{ kind: 'status', start: '0', after: '0', maxItems: 1_000 },
  isNew: () => true,
};

/** The ids of each page, the id up to which each page is complete, and whether something is left out. */
function read(pages$: Observable<MissedPage>) {
  const pages: string[][] = [];
  const newest: (string | undefined)[] = [];
  let isCut = false;
  marbles(({ flush }) => {
    pages$.pipe(toArray()).subscribe((all) => {
      for (const page of all) {
        pages.push(page.items.map(({ id }) => id ?? ''));
        newest.push(page.newest);
        isCut ||= page.isCut;
      }
    });
    flush();
  });
  return { pages, newest, isCut };
}

describe('missedPages', () => {
  it('requests a thousand pages that arrive synchronously', () => {
    const newest = 40_000;
    const getPage = (query: string | URL): Observable<Page> => {
      const params = new URLSearchParams(String(query).replace(/^.*\?/, ''));
      const first = params.has('min_id') ? Number(params.get('min_id')) + 1 : newest;
      const size = Math.min(Number(params.get('limit')), newest + 1 - first);
      const items = Array.from({ length: size }, (_, at) => ({ id: String(first + at) })).reverse();
      return of({ items, newer: undefined, older: undefined, hasLinks: false, wait: 0 });
    };
    const { pages } = read(missedPages(getPage, { ...CONFIG, maxItems: newest }));
    expect(pages).toHaveLength(1_000);
    expect(pages.flat()).toEqual(upTo(newest));
  });

  it('emits pages from the oldest to the newest item', () => {
    const { queries, getPage } = timeline(() => upTo(90));
    const { pages, isCut } = read(missedPages(getPage, CONFIG));
    expect(pages.flat()).toEqual(upTo(90));
    expect(pages.map(({ length }) => length)).toEqual([40, 40, 10]);
    expect(isCut).toBe(false);
    expect(queries).toEqual([
      ...['limit=40&min_id=0', 'limit=1'],
      ...['limit=40&min_id=40', 'limit=40&min_id=80'],
    ]);
  });

  it('sends one request if the first page has no new item', () => {
    const { queries, getPage } = timeline(() => upTo(30));
    const range = { start: '10', after: '30', isNew: () => false };
    expect(read(missedPages(getPage, { ...CONFIG, ...range })).pages).toEqual([[]]);
    expect(queries).toEqual(['limit=40&min_id=10']);
  });

  it('emits an item that arrived late, with an id below the newest one received', () => {
    const { getPage } = timeline(() => upTo(30));
    const range = { start: '10', after: '30', isNew: (id: string) => id === '27' };
    expect(read(missedPages(getPage, { ...CONFIG, ...range })).pages).toEqual([['27']]);
  });

  it('ends at the id that was the newest after the first page', () => {
    const ids = upTo(50);
    const { getPage } = timeline(() => {
      ids.push(String(ids.length + 1));
      return ids;
    });
    expect(read(missedPages(getPage, CONFIG)).pages.flat()).toEqual(upTo(53));
  });

  it('leaves out ids from `before` on', () => {
    const { queries, getPage } = timeline(() => upTo(90));
    const gap = { start: '20', after: '20', before: '30' };
    const { pages, newest } = read(missedPages(getPage, { ...CONFIG, ...gap }));
    expect(pages.flat()).toEqual(upTo(29).slice(20));
    expect(newest).toEqual(['29']); // the rest of that page is left out
    expect(queries).toEqual(['limit=40&min_id=20']);
  });

  it('ends with the page that reaches `end`', () => {
    const { queries, getPage } = timeline(() => upTo(30));
    read(missedPages(getPage, { ...CONFIG, end: '30' }));
    expect(queries).toEqual(['limit=40&min_id=0']);
  });

  it.each([
    [50, true],
    [90, false],
  ])('with maxItems %d of 90, is cut: %s', (maxItems, isCut) => {
    const { getPage } = timeline(() => upTo(90));
    const result = read(missedPages(getPage, { ...CONFIG, maxItems }));
    expect(result.pages.flat()).toEqual(upTo(maxItems));
    expect(result.isCut).toBe(isCut);
  });
});

describe('newestItems', () => {
  it('sends one request per page, and no further one', () => {
    const { queries, getPage } = timeline(() => upTo(90));
    const config = { kind: 'status', after: undefined, maxItems: 60 } as const;
    expect(read(newestItems(getPage, config))).toMatchObject({
      pages: [upTo(90).slice(30)],
      isCut: false,
    });
    expect(queries).toEqual(['limit=40', 'limit=20&max_id=51']);
  });

  it.each([
    [20, true],
    [40, false],
    [60, false],
  ])('after an id, with maxItems %d of 40, is cut: %s', (maxItems, isCut) => {
    const { getPage } = timeline(() => upTo(90));
    const result = read(newestItems(getPage, { kind: 'status', after: '50', maxItems }));
    expect(result.pages.flat()).toEqual(upTo(90).slice(-Math.min(40, maxItems)));
    expect(result.isCut).toBe(isCut);
  });

  it('emits one empty page for an empty timeline', () => {
    const { queries, getPage } = timeline(() => []);
    const config = { kind: 'status', after: undefined, maxItems: 60 } as const;
    expect(read(newestItems(getPage, config)).pages).toEqual([[]]);
    expect(queries).toEqual(['limit=40']);
  });
});
