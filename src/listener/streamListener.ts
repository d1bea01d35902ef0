/** The class to subclass, as Mastodon.py has it. */
/* eslint-disable @typescript-eslint/no-empty-function, @typescript-eslint/no-unused-vars -- no-ops are what it is made of */
import type { Announcement, AnnouncementReaction } from '../model/entities/announcement.ts';
import type { Conversation } from '../model/entities/conversation.ts';
import type { Notification } from '../model/entities/notification.ts';
import type { Status } from '../model/entities/status.ts';
import type { ConnectionPayloads } from '../model/events.ts';
import type { StreamHandlers } from './handlers.ts';

/**
 * A listener whose methods do nothing: override those of interest, and hand it to `toListener`.
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
 * Every method gets the event's stream as its last argument, so that one listener can serve many. An
 * event that is not listed here goes to `on` and its name in PascalCase if the subclass has such a
 * method (`emoji_reaction` to `onEmojiReaction`), else to `onUnknownEvent`. What a method throws is
 * reported as an unhandled error that names it, and the stream goes on.
 *
 * @see https://docs.joinmastodon.org/methods/streaming/#events
 */
export class StreamListener implements StreamHandlers {
  /** Every event of the server's, unknown ones too, before the method of its own. */
  onAnyEvent(_name: string, _payload: unknown, _stream: readonly string[]): void {}

  /** A new post (since Mastodon 1.0). */
  onUpdate(_status: Status, _stream: readonly string[]): void {}

  /** A new post of this server's own, after `onUpdate`: its `account.acct` has no `@`. */
  onLocalUpdate(_status: Status, _stream: readonly string[]): void {}

  /** A post was edited (since Mastodon 3.5). */
  onStatusUpdate(_status: Status, _stream: readonly string[]): void {}

  /** Something has happened to you: a mention, a boost, a follower (since Mastodon 1.4.2). */
  onNotification(_notification: Notification, _stream: readonly string[]): void {}

  /**
   * A post was deleted, perhaps one that was never seen (since Mastodon 1.0). The id is a string, digit for digit.
   */
  onDelete(_id: string, _stream: readonly string[]): void {}

  /** The filters changed: fetch them anew. Since Mastodon 2.4.3, up to 4.2, and on forks; later servers never send it. */
  onFiltersChanged(_stream: readonly string[]): void {}

  /** A direct conversation has a new post (since Mastodon 2.6). */
  onConversation(_conversation: Conversation, _stream: readonly string[]): void {}

  /** An announcement was published, or edited (since Mastodon 3.1). */
  onAnnouncement(_announcement: Announcement, _stream: readonly string[]): void {}

  /** Somebody reacted to an announcement (since Mastodon 3.1). */
  onAnnouncementReaction(_reaction: AnnouncementReaction, _stream: readonly string[]): void {}

  /** An announcement was deleted (since Mastodon 3.1). The id is a string, digit for digit. */
  onAnnouncementDelete(_id: string, _stream: readonly string[]): void {}

  /** Filtered notifications were let through: fetch them anew (since Mastodon 4.3). */
  onNotificationsMerged(_stream: readonly string[]): void {}

  /** Since Mastodon 3.2, and never carried out beyond its API. */
  onEncryptedMessage(_message: unknown, _stream: readonly string[]): void {}

  /** An event that no other method is there for, or a known one whose payload does not fit its codec. */
  onUnknownEvent(_name: string, _data: unknown, _stream: readonly string[]): void {}

  /** A comment line, every 15 s: the server is there. */
  onHeartbeat(_stream: readonly string[]): void {}

  /** A connection is open: `attempt` 0 at first, then one more with each that was tried. */
  onConnected(_connected: ConnectionPayloads['connected'], _stream: readonly string[]): void {}

  /**
   * The connection is lost, or could not be made: refused, silent, ended, malformed, 401. Called on
   * every loss, also if a retry follows.
   *
   * @param _error - a `MastodonError`, unless an operator before the listener failed with its own.
   * @param _stream - which stream was lost; undefined if the error ended everything.
   */
  onAbort(_error: Error, _stream: readonly string[] | undefined): void {}

  /** The connection is lost, and a retry follows in `retryIn` ms; called after `onAbort`. */
  onDisconnected(
    _disconnected: ConnectionPayloads['disconnected'],
    _stream: readonly string[],
  ): void {}

  /**
   * With `catchUp`: the events that were missed while the connection was lost have been emitted; tells their
   * number, and whether they are complete.
   */
  onCaughtUp(_caughtUp: ConnectionPayloads['caught-up'], _stream: readonly string[]): void {}

  /** An event could not be read, and the stream goes on: only with `onMalformed: 'emit'`. */
  onMalformed(_malformed: ConnectionPayloads['malformed'], _stream: readonly string[]): void {}

  /** A problem occurred that does not end the stream; `message` describes it. */
  onWarning(_warning: ConnectionPayloads['warning'], _stream: readonly string[]): void {}
}
