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
 * Every handler by its name. Each gets the stream as its last argument; whoever has only one stream
 * leaves it out.
 *
 * The names follow from the union's: `status.update` has `onStatusUpdate`. An event that is added to the
 * union adds its handler here, and {@link StreamListener} does not compile until it has it.
 */
export interface StreamHandlers
  extends
    HandlersOf<ServerPayloads>,
    HandlersOf<Omit<ConnectionPayloads, 'heartbeat' | 'disconnected'>> {
  /** Every event of the server's, before the handler of its own; unknown ones too. */
  onAnyEvent(name: string, payload: unknown, stream: Stream): void;
  /** Each `update`, after `onUpdate`, whose author is on the server itself: `account.acct` has no `@`. */
  onLocalUpdate(status: Status, stream: Stream): void;
  /** An event that has no handler, or whose payload is not what its handler expects. */
  onUnknownEvent(name: string, data: unknown, stream: Stream): void;
  /** A comment line: the server is there. */
  onHeartbeat(stream: Stream): void;
  /**
   * The connection is lost, or could not be made: refused, silent, ended, malformed, 401. With
   * `reconnect` a retry may follow, and `handle.isAlive()` is true then.
   *
   * @param error - a `MastodonError`, unless an operator before the listener failed with its own.
   * @param stream - which stream was lost; undefined if the error ended everything.
   */
  onAbort(error: Error, stream: Stream | undefined): void;
  /**
   * The connection is lost, and a retry follows in `retryIn` ms. Called after `onAbort`, which has the same
   * error; not called if the error ended the stream.
   */
  onDisconnected(disconnected: ConnectionPayloads['disconnected'], stream: Stream): void;
}

/**
 * Anything with some of the handlers: a plain object, a `StreamListener`, a `CallbackStreamListener`.
 *
 * Events of one's own codecs (`config.events`) have handlers too, typed by their codec.
 */
export type Listener<Event extends BaseEvent<string, unknown> = StreamEvent> =
  // A condition that is always true, and that the compiler needs: from a mapped type alone it would not
  // know the parameters of functions in an object literal.
  [Event] extends [infer One extends BaseEvent<string, unknown>]
    ? Flat<Partial<StreamHandlers> & OwnHandlers<One>>
    : never;

type OwnHandlers<Event extends BaseEvent<string, unknown>> = {
  [One in Event as OwnHandlerNameOf<One['type']>]?: (
    payload: One['payload'],
    stream: Stream,
  ) => void;
};

/** As one object type, of which the compiler sees that a misspelt handler has nothing in common with it. */
type Flat<Handlers> = { [Name in keyof Handlers]: Handlers[Name] | undefined };

/** A handler that the library has itself is never one of an event of one's own. */
type OwnHandlerNameOf<Type extends string> = string extends Type
  ? never
  : Type extends (ServerEvent | ConnectionEvent)['type']
    ? never
    : Exclude<HandlerNameOf<Type>, keyof StreamHandlers>;
