/** Node's `diagnostics_channel`: for whoever watches a process from within. */
import { channel } from 'node:diagnostics_channel';
import { tap } from 'rxjs';
import type { ConnectionMessage, Diagnose, EventMessage } from './diagnostics.ts';

const connections = channel('mastodon-rx:connection');
const events = channel('mastodon-rx:event');

export const diagnose: Diagnose = (connection) => (source) => {
  // Asked once for each connection: where nobody listens, nothing stands in the way of an event.
  if (!connections.hasSubscribers && !events.hasSubscribers) return source;

  const tell = (
    state: ConnectionMessage['state'],
    more: { readonly error?: unknown } = {},
  ): void => {
    connections.publish({ ...connection, state, ...more } satisfies ConnectionMessage);
  };
  return source.pipe(
    tap({
      subscribe: () => tell('connecting'),
      next: (event) => {
        if (event.type === 'connected') tell('open');
        if (events.hasSubscribers) {
          events.publish({ ...connection, event } satisfies EventMessage);
        }
      },
      error: (error: unknown) => tell('lost', { error }),
      unsubscribe: () => tell('closed'),
    }),
  );
};
