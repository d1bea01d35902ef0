/** Removes the posts that the viewer's own filters hide. */
import { filter, map, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import { checkKeys, checkOneOf } from '../config/check.ts';
import {
  FILTER_CONTEXTS,
  filterContextOf,
  isApplied,
  type HideContext,
} from '../model/appliedFilters.ts';
import type { Conversation } from '../model/entities/conversation.ts';
import type { Notification } from '../model/entities/notification.ts';
import type { Status } from '../model/entities/status.ts';
import type { BaseEvent } from '../model/events.ts';
import type { TimelinePage, TimelineStream } from '../model/timelineStream.ts';

export type { HideContext } from '../model/appliedFilters.ts';

/** The options of {@link hideFiltered}. */
export interface HideFilteredConfig {
  /**
   * The context in which the posts are shown.
   * @defaultValue that of the stream: `'home'` for posts of `user` and `list`, `'notifications'`, `'public'` for
   * public and hashtag streams, `'thread'` for direct conversations
   */
  context?: HideContext | undefined;
}

/**
 * Removes the events whose post matches a filter of the viewer with `filter_action: 'hide'`: the server only marks
 * posts that filters match, and the client must hide them.
 *
 * ```text
 * source  -a-h-b|
 * result  -a---b|    h: an update that a filter hides
 * ```
 *
 * The post itself, the post that it boosts and the post that it quotes are checked. Filters that have expired, and
 * those of other contexts, hide nothing; posts with `warn` and `blur` pass, with their marks. Such items are also
 * removed from the older pages of the result.
 *
 * Emits when the source emits an event that is not hidden; errors and completes when the source does.
 *
 * ```ts
 * timelines.user({ backfill: 40 }).pipe(hideFiltered(), toTimeline()).subscribe(render);
 * ```
 *
 * @throws `MastodonIllegalArgumentError` if an option is wrong.
 * @see https://docs.joinmastodon.org/entities/Filter/#filter_action
 */
export function hideFiltered<T extends BaseEvent<string, unknown>>(
  config: HideFilteredConfig = {},
): MonoTypeOperatorFunction<T> {
  checkKeys('option of hideFiltered', config, ['context']);
  const { context } = config;
  if (context !== undefined) checkOneOf('context', context, FILTER_CONTEXTS);

  return (source) => {
    /** The stream of the older pages, whose items do not name it. */
    let latest: readonly string[] = [];
    const isShown = (type: string, payload: unknown): boolean => {
      const post = postOf(type, payload);
      return !post || !hides(post, context ?? filterContextOf(type, latest));
    };
    const visible$ = source.pipe(
      filter(({ type, payload, stream }) => {
        latest = stream;
        return isShown(type, payload);
      }),
    );
    const { older } = source as Partial<TimelineStream>;
    if (older === undefined) return visible$;
    return Object.assign(visible$, { older: withoutHidden(older, isShown) });
  };
}

/** Returns the post of an event of this type, if it has one; other payloads have fields of the same names. */
function postOf(type: string, payload: unknown): Status | null | undefined {
  if (type === 'update' || type === 'status.update') return payload as Status;
  if (type === 'notification') return (payload as Notification).status;
  return type === 'conversation' ? (payload as Conversation).last_status : undefined;
}

function hides(post: Partial<Status>, context: HideContext): boolean {
  const { filtered, reblog, quote } = post;
  if (filtered?.some((result) => isApplied(result, 'hide', context))) return true;
  if (reblog && hides(reblog, context)) return true;
  const quoted = quote && ('quoted_status' in quote ? quote.quoted_status : quote);
  return !!quoted && 'content' in quoted && hides(quoted, context);
}

/** Removes from older pages the items that are removed from the stream. */
const withoutHidden =
  (older: TimelineStream['older'], isShown: (type: string, item: object) => boolean) =>
  (...request: Parameters<TimelineStream['older']>): Observable<TimelinePage<object>> =>
    older(...request).pipe(
      map((page: TimelinePage<object>) => ({
        ...page,
        items: page.items.filter((item) => isShown(typeOf(item), item)),
      })),
    );

/** Returns the type of the event that an item would have had on the stream. */
const typeOf = (item: object): string =>
  'last_status' in item ? 'conversation' : 'type' in item ? 'notification' : 'update';
