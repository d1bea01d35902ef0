/** Declares the union of everything that a stream emits, and lists the names in it. */
import type * as t from 'io-ts';
import type { Announcement, AnnouncementReaction } from './entities/announcement.ts';
import type { Conversation } from './entities/conversation.ts';
import type { Notification } from './entities/notification.ts';
import type { Status } from './entities/status.ts';
import type { MastodonError, MastodonMalformedEventError } from './errors.ts';

/** The newest ids that were seen, by kind. The server pages each kind by ids of its own. */
export interface Cursor {
  /** The id of the newest post. */
  readonly status?: string | undefined;
  /** The id of the newest notification. */
  readonly notification?: string | undefined;
  /** The id of the newest conversation's last post: the server pages conversations by it. */
  readonly conversation?: string | undefined;
}

/** A range of a timeline in which something is missing. */
export interface Gap {
  /** The id after which something is missing. */
  readonly after: string;
  /** The id before which something is missing; undefined if it is the next one that the stream brings. */
  readonly before: string | undefined;
}

/** The ranges in which something is missing, by kind, the oldest range first. */
export type Gaps = Readonly<Partial<Record<keyof Cursor, readonly Gap[]>>>;

/** io-ts codecs by event name. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as io-ts's own t.Mixed
export type EventCodecs = Readonly<Record<string, t.Type<any, any>>>;

/** The default of `config.events`: no additional events. */
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- it is empty on purpose
export type NoEvents = Record<never, never>;

/** One event: what happened, with what, and on which stream. */
export interface BaseEvent<Type extends string, Payload> {
  /** The server's own name, or one of this library's connection events. */
  readonly type: Type;
  readonly payload: Payload;
  /** True if the event was missed, and then fetched over REST by `catchUp`. */
  readonly recovered?: true;
  /**
   * The parts that were left out of the payload because it did not fit, for example
   * `Status/card: PreviewCard | null`; never a value. Absent if everything fitted.
   */
  readonly problems?: readonly string[];
  /** The stream, as Mastodon names it: `['user']`, `['hashtag', 'rxjs']`, `['list', '42']`. */
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
  /** A new notification of the account. */
  notification: Notification;
  /** A post was deleted: its id, digit for digit. You may never have seen the post. */
  delete: string;
  /** A direct conversation has a new post. */
  conversation: Conversation;
  /** A new announcement of the server's staff, or an edited one. */
  announcement: Announcement;
  /** A reaction to an announcement, with the number of accounts that have chosen it. */
  'announcement.reaction': AnnouncementReaction;
  /** An announcement was deleted: its id. */
  'announcement.delete': string;
  /** The filters changed. Only Mastodon up to 4.2 and forks send it. */
  filters_changed: undefined;
  /** Filtered notifications were accepted: fetch notifications again (since Mastodon 4.3). */
  notifications_merged: undefined;
  /** An encrypted message. It is in Mastodon's API, but no server sends it. */
  encrypted_message: unknown;
}

/** An event that this version does not know, or a known one whose payload does not fit its codec. */
export interface UnknownPayload {
  /** The event's name, as sent. */
  readonly name: string;
  /** The parsed JSON; the text as sent if it is not JSON. */
  readonly data: unknown;
  /** The places where a known event's payload does not fit, e.g. `Status/account: Account`; never a value. */
  readonly problems?: readonly string[];
}

/** The payloads of the events that describe the connection. */
export interface ConnectionPayloads {
  /** The response's headers arrived. `attempt` counts the connections tried before in this subscription. */
  connected: { readonly attempt: number };
  /** A comment line, without its colon: `)` at first, then `thump` every 15 s. */
  heartbeat: { readonly comment: string };
  /** The connection was lost, and a retry follows in `retryIn` ms. */
  disconnected: { readonly error: MastodonError; readonly retryIn: number };
  /**
   * Catching up has ended (`catchUp` after a reconnect, `resumeFrom` or `backfill`): the number of recovered items,
   * whether they are complete, and the stream's position, including kinds without an event so far.
   */
  'caught-up': {
    readonly recovered: number;
    readonly complete: boolean;
    readonly cursor: Cursor;
    /** The ranges in which something is missing, if they are known: only with `complete: false`. */
    readonly gaps?: Gaps;
  };
  /** An event could not be read (only with `onMalformed: 'emit'`). `raw` is its text as far as it was kept. */
  malformed: { readonly error: MastodonMalformedEventError; readonly raw: string };
  /** A problem that does not end the stream. */
  warning: { readonly code: WarningCode; readonly message: string };
}

/**
 * Names the problem that a `warning` describes.
 *
 * - `'response-buffered'`: no response headers for 5 s, or nothing after them. Mastodon responds and sends a
 *   comment at once, so a proxy buffers the response.
 * - `'missing-notification-scope'`: the token may not read notifications, and a `user` stream omits them.
 * - `'catch-up-incomplete'`: some of what was missed could not be fetched, or not in time.
 * - `'redirected'`: the server redirected the request to another host.
 * - `'insecure-streaming-url'`: the server announces plain http for streaming, which is not followed.
 * - `'feed-disabled'`: the instance has disabled the feed that the stream shows, so that only deletes may come.
 * - `'unattributed-error'`: over WebSocket, the server refused a request, and it is unknown which one.
 * - `'malformed-message'`: over WebSocket, a message could not be read, and does not name its stream.
 * - `'unconfirmed-stream'`: over WebSocket, the server has not confirmed a stream, and may not have it.
 * - `'sse-unavailable'`: the server has no SSE, and `transport: 'auto'` streams over WebSocket instead.
 */
export type WarningCode =
  | 'response-buffered'
  | 'missing-notification-scope'
  | 'catch-up-incomplete'
  | 'redirected'
  | 'insecure-streaming-url'
  | 'feed-disabled'
  | 'unattributed-error'
  | 'malformed-message'
  | 'unconfirmed-stream'
  | 'sse-unavailable';

type Events<Payloads> = {
  [Type in keyof Payloads & string]: BaseEvent<Type, Payloads[Type]>;
}[keyof Payloads & string];

type CustomPayloads<E> = { [Name in keyof E]: E[Name] extends t.Any ? t.TypeOf<E[Name]> : never };

/** An event that the server sent, including those of additional codecs (`config.events`) and unknown ones. */
export type ServerEvent<E = NoEvents> =
  Events<ServerPayloads> | Events<CustomPayloads<E>> | BaseEvent<'unknown', UnknownPayload>;

/** An event that describes the connection. */
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

/**
 * The names of the events that describe the connection. A server event with such a name arrives as
 * `unknown`, so that it cannot be mistaken for one of them.
 */
export const CONNECTION_EVENTS = [
  'connected',
  'heartbeat',
  'disconnected',
  'caught-up',
  'malformed',
  'warning',
] as const satisfies readonly (keyof ConnectionPayloads)[];

const CONNECTION_EVENT_NAMES: ReadonlySet<string> = new Set(CONNECTION_EVENTS);

/** Tells whether an event describes the connection, like `connected`. Throws nothing. */
export function isConnectionEvent(event: { readonly type: string }): event is ConnectionEvent {
  return CONNECTION_EVENT_NAMES.has(event.type);
}

/** The names that are not available to `config.events`. */
export const RESERVED_EVENT_NAMES: ReadonlySet<string> = new Set([
  ...STREAM_EVENTS,
  ...CONNECTION_EVENTS,
  'unknown',
]);
