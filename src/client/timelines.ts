/** Declares the public API: every timeline of a server as a cold Observable. */
import type { Observable } from 'rxjs';
import type { StreamConfig } from '../config/options.ts';
import type { ChannelConfig, HashtagConfig, PublicConfig } from '../connect/channels.ts';
import type { NoEvents } from '../model/events.ts';
import type { TimelineStream } from '../model/timelineStream.ts';

/**
 * The timelines of one server, as one user.
 *
 * Each method returns a cold Observable: it does nothing until subscribed to, opens one connection per
 * subscription, and closes it at once on unsubscription. What the methods take overrides what the client
 * was given. Wrong arguments throw `MastodonIllegalArgumentError` at the call; what goes wrong later
 * comes through `error`, as a `MastodonError`: `MastodonUnauthorizedError` if the token is none, or
 * may not read the stream, another `MastodonApiError` if the server refuses in other words, a
 * `MastodonNetworkError` if the connection cannot be made or is lost, and a
 * `MastodonMalformedEventError` if an event cannot be read. What a retry can help errors without
 * `reconnect` only. Since Mastodon 4.2 every stream needs a token of a user.
 *
 * @see https://docs.joinmastodon.org/methods/streaming/
 */
export interface Timelines<E = NoEvents> {
  /**
   * Home posts and notifications of the token's account (scope `read`, or `read:statuses` and
   * `read:notifications`). Since Mastodon 1.0.
   *
   * @throws `MastodonIllegalArgumentError` if an option is wrong; the stream errors as {@link Timelines} says.
   * @see https://docs.joinmastodon.org/methods/streaming/#user
   */
  user(config?: StreamConfig): TimelineStream<E>;
  /**
   * Notifications of the token's account (scope `read` or `read:notifications`). Since Mastodon 1.4.2.
   *
   * @throws `MastodonIllegalArgumentError` if an option is wrong; the stream errors as {@link Timelines} says.
   * @see https://docs.joinmastodon.org/methods/streaming/#notification
   */
  userNotification(config?: StreamConfig): TimelineStream<E, 'notification'>;
  /**
   * All public posts that the server knows; `local`, `remote` and `onlyMedia` narrow them (scope
   * `read:statuses`). Since Mastodon 1.0, `local` 1.1, `onlyMedia` 2.4, `remote` 3.1.4.
   *
   * @throws `MastodonIllegalArgumentError` if `local` and `remote` are both true, or another option is
   * wrong; the stream errors as {@link Timelines} says.
   * @see https://docs.joinmastodon.org/methods/streaming/#public-local
   * @see https://docs.joinmastodon.org/methods/streaming/#public-remote
   * @see https://docs.joinmastodon.org/methods/streaming/#public
   */
  public(config?: PublicConfig & StreamConfig): TimelineStream<E>;
  /**
   * Public posts of this server (scope `read:statuses`). Since Mastodon 1.1.
   *
   * @deprecated Use `public({ local: true })`.
   * @throws `MastodonIllegalArgumentError` if an option is wrong; the stream errors as {@link Timelines} says.
   * @see https://docs.joinmastodon.org/methods/streaming/#public-local
   */
  local(config?: Omit<PublicConfig, 'local' | 'remote'> & StreamConfig): TimelineStream<E>;
  /**
   * Public posts with a tag, which is given without the `#` (scope `read:statuses`). Since Mastodon 1.0,
   * `local` 1.1.
   *
   * @throws `MastodonIllegalArgumentError` if the tag is empty or begins with a `#`, or an option is
   * wrong; the stream errors as {@link Timelines} says.
   * @see https://docs.joinmastodon.org/methods/streaming/#hashtag-local
   * @see https://docs.joinmastodon.org/methods/streaming/#hashtag
   */
  hashtag(tag: string, config?: HashtagConfig & StreamConfig): TimelineStream<E>;
  /**
   * Posts of the accounts of a list of one's own (scope `read:lists` or `read`). Since Mastodon 2.1.
   *
   * @throws `MastodonIllegalArgumentError` if the id is no string, or an option is wrong; the stream errors
   * as {@link Timelines} says, with a `MastodonUnauthorizedError` (over SSE up to Mastodon 4.3 a
   * `MastodonNotFoundError`) if the list is not one's own.
   * @see https://docs.joinmastodon.org/methods/streaming/#list
   */
  list(list: string | { readonly id: string }, config?: StreamConfig): TimelineStream<E>;
  /**
   * Direct conversations of the token's account (scope `read:statuses`). Since Mastodon 2.4, as
   * `conversation` events since 2.6.
   *
   * @throws `MastodonIllegalArgumentError` if an option is wrong; the stream errors as {@link Timelines} says.
   * @see https://docs.joinmastodon.org/methods/streaming/#direct
   */
  direct(config?: StreamConfig): TimelineStream<E, 'conversation'>;
  /**
   * An endpoint that a fork adds, e.g. `{ name: 'public:bubble', path: 'public/bubble' }`; Mastodon has none
   * beside the above.
   *
   * @throws `MastodonIllegalArgumentError` if the name is empty, or the path is not one below
   * `/api/v1/streaming/`; the stream errors as {@link Timelines} says, with a `MastodonApiError` (400), or
   * a `MastodonNotFoundError` of a proxy's, if the server has no such endpoint.
   * @see https://docs.joinmastodon.org/methods/streaming/#streams
   */
  channel(config: ChannelConfig & StreamConfig): TimelineStream<E>;
  /**
   * Emits whether the streaming server is healthy, requested at once and then every `healthInterval` ms while there
   * are subscribers, who share the responses. On a server without the endpoint, whether the instance responds.
   * False on any failure; never errors, never completes. Since Mastodon 2.5.
   *
   * @see https://docs.joinmastodon.org/methods/streaming/#health
   */
  readonly healthy$: Observable<boolean>;
  /**
   * Resolves to whether the streaming server is healthy, requested once (`/api/v1/streaming/health`; no token is sent).
   * Since Mastodon 2.5.
   *
   * @throws `MastodonNetworkError` (as a rejection) if it cannot be reached, `MastodonNotFoundError` if the
   * server has no such endpoint.
   * @see https://docs.joinmastodon.org/methods/streaming/#health
   */
  isHealthy(): Promise<boolean>;
}
