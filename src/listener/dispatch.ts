/** Calls an event's handlers in order, and reports their exceptions. */
import { throwError } from 'rxjs';
import { STREAM_EVENTS, type ServerEvent, type StreamEvent } from '../model/events.ts';
import { truncateName } from '../internal/truncateName.ts';
import { handlerNameOf } from './handlerNameOf.ts';
import { ownHandlerNameOf } from './handlerNames.ts';
import type { Listener, StreamHandlers } from './handlers.ts';

/** Calls one handler, if the listener has it; `eventName` is for the report of an exception. */
type Call = <Name extends keyof StreamHandlers>(
  eventName: string,
  name: Name,
  ...args: Parameters<StreamHandlers[Name]>
) => void;

/** The handler of each event that Mastodon documents: its name follows from the event's. */
const SERVER_HANDLERS: ReadonlyMap<string, keyof StreamHandlers> = /* @__PURE__ */ new Map(
  STREAM_EVENTS.map((name) => [name, handlerNameOf(name)]),
);

/** Calls a listener's handlers, synchronously with the event. */
export interface Dispatch {
  event(event: StreamEvent): void;
  /** The error that ended everything. */
  abort(error: unknown): void;
}

/**
 * Returns the dispatch for a listener. `isClosed` is called before each handler, since the one before may have
 * closed the stream.
 */
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

  /** Calls the handler of an event that the library does not know. */
  const callByName = (name: string, data: unknown, stream: readonly string[]): void => {
    const handler = ownHandlerNameOf(name);
    if (handler !== undefined && has(handler)) invoke(name, handler, [data, stream]);
    else call(name, 'onUnknownEvent', name, data, stream);
  };

  const server = (event: ServerEvent): void => {
    const { type, payload, stream } = event;
    if (type === 'unknown') {
      const { name, data, problems } = payload;
      call(name, 'onAnyEvent', name, data, stream);
      // A typed handler relies on the codec that this payload did not fit.
      if (problems === undefined) callByName(name, data, stream);
      else call(name, 'onUnknownEvent', name, data, stream);
      return;
    }
    call(type, 'onAnyEvent', type, payload, stream);
    const handler = SERVER_HANDLERS.get(type);
    if (handler === undefined) {
      // An event of the user's own codecs.
      callByName(type, payload, stream);
      return;
    }
    // The handler of an event without a payload has only the stream as its argument.
    invoke(type, handler, payload === undefined ? [stream] : [payload, stream]);
    if (type === 'update' && !payload.account.acct.includes('@')) {
      call(type, 'onLocalUpdate', payload, stream);
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
          call(type, 'onDisconnected', payload, stream);
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

/** Wraps anything that a user's operator threw in an `Error`, which `onAbort` receives. */
const errorOf = (error: unknown): Error =>
  error instanceof Error ? error : new Error('The stream failed', { cause: error });

/**
 * Reports an error like RxJS reports an exception of `next`: to `config.onUnhandledError`, or as an uncaught
 * exception.
 */
function report(error: Error): void {
  throwError(() => error).subscribe();
}

/** Quotes a name that the server sent, without control characters. */
const quote = (name: string): string => JSON.stringify(truncateName(name));
