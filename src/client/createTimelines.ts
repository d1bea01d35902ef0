/** Makes the timelines of a server over the platform's network. */
import { http } from '#http';
import type { TimelinesConfig } from '../config/options.ts';
import type { EventCodecs, NoEvents } from '../model/events.ts';
import { lazyImport } from '../platform/lazyImport.ts';
import { overRest$ } from './lazyOverRest.ts';
import type { Network } from './network.ts';
import type { Timelines } from './timelines.ts';
import { createTimelinesOver } from './timelinesOver.ts';

export type { Timelines };

/**
 * Returns the timelines of the server at `baseUrl`. Opens nothing yet.
 *
 * ```ts
 * const timelines = createTimelines({ baseUrl: 'https://mastodon.social', accessToken: token });
 * timelines.user({ reconnect: true }).pipe(ofType('update')).subscribe(({ payload }) => …);
 * ```
 *
 * @throws `MastodonIllegalArgumentError` if the config is wrong; its message says what to do.
 */
export function createTimelines<E extends EventCodecs = NoEvents>(
  config: TimelinesConfig<E>,
): Timelines<E> {
  return createTimelinesOver(NETWORK, config);
}

const NETWORK: Network = {
  http,
  overRest$,
  webSocket$: lazyImport(() => import('../transport/websocket/transport.ts')),
};
