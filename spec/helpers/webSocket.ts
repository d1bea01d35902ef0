import type { EventCodecs, NoEvents, Timelines, TimelinesConfig } from 'mastodon-rx';
import type { FakeMastodon } from 'mastodon-rx/testing';
import { timelinesOf } from './fake.ts';

/** The timelines of the fake's `alice` over a WebSocket, which is closed with its last stream. */
export const over = <E extends EventCodecs = NoEvents>(
  server: FakeMastodon,
  config?: Partial<TimelinesConfig<E>>,
): Timelines<E> => timelinesOf<E>(server, { transport: 'websocket', closeDelay: 1, ...config });
