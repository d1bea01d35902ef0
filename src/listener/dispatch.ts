/** Which handlers an event calls, in which order, and what becomes of what they throw. */
import { throwError } from 'rxjs';
import type { BaseEvent, ServerEvent, StreamEvent } from '../events.ts';
import { shorten } from '../shorten.ts';
import { ownHandlerNameOf } from './handlerNames.ts';
import type { Listener, StreamHandlers } from './handlers.ts';

/** Calls one handler, where the listener has it; `eventName` is for the report of what it throws. */
type Call = <Name extends keyof StreamHandlers>(
  eventName: string,
  name: Name,
  ...args: Parameters<StreamHandlers[Name]>
) => void;

/** Calls a listener's handlers, in the turn in which the event came. */
export interface Dispatch {
  event(event: StreamEvent): void;
  /** The error that ended everything. */
  abort(error: unknown): void;
}

/** `isClosed` is asked before each call: the handler before may have closed the stream. */
export function dispatchTo(listener: Listener, isClosed: () => boolean): Dispatch {
  const handlers = listener as Readonly<Record<string, unknown>>;
  const has = (name: string): boolean => typeof handlers[name] === 'function';

  const invoke = (eventName: string, name: string, args: readonly unknown[]): void => {
    if (isClosed()) return;
    const fail = (cause: unknown): void => {
      report(new Error(`${name} failed at the event ${quote(eventName)}`, { cause }));
    };
    try {
      const handler = handlers[name];
      if (typeof handler !== 'function') return;
      const result: unknown = Reflect.apply(handler, listener, args);
      if (result instanceof Promise) result.catch(fail);
    } catch (error) {
      fail(error);
    }
  };
  const call: Call = (eventName, name, ...args) => {
    invoke(eventName, name, args);
  };

  /** An event whose name only the listener may know. */
  const own = (name: string, data: unknown, stream: readonly string[]): void => {
    const handler = ownHandlerNameOf(name);
    if (handler !== undefined && has(handler)) invoke(name, handler, [data, stream]);
    else call(name, 'onUnknownEvent', name, data, stream);
  };

  const server = (event: ServerEvent): void => {
    const { type, payload, stream } = event;
    if (type === 'unknown') {
      const { name, data, problems } = payload;
      call(name, 'onAnyEvent', name, data, stream);
      // A handler of its own relies on the codec that this payload did not fit.
      if (problems === undefined) own(name, data, stream);
      else call(name, 'onUnknownEvent', name, data, stream);
      return;
    }
    call(type, 'onAnyEvent', type, payload, stream);
    switch (type) {
      case 'update':
        call(type, 'onUpdate', payload, stream);
        if (!payload.account.acct.includes('@')) call(type, 'onLocalUpdate', payload, stream);
        return;
      case 'status.update':
        call(type, 'onStatusUpdate', payload, stream);
        return;
      case 'notification':
        call(type, 'onNotification', payload, stream);
        return;
      case 'delete':
        call(type, 'onDelete', payload, stream);
        return;
      case 'conversation':
        call(type, 'onConversation', payload, stream);
        return;
      case 'announcement':
        call(type, 'onAnnouncement', payload, stream);
        return;
      case 'announcement.reaction':
        call(type, 'onAnnouncementReaction', payload, stream);
        return;
      case 'announcement.delete':
        call(type, 'onAnnouncementDelete', payload, stream);
        return;
      case 'filters_changed':
        call(type, 'onFiltersChanged', stream);
        return;
      case 'notifications_merged':
        call(type, 'onNotificationsMerged', stream);
        return;
      case 'encrypted_message':
        call(type, 'onEncryptedMessage', payload, stream);
        return;
      default: {
        // Nothing of the union is left, so that this is an event of the user's own codecs.
        const { type: name, payload: data } = event satisfies never as BaseEvent<string, unknown>;
        own(name, data, stream);
      }
    }
  };

  return {
    event: (event) => {
      const { type, payload, stream } = event;
      switch (type) {
        case 'connected':
          call(type, 'onConnected', payload, stream);
          return;
        case 'heartbeat':
          call(type, 'onHeartbeat', stream);
          return;
        case 'disconnected':
          call(type, 'onAbort', payload.error, stream);
          return;
        case 'caught-up':
          call(type, 'onCaughtUp', payload, stream);
          return;
        case 'malformed':
          call(type, 'onMalformed', payload, stream);
          return;
        case 'warning':
          call(type, 'onWarning', payload, stream);
          return;
        default:
          server(event);
      }
    },
    abort: (error) => {
      call('error', 'onAbort', errorOf(error), undefined);
    },
  };
}

/** Whatever an operator of the user's may have thrown: `onAbort` gets an `Error`. */
const errorOf = (error: unknown): Error =>
  error instanceof Error ? error : new Error('The stream failed', { cause: error });

/** As RxJS reports what `next` throws: to `config.onUnhandledError`, else as an uncaught exception. */
function report(error: Error): void {
  throwError(() => error).subscribe();
}

/** The name comes from the server: a control character does not belong into a message either. */
const quote = (name: string): string => JSON.stringify(shorten(name));
