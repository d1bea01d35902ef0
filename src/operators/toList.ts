/** Makes lists of a stream's events: what `toNotifications()` and `toConversations()` have in common. */
import { Observable, startWith } from 'rxjs';
import { check, checkCount, checkKeys } from '../config/check.ts';
import { operate } from '../internal/operate.ts';
import type { BaseEvent, StreamEvent } from '../model/events.ts';
import type { ItemsByKind } from '../model/timelineStream.ts';
import { withOlderPages, type OlderPagesConfig } from './olderPages.ts';
import type { OrderedList } from './orderedList.ts';

/** The options of lists that are made of a stream's events. */
export interface ToListConfig<Item> extends OlderPagesConfig {
  /**
   * How many items the list has at most; the newest are kept.
   * @defaultValue `40`
   */
  limit?: number | undefined;
  /**
   * The items to start from: a page of the REST API, in any order. `backfill` of the stream does without.
   * @defaultValue none
   */
  initial?: readonly Item[] | undefined;
}

/** Checks the options; `more` are those of one operator alone. Returns the limit and the first items. */
export function resolveListConfig<Item>(
  name: string,
  config: ToListConfig<Item>,
  more: readonly string[] = [],
): { readonly limit: number; readonly initial: readonly Item[] } {
  const known = ['limit', 'initial', 'older$', 'older', 'onOlder', 'onGaps'];
  checkKeys(`option of ${name}`, config, [...known, ...more]);
  const { limit = 40, initial = [] } = config;
  checkCount('limit', limit, 'items', 1);
  check(Array.isArray(initial), 'initial must be an array');
  return { limit, initial };
}

/**
 * Emits the list at first, and whenever an event or an older page has changed it. Errors and completes when the source
 * does.
 *
 * @param take - changes the list by an event, and returns whether it has.
 */
export function toList<Kind extends keyof ItemsByKind>(
  source: EventSource,
  kind: Kind,
  config: OlderPagesConfig,
  list: OrderedList<ItemsByKind[Kind]>,
  take: (event: StreamEvent) => boolean,
): Observable<readonly ItemsByKind[Kind][]> {
  const listsOf = (events$: EventSource): Observable<readonly ItemsByKind[Kind][]> =>
    new Observable((destination) =>
      events$.subscribe(
        operate<BaseEvent<string, unknown>, readonly ItemsByKind[Kind][]>({
          destination,
          next: (event) => {
            if (take(event as StreamEvent)) destination.next(list.list());
          },
        }),
      ),
    );
  return withOlderPages(listsOf, source, kind, config, list).pipe(startWith(list.list()));
}

type EventSource = Observable<BaseEvent<string, unknown>>;
