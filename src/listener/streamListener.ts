/** Declares the base class of listeners, like Mastodon.py's. */
/* eslint-disable @typescript-eslint/no-empty-function, @typescript-eslint/no-unused-vars -- no-ops are what it is made of */
import type { Announcement, AnnouncementReaction } from '../model/entities/announcement.ts';
import type { Conversation } from '../model/entities/conversation.ts';
import type { Notification } from '../model/entities/notification.ts';
import type { Status } from '../model/entities/status.ts';
import type { ConnectionPayloads } from '../model/events.ts';
import type { StreamHandlers } from './handlers.ts';

/**
 * A listener whose methods do nothing: override some of them, and pass the listener to `toListener`.
 *
 * ```ts
 * class Bot extends StreamListener {
 *   override onNotification(notification: Notification): void {
 *     console.log(notification.type);
 *   }
 * }
 * toListener(timelines.user({ reconnect: true }), new Bot());
 * ```
 *
 * Every method receives the event's stream as its last argument, so that one listener can serve several streams. An
 * event that is not listed here goes to the method `on` and its name in PascalCase (`emoji_reaction` to
 * `onEmojiReaction`) if the subclass has it, otherwise to `onUnknownEvent`. An exception that a method throws is
 * reported as an unhandled error that names the method, and the stream continues.
 *
 * @see https://docs.joinmastodon.org/methods/streaming/#events
 */
export class StreamListener implements StreamHandlers {
  /** Every event from the server, unknown ones included, before the event's own method. */
  onAnyEvent(_name: string, _payload: unknown, _stream: readonly string[]): void {}

  /** A new post (since Mastodon 1.0). */
  onUpdate(_status: Status, _stream: readonly string[]): void {}

  /** A new post by an account of this server (its `account.acct` has no `@`), after `onUpdate`. */
  onLocalUpdate(_status: Status, _stream: readonly string[]): void {}

  /** A post was edited (since Mastodon 3.5). */
  onStatusUpdate(_status: Status, _stream: readonly string[]): void {}

  /** A new notification: a mention, a boost, a follower (since Mastodon 1.4.2). */
  onNotification(_notification: Notification, _stream: readonly string[]): void {}

  /**
   * A post was deleted, which may never have been on the stream (since Mastodon 1.0). The id is a string, digit for
   * digit.
   */
  onDelete(_id: string, _stream: readonly string[]): void {}

  /** The filters changed: fetch them again. Since Mastodon 2.4.3; after 4.2, only forks send it. */
  onFiltersChanged(_stream: readonly string[]): void {}

  /** A direct conversation has a new post (since Mastodon 2.6). */
  onConversation(_conversation: Conversation, _stream: readonly string[]): void {}

  /** An announcement was published, or edited (since Mastodon 3.1). */
  onAnnouncement(_announcement: Announcement, _stream: readonly string[]): void {}

  /** Somebody reacted to an announcement (since Mastodon 3.1). */
  onAnnouncementReaction(_reaction: AnnouncementReaction, _stream: readonly string[]): void {}

  /** An announcement was deleted (since Mastodon 3.1). The id is a string, digit for digit. */
  onAnnouncementDelete(_id: string, _stream: readonly string[]): void {}

  /** Filtered notifications were accepted: fetch notifications again (since Mastodon 4.3). */
  onNotificationsMerged(_stream: readonly string[]): void {}

  /** An encrypted message (since Mastodon 3.2). It is in Mastodon's API, but no server sends it. */
  onEncryptedMessage(_message: unknown, _stream: readonly string[]): void {}

  /** An event without a method of its own, or a known one whose payload does not fit its codec. */
  onUnknownEvent(_name: string, _data: unknown, _stream: readonly string[]): void {}

  /** A comment line, every 15 s, which shows that the server is alive. */
  onHeartbeat(_stream: readonly string[]): void {}

  /** A connection is open; `attempt` is 0 for the first one, and counts every connection that was tried. */
  onConnected(_connected: ConnectionPayloads['connected'], _stream: readonly string[]): void {}

  /**
   * The connection is lost, or could not be made: refused, silent, ended, malformed, 401. Called on every loss,
   * also when a retry follows.
   *
   * @param _error - a `MastodonError`, unless an operator before the listener failed with its own.
   * @param _stream - the stream that was lost; undefined if the error ended all of them.
   */
  onAbort(_error: Error, _stream: readonly string[] | undefined): void {}

  /** The connection is lost, and a retry follows in `retryIn` ms; called after `onAbort`. */
  onDisconnected(
    _disconnected: ConnectionPayloads['disconnected'],
    _stream: readonly string[],
  ): void {}

  /**
   * With `catchUp`: the items that were missed while the connection was lost have been emitted; it has their
   * number, and whether they are complete.
   */
  onCaughtUp(_caughtUp: ConnectionPayloads['caught-up'], _stream: readonly string[]): void {}

  /** An event could not be read, and the stream goes on: only with `onMalformed: 'emit'`. */
  onMalformed(_malformed: ConnectionPayloads['malformed'], _stream: readonly string[]): void {}

  /** A problem occurred that does not end the stream; `message` describes it. */
  onWarning(_warning: ConnectionPayloads['warning'], _stream: readonly string[]): void {}
}
