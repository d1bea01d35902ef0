/** Warns about a stream whose feed the instance has disabled: it opens, but has no posts. */
import { defer, filter, map, of, type Observable } from 'rxjs';
import type { Channel } from '../connect/channels.ts';
import type { Client } from '../connect/client.ts';
import { pluck } from '../connect/discovery.ts';
import type { EventOf } from '../model/events.ts';

/**
 * Emits a `warning` if the instance document says that the channel's feed, or a part of it, is disabled; completes
 * without one otherwise. Sends no request: discovery already has the document, unless it was skipped. An account
 * whose role may view the feed gets its posts anyway.
 *
 * @see https://docs.joinmastodon.org/entities/Instance/#timelines_access
 */
export const warnIfFeedIsDisabled = (
  client: Client,
  { stream }: Channel,
): Observable<EventOf<'warning'>> =>
  defer(() => of(client.discovery.current()?.access)).pipe(
    map((access) => disabledPartsOf(stream[0] ?? '', access)),
    filter((parts) => parts.length > 0),
    map((parts) => ({
      type: 'warning',
      payload: {
        code: 'feed-disabled',
        message: `${client.baseUrl.host} has disabled its ${parts.join(' and ')} feed: ${stream.join(' ')} may bring deletes only`,
      },
      stream,
    })),
  );

/** `['local']` for a stream whose local posts are disabled. */
function disabledPartsOf(name: string, access: unknown): string[] {
  const [feed = '', part] = name.split(':');
  const feeds = pluck(access, feed === 'hashtag' ? 'hashtag_feeds' : 'live_feeds');
  const parts = part === 'local' || part === 'remote' ? [part] : ['local', 'remote'];
  return parts.filter((each) => pluck(feeds, each) === 'disabled');
}
