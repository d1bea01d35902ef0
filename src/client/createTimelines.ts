/** Declares the public API: every timeline of a server as a cold Observable. */
import { exhaustMap, firstValueFrom, ReplaySubject, share, timer, type Observable } from 'rxjs';
import {
  directChannel,
  forkChannel,
  hashtagChannel,
  listChannel,
  publicChannel,
  userChannel,
  userNotificationChannel,
  type Channel,
  type ChannelConfig,
  type HashtagConfig,
  type PublicConfig,
} from '../connect/channels.ts';
import { createClient } from '../connect/client.ts';
import {
  check,
  checkCount,
  checkId,
  checkKeys,
  checkOneOf,
  checkWait,
  isRecord,
} from '../config/check.ts';
import { HEALTH_INTERVAL, SOCKET_DEFAULTS, STREAM_DEFAULTS } from '../config/defaults.ts';
import {
  checkSocketConfig,
  pickStreamConfig,
  resolveResumeFrom,
  resolveStreamConfig,
} from '../config/resolve.ts';
import { checkEventCodecs } from '../decode/decodeEvents.ts';
import type { StreamConfig, TimelinesConfig } from '../config/options.ts';
import type { EventCodecs, NoEvents } from '../model/events.ts';
import type { ItemsByKind, OlderConfig, TimelineStream } from '../model/timelineStream.ts';
import { createStreams } from './streams.ts';

/**
 * The timelines of one server, as one user.
 *
 * Each method returns a cold Observable: it does nothing until subscribed to, opens one connection per
 * subscription, and closes it at once on unsubscription. What the methods take overrides what the client
 * was given. Wrong arguments throw `MastodonIllegalArgumentError` at the call; what goes wrong later
 * comes through `error`, as a `MastodonError`: `MastodonUnauthorizedError` where the token is none, or
 * may not read the stream, another `MastodonApiError` where the server refuses in other words, a
 * `MastodonNetworkError` where the connection cannot be made or is lost, and a
 * `MastodonMalformedEventError` where an event cannot be read. What a retry can help errors without
 * `reconnect` only. Since Mastodon 4.2 every stream needs a token of a user.
 *
 * @see https://docs.joinmastodon.org/methods/streaming/
 */
export interface Timelines<E = NoEvents> {
  /**
   * Home posts and notifications of the token's account (scope `read`, or `read:statuses` and
   * `read:notifications`). Since Mastodon 1.0.
   *
   * @throws `MastodonIllegalArgumentError` where an option is wrong; the stream errors as {@link Timelines} says.
   * @see https://docs.joinmastodon.org/methods/streaming/#user
   */
  user(config?: StreamConfig): TimelineStream<E>;
  /**
   * Notifications of the token's account (scope `read` or `read:notifications`). Since Mastodon 1.4.2.
   *
   * @throws `MastodonIllegalArgumentError` where an option is wrong; the stream errors as {@link Timelines} says.
   * @see https://docs.joinmastodon.org/methods/streaming/#notification
   */
  userNotification(config?: StreamConfig): TimelineStream<E, 'notification'>;
  /**
   * All public posts that the server knows; `local`, `remote` and `onlyMedia` narrow them (scope
   * `read:statuses`). Since Mastodon 1.0, `local` 1.1, `onlyMedia` 2.4, `remote` 3.1.4.
   *
   * @throws `MastodonIllegalArgumentError` where `local` and `remote` are both true, or another option is
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
   * @throws `MastodonIllegalArgumentError` where an option is wrong; the stream errors as {@link Timelines} says.
   * @see https://docs.joinmastodon.org/methods/streaming/#public-local
   */
  local(config?: Omit<PublicConfig, 'local' | 'remote'> & StreamConfig): TimelineStream<E>;
  /**
   * Public posts with a tag, which is given without the `#` (scope `read:statuses`). Since Mastodon 1.0,
   * `local` 1.1.
   *
   * @throws `MastodonIllegalArgumentError` where the tag is empty or begins with a `#`, or an option is
   * wrong; the stream errors as {@link Timelines} says.
   * @see https://docs.joinmastodon.org/methods/streaming/#hashtag-local
   * @see https://docs.joinmastodon.org/methods/streaming/#hashtag
   */
  hashtag(tag: string, config?: HashtagConfig & StreamConfig): TimelineStream<E>;
  /**
   * Posts of the accounts of a list of one's own (scope `read:lists` or `read`). Since Mastodon 2.1.
   *
   * @throws `MastodonIllegalArgumentError` where the id is no string, or an option is wrong; the stream errors
   * as {@link Timelines} says, with a `MastodonUnauthorizedError` (over SSE up to Mastodon 4.3 a
   * `MastodonNotFoundError`) where the list is not one's own.
   * @see https://docs.joinmastodon.org/methods/streaming/#list
   */
  list(list: string | { readonly id: string }, config?: StreamConfig): TimelineStream<E>;
  /**
   * Direct conversations of the token's account (scope `read:statuses`). Since Mastodon 2.4, as
   * `conversation` events since 2.6.
   *
   * @throws `MastodonIllegalArgumentError` where an option is wrong; the stream errors as {@link Timelines} says.
   * @see https://docs.joinmastodon.org/methods/streaming/#direct
   */
  direct(config?: StreamConfig): TimelineStream<E, 'conversation'>;
  /**
   * An endpoint that a fork adds, e.g. `{ name: 'public:bubble', path: 'public/bubble' }`; Mastodon has none
   * beside the above.
   *
   * @throws `MastodonIllegalArgumentError` where the name is empty, or the path is not one below
   * `/api/v1/streaming/`; the stream errors as {@link Timelines} says, with a `MastodonApiError` (400), or
   * a `MastodonNotFoundError` of a proxy's, where the server has no such endpoint.
   * @see https://docs.joinmastodon.org/methods/streaming/#streams
   */
  channel(config: ChannelConfig & StreamConfig): TimelineStream<E>;
  /**
   * Whether the streaming server is healthy, requested at once and then every `healthInterval` ms while there
   * are subscribers, who share the responses. On a server without the endpoint, whether the instance responds.
   * False on any failure; never errors, never completes. Since Mastodon 2.5.
   *
   * @see https://docs.joinmastodon.org/methods/streaming/#health
   */
  readonly healthy$: Observable<boolean>;
  /**
   * Whether the streaming server is healthy, requested once (`/api/v1/streaming/health`; no token is sent).
   * Since Mastodon 2.5.
   *
   * @throws `MastodonNetworkError` (as a rejection) if it cannot be reached, `MastodonNotFoundError` if the
   * server has no such endpoint.
   * @see https://docs.joinmastodon.org/methods/streaming/#health
   */
  isHealthy(): Promise<boolean>;
}

/**
 * Returns the timelines of the server at `baseUrl`. Opens nothing yet.
 *
 * ```ts
 * const timelines = createTimelines({ baseUrl: 'https://mastodon.social', accessToken: token });
 * timelines.user({ reconnect: true }).pipe(ofType('update')).subscribe(({ payload }) => …);
 * ```
 *
 * @throws `MastodonIllegalArgumentError` where the config is wrong; its message says what to do.
 */
export function createTimelines<E extends EventCodecs = NoEvents>(
  config: TimelinesConfig<E>,
): Timelines<E> {
  check(
    isRecord(config),
    "createTimelines needs an object: createTimelines({ baseUrl: 'https://mastodon.social' })",
  );
  checkKeys('option', config, OPTIONS);
  const { healthInterval = HEALTH_INTERVAL, events } = config;
  checkWait('healthInterval', healthInterval);
  for (const flag of FLAGS) {
    check(typeof (config[flag] ?? true) === 'boolean', `${flag} must be true or false`);
  }
  checkEventCodecs(events ?? {});
  checkSocketConfig(config);
  const streams = createStreams(createClient(config), config);
  const defaults = resolveStreamConfig(pickStreamConfig(config));

  const stream = <Kind extends keyof ItemsByKind = 'status'>(
    channel: Channel,
    streamConfig: StreamConfig,
  ): TimelineStream<E, Kind> => {
    const { resumeFrom, ...own } = streamConfig;
    const kinds = Object.keys(channel.rest) as (keyof ItemsByKind)[];
    const cursor = resolveResumeFrom(resumeFrom, kinds, channel.unlisted);
    const resolved = resolveStreamConfig(own, defaults);
    return Object.assign(streams.stream(channel, resolved, cursor), {
      older: (beforeId: string | undefined, { limit = 20, kind = kinds[0]! }: OlderConfig = {}) => {
        checkOneOf('kind', kind, kinds);
        checkId('beforeId', beforeId);
        checkCount('limit', limit, 'items', 1);
        return streams.older(channel, kind, beforeId, limit);
      },
    }) as TimelineStream<E, Kind>;
  };

  return {
    user: (streamConfig = {}) => stream(userChannel, streamConfig),
    userNotification: (streamConfig = {}) => stream(userNotificationChannel, streamConfig),
    public: ({ local, remote, onlyMedia, ...streamConfig } = {}) =>
      stream(publicChannel({ local, remote, onlyMedia }), streamConfig),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- here it is made
    local: ({ onlyMedia, ...streamConfig } = {}) =>
      stream(publicChannel({ local: true, onlyMedia }), streamConfig),
    hashtag: (tag, { local, ...streamConfig } = {}) =>
      stream(hashtagChannel(tag, { local }), streamConfig),
    list: (list, streamConfig = {}) => stream(listChannel(list), streamConfig),
    direct: (streamConfig = {}) => stream(directChannel, streamConfig),
    channel: ({ name, path, params, ...streamConfig }) =>
      stream(forkChannel({ name, path, params }), streamConfig),
    healthy$: timer(0, healthInterval).pipe(
      exhaustMap(() => streams.healthy$),
      share({ connector: () => new ReplaySubject(1) }),
    ),
    isHealthy: () => firstValueFrom(streams.health$),
  };
}

const FLAGS = ['allowInsecure', 'keepActive', 'multiplex'] as const;

const OPTIONS = [
  ...Object.keys(STREAM_DEFAULTS),
  ...['baseUrl', 'accessToken', 'streamingUrl', 'events', 'healthInterval', ...FLAGS],
  ...['dispatcher', 'userAgent', ...Object.keys(SOCKET_DEFAULTS)],
];
