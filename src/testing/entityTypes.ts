/** Declares the entities that the builders return, and what may be given to them. */
import type { Account } from '../model/entities/account.ts';
import type { Announcement } from '../model/entities/announcement.ts';
import type { Conversation } from '../model/entities/conversation.ts';
import type { MediaAttachment } from '../model/entities/media.ts';
import type { Notification } from '../model/entities/notification.ts';
import type { Status } from '../model/entities/status.ts';

/** An account, as {@link fakeAccount} makes it. */
export interface FakeAccount extends Account, Record<string, unknown> {}

/** Any fields of an account. */
export interface FakeAccountPartial extends Partial<Account>, Record<string, unknown> {}

/** A post, as {@link fakeStatus} makes it: with `favourited` and the like, as in a home timeline. */
export interface FakeStatus extends Status {
  account: FakeAccount;
  reblog: FakeStatus | null;
  edited_at: string | null;
  language: string | null;
  quotes_count: number;
  [field: string]: unknown;
}

/** Any fields of a post; its account, its tags and the post that it boosts may be partial ones. */
export interface FakeStatusPartial extends Partial<
  Omit<Status, 'account' | 'reblog' | 'tags' | 'quotes_count'>
> {
  quotes_count?: number;
  account?: FakeAccountPartial;
  reblog?: FakeStatusPartial | null;
  tags?: readonly { readonly name: string; readonly url?: string }[];
  [field: string]: unknown;
}

/** A picture, as {@link fakeAttachment} makes it. */
export interface FakeAttachment extends MediaAttachment, Record<string, unknown> {}

/** Any fields of a medium. */
export interface FakeAttachmentPartial extends Partial<MediaAttachment>, Record<string, unknown> {}

/** A notification, as {@link fakeNotification} makes it. */
export interface FakeNotification extends Notification {
  account: FakeAccount;
  group_key: string;
  status?: FakeStatus;
  [field: string]: unknown;
}

/** Any fields of a notification; its account and its post may be partial ones. */
export interface FakeNotificationPartial extends Partial<
  Omit<Notification, 'account' | 'status' | 'group_key'>
> {
  account?: FakeAccountPartial;
  status?: FakeStatusPartial;
  group_key?: string;
  [field: string]: unknown;
}

/** A conversation, as {@link fakeConversation} makes it. */
export interface FakeConversation extends Conversation {
  unread: boolean;
  accounts: FakeAccount[];
  last_status: FakeStatus | null;
  [field: string]: unknown;
}

/** Any fields of a conversation; its accounts and its post may be partial ones. */
export interface FakeConversationPartial {
  id?: string;
  unread?: boolean;
  accounts?: readonly FakeAccountPartial[];
  last_status?: FakeStatusPartial | null;
  [field: string]: unknown;
}

/** An announcement, as {@link fakeAnnouncement} makes it. */
export interface FakeAnnouncement extends Announcement, Record<string, unknown> {}

/** Any fields of an announcement. */
export interface FakeAnnouncementPartial extends Partial<Announcement>, Record<string, unknown> {}
