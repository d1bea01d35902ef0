/** Makes the pages of a collection like Mastodon, and the links between them. */
import type { Query } from './exchange.ts';
import { compareIds } from './ids.ts';

export interface PageConfig<T> {
  readonly items: readonly T[];
  readonly idOf: (item: T) => string;
  readonly query: Query;
  /** The number of items on a page if `limit` is not set; the maximum is twice that. */
  readonly defaultLimit: number;
}

/**
 * Returns a page, newest first. `min_id` selects the page directly above that id; `since_id` the newest page above
 * it, which may leave out items between the two.
 */
export function pageOf<T>({ items, idOf, query, defaultLimit }: PageConfig<T>): T[] {
  const limit = limitOf(query, defaultLimit);
  const { max_id: max, since_id: since, min_id: min } = query;
  const isBelow = (id: string, other: Query[string]): boolean =>
    typeof other !== 'string' || other === '' || compareIds(id, other) < 0;
  const isAbove = (id: string, other: Query[string]): boolean =>
    typeof other !== 'string' || other === '' || compareIds(id, other) > 0;

  const sorted = items
    .filter((item) => isBelow(idOf(item), max))
    .sort((a, b) => compareIds(idOf(b), idOf(a)));
  if (typeof min === 'string' && min !== '') {
    const above = sorted.filter((item) => isAbove(idOf(item), min));
    return above.slice(Math.max(0, above.length - limit));
  }
  return sorted.filter((item) => isAbove(idOf(item), since)).slice(0, limit);
}

export function limitOf({ limit }: Query, defaultLimit: number): number {
  if (typeof limit !== 'string') return defaultLimit;
  // As in Ruby: a text that is not a number is 0, and -5 counts as 5.
  return Math.min(Math.abs(Number.parseInt(limit, 10) || 0), defaultLimit * 2);
}

/** Returns the `Link` header: `next` is older, `prev` newer. The query is sorted, as in Rails. */
export function linkOf(
  url: string,
  query: Query,
  kept: readonly string[],
  { next, prev }: { readonly next: string | undefined; readonly prev: string },
): string {
  const keptParameters = Object.entries(query).filter(([name]) => kept.includes(name));
  const link = (rel: string, name: string, id: string): string => {
    const parameters = new URLSearchParams();
    for (const [key, value] of [...keptParameters, [name, id] as const]) {
      for (const each of [value ?? ''].flat()) parameters.append(key, each);
    }
    parameters.sort();
    return `<${url}?${parameters.toString()}>; rel="${rel}"`;
  };
  const links = [link('prev', 'min_id', prev)];
  if (next !== undefined) links.unshift(link('next', 'max_id', next));
  return links.join(', ');
}
