/** Maps a stream's events to a list of direct conversations. */
import { defer, startWith, type OperatorFunction } from 'rxjs';
import type { Conversation } from '../model/entities/conversation.ts';
import type { BaseEvent, StreamEvent } from '../model/events.ts';
import { resolveListConfig, type ToListConfig } from './listConfig.ts';
import { listsOf } from './listsOf.ts';
import { olderPages } from '../policies/olderPages.ts';
import { OrderedList } from './orderedList.ts';

/** The options of {@link toConversations}. */
export type ToConversationsConfig = ToListConfig<Conversation>;

/**
 * Maps the events of `direct()` to the list of conversations: the one with the newest post first, one entry per
 * conversation.
 *
 * ```text
 * source  -a-b-c|    a, b: conversations; c: a with a newer post
 * result  wx-y-z|    w: [], x: [a], y: [b, a], z: [c, b]
 * ```
 *
 * Each list is a new array, emitted only when something in it has changed. A `conversation` event moves its
 * conversation to the top; a `status.update` replaces the post that is shown, and a `delete` removes it from its
 * conversation, which stays.
 *
 * Emits the first list at once, then when the list has changed. Errors and completes when the source does.
 *
 * ```ts
 * timelines
 *   .direct({ backfill: 20 })
 *   .pipe(toConversations({ older$: more$ }))
 *   .subscribe(([newest]) => console.log(newest?.last_status?.content));
 * // <p>Did you get the parcel?</p>
 * ```
 *
 * @throws `MastodonIllegalArgumentError` if an option is wrong.
 */
export function toConversations(
  config: ToConversationsConfig = {},
): OperatorFunction<BaseEvent<string, unknown>, readonly Conversation[]> {
  const { limit, initial } = resolveListConfig('toConversations', config);
  return (source) =>
    defer(() => {
      /** The ids by which conversations are ordered if their newest post was deleted. */
      const places = new WeakMap<Conversation, string>();
      const keyOf = (item: Conversation) => ({
        id: item.id,
        order: item.last_status?.id ?? places.get(item) ?? '0',
      });
      const list = new OrderedList<Conversation>('conversation', limit, keyOf);
      list.add(initial);
      const take = (event: BaseEvent<string, unknown>): boolean => {
        const { type, payload } = event as StreamEvent;
        switch (type) {
          case 'conversation':
            return list.put(payload);
          case 'status.update': {
            const post = payload;
            return list.update((item) =>
              item.last_status?.id === post.id ? { ...item, last_status: post } : item,
            );
          }
          case 'delete':
            return list.update((item) => {
              if (item.last_status?.id !== payload) return item;
              const without = { ...item, last_status: null };
              places.set(without, payload);
              return without;
            });
          default:
            return false;
        }
      };
      const pages$ = olderPages(source, config, list);
      return listsOf(source, list, take, pages$).pipe(startWith(list.list()));
    });
}
