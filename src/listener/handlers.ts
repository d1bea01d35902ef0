/**
 * Declares the handlers that a listener may have: one for each event of the union, and a few for other
 * notifications.
 */
import type { Status } from '../model/entities/status.ts';
import type {
  BaseEvent,
  ConnectionEvent,
  ConnectionPayloads,
  ServerEvent,
  ServerPayloads,
  StreamEvent,
} from '../model/events.ts';
import type { HandlerNameOf } from './handlerNameOf.ts';

/** The stream that an event came on, as Mastodon names it: `['user']`, `['list', '42']`. */
type Stream = readonly string[];

type HandlersOf<Payloads> = {
  [Type in keyof Payloads & string as HandlerNameOf<Type>]: (
    ...args: undefined extends Payloads[Type]
      ? unknown extends Payloads[Type]
        ? [payload: Payloads[Type], stream: Stream]
        : [stream: Stream]
      : [payload: Payloads[Type], stream: Stream]
  ) => void;
};

/**
 * Every handler by its name. Each receives the stream as its last argument, which a listener of one stream can
 * ignore.
 *
 * The names are derived from the union's: `status.update` has `onStatusUpdate`. An event that is added to the union
 * adds its handler here, and {@link StreamListener} does not compile without it.
 */
export interface StreamHandlers
  extends
    HandlersOf<ServerPayloads>,
    HandlersOf<Omit<ConnectionPayloads, 'heartbeat' | 'disconnected'>> {
  /** Every event from the server, before the event's own handler; unknown events, too. */
  onAnyEvent(name: string, payload: unknown, stream: Stream): void;
  /** Each `update` by an author of the same server (`account.acct` has no `@`), after `onUpdate`. */
  onLocalUpdate(status: Status, stream: Stream): void;
  /** An event that has no handler, or whose payload is not what its handler expects. */
  onUnknownEvent(name: string, data: unknown, stream: Stream): void;
  /** A comment line, which shows that the server is alive. */
  onHeartbeat(stream: Stream): void;
  /**
   * The connection is lost, or could not be made: refused, silent, ended, malformed, 401. With `reconnect` a retry
   * may follow; then `handle.isAlive()` is true.
   *
   * @param error - a `MastodonError`, unless an operator before the listener failed with its own.
   * @param stream - the stream that was lost; undefined if the error ended all of them.
   */
  onAbort(error: Error, stream: Stream | undefined): void;
  /**
   * The connection is lost, and a retry follows in `retryIn` ms. Called after `onAbort`, which has the same
   * error; not called if the error ended the stream.
   */
  onDisconnected(disconnected: ConnectionPayloads['disconnected'], stream: Stream): void;
}

/**
 * An object with some of the handlers: a plain object, a `StreamListener`, a `CallbackStreamListener`.
 *
 * Events of the user's own codecs (`config.events`) have handlers, too, typed by their codec.
 */
export type Listener<Event extends BaseEvent<string, unknown> = StreamEvent> =
  // This condition is always true. The compiler needs it: with a mapped type alone it could not infer the
  // parameters of functions in an object literal.
  [Event] extends [infer One extends BaseEvent<string, unknown>]
    ? Flat<Partial<StreamHandlers> & OwnHandlers<One>>
    : never;

type OwnHandlers<Event extends BaseEvent<string, unknown>> = {
  [One in Event as OwnHandlerNameOf<One['type']>]?: (
    payload: One['payload'],
    stream: Stream,
  ) => void;
};

/** Makes one object type, so that the compiler rejects an object whose only handler is misspelt. */
type Flat<Handlers> = { [Name in keyof Handlers]: Handlers[Name] | undefined };

/** The name of a handler for an event of the user's own codecs. It is never that of a library's own handler. */
type OwnHandlerNameOf<Type extends string> = string extends Type
  ? never
  : Type extends (ServerEvent | ConnectionEvent)['type']
    ? never
    : Exclude<HandlerNameOf<Type>, keyof StreamHandlers>;
