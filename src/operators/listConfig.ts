/** Checks the options that `toNotifications()` and `toConversations()` have in common. */
import { check, checkCount, checkKeys } from '../config/check.ts';
import { SCROLLING_OPTIONS } from './listsOf.ts';
import type { OlderPagesConfig } from '../policies/olderPages.ts';

/** The options of lists that are made from a stream's events. */
export interface ToListConfig<Item> extends OlderPagesConfig {
  /**
   * The largest number of items in the list; the newest are kept.
   * @defaultValue `40`
   */
  limit?: number | undefined;
  /**
   * The items to start from: a page of the REST API, in any order. With `backfill` on the stream it is not needed.
   * @defaultValue none
   */
  initial?: readonly Item[] | undefined;
}

/** Checks the options; `more` are an operator's own. Returns the limit and the first items. */
export function resolveListConfig<Item>(
  name: string,
  config: ToListConfig<Item>,
  more: readonly string[] = [],
): { readonly limit: number; readonly initial: readonly Item[] } {
  checkKeys(`option of ${name}`, config, ['limit', 'initial', ...SCROLLING_OPTIONS, ...more]);
  const { limit = 40, initial = [] } = config;
  checkCount('limit', limit, 'items', 1);
  check(Array.isArray(initial), 'initial must be an array');
  return { limit, initial };
}
