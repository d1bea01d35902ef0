/** Declares the Observable that the stream methods return, which can also request older items. */
import type { Observable } from 'rxjs';
import type { Conversation } from './entities/conversation.ts';
import type { Notification } from './entities/notification.ts';
import type { Status } from './entities/status.ts';
import type { NoEvents, StreamEvent } from './events.ts';

/** The items of each kind, by the kind's name in a `Cursor`. */
export interface ItemsByKind {
  status: Status;
  notification: Notification;
  conversation: Conversation;
}

/** A page of a REST timeline. */
export interface TimelinePage<Item> {
  /** Newest first. */
  readonly items: readonly Item[];
  /** True if there may be older items. */
  readonly hasMore: boolean;
  /** The id to request the next page before; undefined if the page was empty. */
  readonly lastId: string | undefined;
}

/** The options of {@link TimelineStream.older}. */
export interface OlderConfig<Kind extends keyof ItemsByKind = keyof ItemsByKind> {
  /**
   * The number of items; servers give no more than 40 posts or conversations and 80 notifications.
   * @defaultValue `20`
   */
  limit?: number | undefined;
  /**
   * The kind of the items, on a stream that has several.
   * @defaultValue the first that the stream has: `'status'` on `user()`
   */
  kind?: Kind | undefined;
}

/**
 * A cold Observable of a stream's events that can also request older items of its timeline.
 *
 * `E` are the events of additional codecs; `Kind` names the items that {@link TimelineStream.older} returns.
 */
export interface TimelineStream<
  E = NoEvents,
  Kind extends keyof ItemsByKind = 'status',
> extends Observable<StreamEvent<E>> {
  /**
   * Returns a page of older items: those right below `beforeId`, newest first. Cold: each subscription is a
   * request over REST, with the token; it emits once and completes.
   *
   * `direct()` pages conversations, `userNotification()` notifications, the others posts; `user()` also
   * notifications, with `kind: 'notification'`. A conversation is paged by the id of its last post.
   *
   * @param beforeId - an id of such an item, or undefined for the newest page.
   * @throws `MastodonIllegalArgumentError` if the stream has no REST timeline (`channel()`) or no such kind, or if
   * an argument is wrong. A failed request errors with a `MastodonError`; network errors, 429 and 5xx are retried
   * five times first.
   * @see https://docs.joinmastodon.org/api/guidelines/#pagination
   */
  older<K extends keyof ItemsByKind = Kind>(
    beforeId: string | undefined,
    config?: OlderConfig<K>,
  ): Observable<TimelinePage<ItemsByKind[K]>>;
}
