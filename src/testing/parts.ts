/** Puts the parts of a fake Mastodon together. */
import { Archive } from './archive.ts';
import { Hub } from './channels.ts';
import type { FakeServerConfig } from './config.ts';
import { noFaults, Timers, type Faults } from './faults.ts';
import { Filters } from './filters.ts';
import { flavourOf, type Flavour } from './flavour.ts';
import type { FakeInstanceResponse } from './instance.ts';
import { Lists } from './lists.ts';
import type { ServerPlatform } from './platform.ts';
import { RateLimit } from './rateLimit.ts';
import { Streams } from './streams.ts';
import { Tokens } from './tokens.ts';
import { traitsOf, type Traits } from './version.ts';
import { Waiters } from './waiters.ts';
import { WebSockets } from './websockets.ts';

export interface Parts {
  readonly config: FakeServerConfig;
  readonly platform: ServerPlatform;
  readonly traits: Traits;
  readonly flavour: Flavour;
  readonly preamble: boolean;
  /** In ms. */
  readonly heartbeatInterval: number;
  /** Streams of a fork: path below `/api/v1/streaming/` → name. */
  readonly extraStreams: ReadonlyMap<string, string>;
  readonly hub: Hub;
  readonly waiters: Waiters;
  readonly streams: Streams;
  readonly webSockets: WebSockets;
  readonly tokens: Tokens;
  readonly lists: Lists;
  readonly archive: Archive;
  readonly filters: Filters;
  readonly rateLimit: RateLimit;
  readonly faults: Faults;
  readonly timers: Timers;
  readonly instanceResponses: { v1: FakeInstanceResponse; v2: FakeInstanceResponse };
}

/** Returns the parts of a new server. */
export function createParts(config: FakeServerConfig, platform: ServerPlatform): Parts {
  const { oldHeartbeats, publishDelay, pingInterval = 30_000, historyLimit = 2_000 } = config;
  const flavour = flavourOf(config.flavour ?? 'mastodon');
  const versionTraits = traitsOf(config.version ?? flavour.version);
  const traits =
    oldHeartbeats === undefined
      ? versionTraits
      : { ...versionTraits, heartbeat: oldHeartbeats ? ':thump\n' : ':thump\n\n' };
  const extraStreams = new Map(Object.entries(config.streams ?? {}));
  const [hub, waiters, lists, timers] = [new Hub(), new Waiters(), new Lists(), new Timers()];
  const tokens = new Tokens(platform.uuid);
  const faults = noFaults();
  lists.add('42');
  const filters = new Filters(platform.ids);
  const shared = {
    hub,
    waiters,
    traits,
    flavour,
    tokens,
    lists,
    filters,
    faults,
    timers,
    platform,
  };

  return {
    ...shared,
    config,
    extraStreams,
    preamble: config.preamble ?? true,
    heartbeatInterval: config.heartbeatInterval ?? 15_000,
    streams: new Streams(hub, filters, waiters),
    webSockets: new WebSockets({
      ...shared,
      extraNames: new Set(extraStreams.values()),
      pingInterval,
    }),
    archive: new Archive({
      ...{ historyLimit, hub, lists, tokens, flavour, ids: platform.ids },
      publishing: (publish) => {
        const delay = typeof publishDelay === 'function' ? publishDelay() : publishDelay;
        timers.after(delay, publish);
      },
    }),
    rateLimit: new RateLimit(),
    instanceResponses: { v1: 'default', v2: 'default' },
  };
}
