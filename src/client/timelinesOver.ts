/** Makes the timelines of a server over any network. */
import { exhaustMap, firstValueFrom, ReplaySubject, share, timer } from 'rxjs';
import {
  directChannel,
  forkChannel,
  hashtagChannel,
  listChannel,
  publicChannel,
  userChannel,
  userNotificationChannel,
  type Channel,
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
import { checkEventCodecs } from '../decode/checkEventCodecs.ts';
import type { StreamConfig, TimelinesConfig } from '../config/options.ts';
import type { EventCodecs, NoEvents } from '../model/events.ts';
import type { ItemsByKind, OlderConfig, TimelineStream } from '../model/timelineStream.ts';
import type { Network } from './network.ts';
import { createStreams } from './streams.ts';
import type { Timelines } from './timelines.ts';

/**
 * Returns the timelines of the server at `baseUrl`, reached through `network`. Opens nothing yet.
 *
 * @throws `MastodonIllegalArgumentError` if the config is wrong; its message says what to do.
 */
export function createTimelinesOver<E extends EventCodecs = NoEvents>(
  network: Network,
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
  const streams = createStreams(createClient(config, network), config);
  const defaults = resolveStreamConfig(pickStreamConfig(config));

  const stream = <Kind extends keyof ItemsByKind = 'status'>(
    channel: Channel,
    streamConfig: StreamConfig,
  ): TimelineStream<E, Kind> => {
    const { resumeFrom, ...options } = streamConfig;
    const kinds = Object.keys(channel.restPaths) as (keyof ItemsByKind)[];
    const cursor = resolveResumeFrom(resumeFrom, kinds, channel.unlisted);
    const resolved = resolveStreamConfig(options, defaults);
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
