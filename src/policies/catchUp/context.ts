/** Declares the values that the parts of `catchUp` share. */
import type { Channel } from '../../connect/channels.ts';
import type { Client } from '../../connect/client.ts';
import type { StreamEvent } from '../../model/events.ts';
import type { Kind } from './eventPosition.ts';
import type { CatchUpPolicy } from './policy.ts';
import type { TimelinePosition } from './timelinePosition.ts';

/** A stream and its position. */
export interface CatchUpContext {
  readonly client: Client;
  readonly channel: Channel;
  readonly policy: CatchUpPolicy;
  readonly position: TimelinePosition;
}

/** Returns the kinds that are requested: those that the channel has REST paths for, and that the token may read. */
export const kindsOf = ({ channel, position }: CatchUpContext): Kind[] =>
  (Object.keys(channel.restPaths) as Kind[]).filter((kind) => !position.isForbidden(kind));

/** Makes the warning that something could not be fetched. */
export const incompleteWarning = (stream: readonly string[], reason: string): StreamEvent => ({
  type: 'warning',
  payload: {
    code: 'catch-up-incomplete',
    message: `Some of what was missed could not be fetched: ${reason}`,
  },
  stream,
});
