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
 * subscription, and closes it at once on unsubscription. The options of a method override those of the client.
 * Wrong arguments throw `MastodonIllegalArgumentError` at the call. Later failures come through `error`, as a
 * `MastodonError`: `MastodonUnauthorizedError` if the token is missing, invalid, or lacks the scope for the stream;
 * another `MastodonApiError` if the server rejects the request with another status; `MastodonNetworkError` if the
 * connection cannot be made or is lost; and `MastodonMalformedEventError` if an event cannot be read. Retryable
 * failures reach `error` only if `reconnect` is off. Since Mastodon 4.2 every stream needs a user's token.
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
   * All public posts that the server has; `local`, `remote` and `onlyMedia` select some of them (scope
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
   * Posts of the accounts in one of your lists (scope `read:lists` or `read`). Since Mastodon 2.1.
   *
   * @throws `MastodonIllegalArgumentError` if the id is not a string, or an option is wrong; the stream errors as
   * {@link Timelines} says, with a `MastodonUnauthorizedError` (over SSE up to Mastodon 4.3 a
   * `MastodonNotFoundError`) if the list is not yours.
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
   * An endpoint that a fork adds, e.g. `{ name: 'public:bubble', path: 'public/bubble' }`. Mastodon has none of
   * these: the methods above are for its own.
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
   * Requests `/api/v1/streaming/health` once, without a token, and resolves with whether the streaming server is
   * healthy. Since Mastodon 2.5.
   *
   * @throws `MastodonNetworkError` (as a rejection) if it cannot be reached, `MastodonNotFoundError` if the
   * server has no such endpoint.
   * @see https://docs.joinmastodon.org/methods/streaming/#health
   */
  isHealthy(): Promise<boolean>;
}
