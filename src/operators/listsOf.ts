/** Emits a list whenever a stream's events have changed it. */
import { Observable } from 'rxjs';
import { operate } from '../internal/operate.ts';
import type { BaseEvent } from '../model/events.ts';
import type { ScrollableList } from '../policies/olderPages.ts';

/** The options of lists that can be scrolled down. */
export const SCROLLING_OPTIONS = ['older$', 'older', 'onOlder', 'onGaps'];

/**
 * Emits the list whenever an event has changed it, and the lists of `pages$`. Subscribes to the source at once;
 * errors and completes when the source does.
 *
 * @param take - applies an event to the list, and returns whether to emit the list.
 * @param pages$ - emits the list when a page has changed it; never completes.
 */
export const listsOf = <Item>(
  source: Observable<BaseEvent<string, unknown>>,
  list: ScrollableList<Item>,
  take: (event: BaseEvent<string, unknown>) => boolean,
  pages$?: Observable<readonly Item[]>,
): Observable<readonly Item[]> =>
  new Observable((destination) => {
    pages$?.subscribe(destination); // ends with the source
    return source.subscribe(
      operate<BaseEvent<string, unknown>, readonly Item[]>({
        destination,
        next: (event) => {
          const hasChanged = take(event);
          if (event.type === 'caught-up') list.caughtUp = event;
          list.onEvent?.(event);
          if (hasChanged) destination.next(list.list());
        },
      }),
    );
  });
