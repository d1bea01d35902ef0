/** Requests what a timeline had before: one page of its REST timeline. */
import { map, type Observable } from 'rxjs';
import type { Channel } from '../connect/channels.ts';
import type { Client } from '../connect/client.ts';
import type { TimelinePage } from '../model/timelineStream.ts';
import { pagingIdOf, recoveredEvent, type Kind } from './catchUp/eventPosition.ts';
import { pagesOf } from './catchUp/restPages.ts';

/**
 * Emits the page of `limit` items below `beforeId`, newest first, and completes; the newest page if there is no
 * `beforeId`. Items that do not fit their codec are left out. Errors that a retry may help are retried as in
 * catching up; any other comes through `error`.
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
      // A page may be short although there is more: what was deleted or blocked is taken out of it.
      hasMore: items.length > 0 && (hasLinks ? older !== undefined : items.length >= limit),
      lastId: items.flatMap((item) => pagingIdOf(kind, item) ?? []).at(-1),
    })),
  );
}
