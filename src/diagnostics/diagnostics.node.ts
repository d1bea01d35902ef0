/** Publishes what happens in a stream on Node's `diagnostics_channel`. */
import { channel } from 'node:diagnostics_channel';
import { identity, tap } from 'rxjs';
import type { BaseEvent, ConnectionPayloads } from '../model/events.ts';
import type {
  Diagnose,
  Diagnosis,
  DiagnosticsConnection,
  DiagnosticsConnectionMessage,
  DiagnosticsEventMessage,
  ReportActivity,
} from './diagnostics.ts';

const connections = channel('mastodon-rx:connection');
const events = channel('mastodon-rx:event');

const SILENT: Diagnosis = { connecting: () => undefined, observe: () => identity };

export const diagnose: Diagnose = (stream, transport) => {
  // Looked up once per subscription: without listeners, events pass through no further operator.
  if (!connections.hasSubscribers && !events.hasSubscribers) return SILENT;

  let attempt = 0;
  const connection = (): DiagnosticsConnection => ({ stream, transport: transport(), attempt });
  const publish = (
    message: Omit<DiagnosticsConnectionMessage, keyof DiagnosticsConnection>,
  ): void => {
    connections.publish({
      ...connection(),
      ...message,
    } satisfies DiagnosticsConnectionMessage);
  };
  const publishStatus = ({ type, payload }: BaseEvent<string, unknown>): void => {
    if (type === 'connected') publish({ status: 'open' });
    else if (type === 'disconnected') {
      const { error, retryIn } = payload as ConnectionPayloads['disconnected'];
      publish({ status: 'waiting', error, retryIn });
    }
  };

  return {
    connecting: (current) => {
      attempt = current;
      publish({ status: 'connecting' });
    },
    observe: () =>
      tap({
        next: (event) => {
          publishStatus(event);
          if (events.hasSubscribers) {
            events.publish({ ...connection(), event } satisfies DiagnosticsEventMessage);
          }
        },
        error: (error: unknown) => {
          publish({ status: 'failed', error });
        },
        unsubscribe: () => {
          publish({ status: 'closed' });
        },
      }),
  };
};

const activity = channel('mastodon-rx:keep-active');

export const reportActivity: ReportActivity = (message) => {
  activity.publish(message);
};
