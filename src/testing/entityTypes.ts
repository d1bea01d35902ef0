/** Declares the entities that the builders return, and the fields that they take. */
import type { Account } from '../model/entities/account.ts';
import type { Announcement } from '../model/entities/announcement.ts';
import type { Conversation } from '../model/entities/conversation.ts';
import type { MediaAttachment } from '../model/entities/media.ts';
import type { Notification } from '../model/entities/notification.ts';
import type { Status } from '../model/entities/status.ts';

/** An account made by {@link fakeAccount}. */
export interface FakeAccount extends Account, Record<string, unknown> {}

/** Any fields of an account. */
export interface FakeAccountPartial extends Partial<Account>, Record<string, unknown> {}

/** A post made by {@link fakeStatus}: with `favourited` and the viewer's other fields, as in a home timeline. */
export interface FakeStatus extends Status {
  account: FakeAccount;
  reblog: FakeStatus | null;
  edited_at: string | null;
  language: string | null;
  quotes_count: number;
  [field: string]: unknown;
}

/** Any fields of a post; its account, its tags and the post that it boosts may be partial. */
export interface FakeStatusPartial extends Partial<
  Omit<Status, 'account' | 'reblog' | 'tags' | 'quotes_count'>
> {
  quotes_count?: number;
  account?: FakeAccountPartial;
  reblog?: FakeStatusPartial | null;
  tags?: readonly { readonly name: string; readonly url?: string }[];
  [field: string]: unknown;
}

/** An image made by {@link fakeAttachment}. */
export interface FakeAttachment extends MediaAttachment, Record<string, unknown> {}

/** Any fields of a medium. */
export interface FakeAttachmentPartial extends Partial<MediaAttachment>, Record<string, unknown> {}

/** A notification made by {@link fakeNotification}. */
export interface FakeNotification extends Notification {
  account: FakeAccount;
  group_key: string;
  status?: FakeStatus;
  [field: string]: unknown;
}

/** Any fields of a notification; its account and its post may be partial. */
export interface FakeNotificationPartial extends Partial<
  Omit<Notification, 'account' | 'status' | 'group_key'>
> {
  account?: FakeAccountPartial;
  status?: FakeStatusPartial;
  group_key?: string;
  [field: string]: unknown;
}

/** A conversation made by {@link fakeConversation}. */
export interface FakeConversation extends Conversation {
  unread: boolean;
  accounts: FakeAccount[];
  last_status: FakeStatus | null;
  [field: string]: unknown;
}

/** Any fields of a conversation; its accounts and its post may be partial. */
export interface FakeConversationPartial {
  id?: string;
  unread?: boolean;
  accounts?: readonly FakeAccountPartial[];
  last_status?: FakeStatusPartial | null;
  [field: string]: unknown;
}

/** An announcement made by {@link fakeAnnouncement}. */
export interface FakeAnnouncement extends Announcement, Record<string, unknown> {}

/** Any fields of an announcement. */
export interface FakeAnnouncementPartial extends Partial<Announcement>, Record<string, unknown> {}
