/** Decides what a stream recovers over REST, by its options and the kinds of its channel. */
import { resolveCatchUpConfig } from '../../config/resolve.ts';
import type { ResolvedCatchUpConfig, ResolvedStreamConfig } from '../../config/options.ts';
import type { Channel } from '../../connect/channels.ts';
import type { Cursor } from '../../model/events.ts';
import type { TransportName } from '../../transport/preferSse.ts';
import type { Kind } from './eventPosition.ts';

/** Decides what {@link catchUp} does, and when. */
export interface CatchUpPolicy {
  /** The options of `catchUp`; undefined if nothing is recovered after a reconnect. */
  readonly catchUp: ResolvedCatchUpConfig | undefined;
  /** The limits for the requests at the start: those of `catchUp`, or its defaults. */
  readonly limits: ResolvedCatchUpConfig;
  /** The ids to start after. */
  readonly resumeFrom: Cursor | undefined;
  /** The number of newest items of each kind to start with. */
  readonly backfill: Readonly<Partial<Record<Kind, number>>>;
  /**
   * Returns the transport. A WebSocket can be open before the server sends everything on it: it does not confirm
   * subscriptions, and may look something up before one takes effect.
   */
  readonly transportName: () => TransportName;
}

/** Returns the policy of a stream of this channel. */
export function policyOf(
  { restPaths }: Channel,
  { catchUp, backfill }: Pick<ResolvedStreamConfig, 'catchUp' | 'backfill'>,
  resumeFrom: Cursor | undefined,
  transportName: () => TransportName,
): CatchUpPolicy {
  const limits = resolveCatchUpConfig(catchUp || true);
  const counts = (Object.keys(restPaths) as Kind[])
    .map((kind) => [kind, (typeof backfill === 'number' ? backfill : backfill[kind]) ?? 0] as const)
    .filter(([, count]) => count > 0);
  return {
    catchUp: catchUp || resumeFrom !== undefined ? limits : undefined,
    ...{ limits, resumeFrom, backfill: Object.fromEntries(counts), transportName },
  };
}
