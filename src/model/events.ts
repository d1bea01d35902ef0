/** The union of everything that a stream emits, and the names that are taken in it. */
import type * as t from 'io-ts';
import type { Cursor } from './cursorOf.ts';
import type {
  Announcement,
  AnnouncementReaction,
  Conversation,
  Notification,
  Status,
} from './entities/index.ts';
import type { MastodonError, MastodonMalformedEventError } from './errors.ts';

/** io-ts codecs by event name. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as io-ts's own t.Mixed
export type EventCodecs = Readonly<Record<string, t.Type<any, any>>>;

/** No events of one's own. */
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- it is empty on purpose
export type NoEvents = Record<never, never>;

/** One event: what happened, with what, and on which stream. */
export interface BaseEvent<Type extends string, Payload> {
  /** The server's own name, or one of this library's connection events. */
  readonly type: Type;
  readonly payload: Payload;
  /** True where it was missed, and fetched over REST by `catchUp`. */
  readonly recovered?: true;
  /** As Mastodon names it: `['user']`, `['hashtag', 'rxjs']`, `['list', '42']`. */
  readonly stream: readonly string[];
}

/**
 * The payloads of the events that Mastodon documents.
 * @see https://docs.joinmastodon.org/methods/streaming/#events
 */
export interface ServerPayloads {
  /** A new post. */
  update: Status;
  /** A post was edited (since Mastodon 3.5). */
  'status.update': Status;
  notification: Notification;
  /** The id of a post that was deleted, digit for digit; perhaps of one that was never seen. */
  delete: string;
  /** A direct conversation has a new post. */
  conversation: Conversation;
  announcement: Announcement;
  'announcement.reaction': AnnouncementReaction;
  /** The id of an announcement that was deleted. */
  'announcement.delete': string;
  /** The filters changed. Up to Mastodon 4.2 and on forks: later servers never send it. */
  filters_changed: undefined;
  /** Filtered notifications were let through: fetch them anew (since Mastodon 4.3). */
  notifications_merged: undefined;
  /** Never carried out in Mastodon beyond its API. */
  encrypted_message: unknown;
}

/** An event that this version does not know, or a known one whose payload does not fit its codec. */
export interface UnknownPayload {
  /** The event's name, as sent. */
  readonly name: string;
  /** The parsed JSON; the text as sent where it is none. */
  readonly data: unknown;
  /** Where a known event's payload does not fit, e.g. `Status/account: Account`; never a value. */
  readonly problems?: readonly string[];
}

/** The payloads of the events that tell about the connection. */
export interface ConnectionPayloads {
  /** The response's headers arrived; `attempt`: how often this subscription had tried before. */
  connected: { readonly attempt: number };
  /** A comment line, as sent after its colon: `)` at first, then `thump` every 15 s. */
  heartbeat: { readonly comment: string };
  /** The connection was lost, and a retry follows in `retryIn` ms. */
  disconnected: { readonly error: MastodonError; readonly retryIn: number };
  /**
   * What was missed is there (`catchUp` after a reconnect, or `resumeFrom`): so many events, whether that
   * is all, and how far the stream has got, also with kinds of which nothing has come yet.
   */
  'caught-up': {
    readonly recovered: number;
    readonly complete: boolean;
    readonly cursor: Cursor;
  };
  /** An event could not be read; `raw` is its text as far as it was kept. */
  malformed: { readonly error: MastodonMalformedEventError; readonly raw: string };
  /** The stream looks alive, and something is not as it should be. */
  warning: { readonly code: WarningCode; readonly message: string };
}

/**
 * What a warning is about.
 *
 * `'no-preamble'`: no headers for 5 s, or nothing after them, where Mastodon answers and sends a comment at
 * once: a proxy that buffers. `'no-notifications'`: the token may not read notifications, which a `user` stream then
 * leaves out without a word. `'catch-up-failed'`: not everything that was missed could be fetched. `'redirected'`: the server sent the request elsewhere.
 * `'insecure-streaming-url'`: the server announces plain http for streaming, which is not followed.
 * Over WebSocket, to all streams of the socket: `'unclaimed-error'`: the server refused something, and it
 * could not be found out what; `'unreadable-message'`: a message that does not even tell whose it is. To one
 * stream: `'unconfirmed-stream'`: the server has not confirmed it, and may not have it.
 */
export type WarningCode =
  | 'no-preamble'
  | 'no-notifications'
  | 'catch-up-failed'
  | 'redirected'
  | 'insecure-streaming-url'
  | 'unclaimed-error'
  | 'unconfirmed-stream'
  | 'unreadable-message';

type Events<Payloads> = {
  [Type in keyof Payloads & string]: BaseEvent<Type, Payloads[Type]>;
}[keyof Payloads & string];

type CustomPayloads<E> = { [Name in keyof E]: E[Name] extends t.Any ? t.TypeOf<E[Name]> : never };

/** What the server sent, events of one's own codecs (`config.events`) and unknown ones included. */
export type ServerEvent<E = NoEvents> =
  Events<ServerPayloads> | Events<CustomPayloads<E>> | BaseEvent<'unknown', UnknownPayload>;

/** What happened to the connection. */
export type ConnectionEvent = Events<ConnectionPayloads>;

/** Everything that a stream emits; `type` tells what `payload` is. */
export type StreamEvent<E = NoEvents> = ServerEvent<E> | ConnectionEvent;

/** The member of the union with this `type`: `EventOf<'update'>`. */
export type EventOf<Type extends StreamEvent<E>['type'], E = NoEvents> = Extract<
  StreamEvent<E>,
  { readonly type: Type }
>;

/**
 * The names of the events that Mastodon documents.
 * @see https://docs.joinmastodon.org/methods/streaming/#events
 */
export const STREAM_EVENTS = [
  'update',
  'status.update',
  'notification',
  'delete',
  'conversation',
  'announcement',
  'announcement.reaction',
  'announcement.delete',
  'filters_changed',
  'notifications_merged',
  'encrypted_message',
] as const satisfies readonly (keyof ServerPayloads)[];

/** A server event of such a name arrives as `unknown`: it can never pass for one of ours. */
const CONNECTION_EVENTS = [
  'connected',
  'heartbeat',
  'disconnected',
  'caught-up',
  'malformed',
  'warning',
] as const;

/** The names that `config.events` cannot have. */
export const RESERVED_EVENT_NAMES: ReadonlySet<string> = new Set([
  ...STREAM_EVENTS,
  ...CONNECTION_EVENTS,
  'unknown',
]);
