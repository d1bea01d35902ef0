/** Requests one page of older items from a REST timeline. */
import { map, type Observable } from 'rxjs';
import type { Channel } from '../connect/channels.ts';
import type { Client } from '../connect/client.ts';
import type { TimelinePage } from '../model/timelineStream.ts';
import { pagingIdOf, recoveredEvent, type Kind } from './catchUp/eventPosition.ts';
import { pagesOf } from './catchUp/restPages.ts';

/**
 * Emits the page of `limit` items before `beforeId`, newest first, and completes; without `beforeId`, the newest
 * page. Items that do not fit their codec are left out. Retryable errors are retried like those of `catchUp`; any
 * other error comes through `error`.
 */
export function olderPage(
  client: Client,
  channel: Channel,
  kind: Kind,
  beforeId: string | undefined,
  limit: number,
): Observable<TimelinePage<unknown>> {
  const query = new URLSearchParams({ limit: String(limit) });
  if (beforeId !== undefined) query.set('max_id', beforeId);
  return pagesOf(
    client,
    channel,
    kind,
  )(query.toString()).pipe(
    map(({ items, older, hasLinks }) => ({
      items: items
        .map((item) => recoveredEvent(kind, item, channel.stream))
        .filter(({ type }) => type !== 'unknown')
        .map(({ payload }) => payload),
      // A page may be short although there are more: deleted and blocked items are removed from it.
      hasMore: items.length > 0 && (hasLinks ? older !== undefined : items.length >= limit),
      lastId: items.flatMap((item) => pagingIdOf(kind, item) ?? []).at(-1),
    })),
  );
}
