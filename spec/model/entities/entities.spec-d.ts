import type * as t from 'io-ts';
import { describe, expectTypeOf, it } from 'vitest';
import { Notification, type NotificationType } from '../../../src/model/entities/notification.ts';
import { NOTIFICATION_TYPES } from '../../../src/model/entities/notificationTypes.ts';
import {
  Status,
  type Quote,
  type QuoteState,
  type ShallowQuote,
  type StatusVisibility,
} from '../../../src/model/entities/status.ts';
import type { Account, CustomEmoji } from '../../../src/model/entities/account.ts';
import type {
  Announcement,
  AnnouncementReaction,
} from '../../../src/model/entities/announcement.ts';
import type { EntityCodec } from '../../../src/model/entities/codec.ts';
import type { Conversation } from '../../../src/model/entities/conversation.ts';
import type { MediaAttachment, Poll, PreviewCard } from '../../../src/model/entities/media.ts';

describe('a codec and its type', () => {
  it('have the same name, and agree', () => {
    expectTypeOf<t.TypeOf<typeof Status>>().toEqualTypeOf<Status>();
    expectTypeOf(Notification).toEqualTypeOf<EntityCodec<Notification>>();
    expectTypeOf(Status).toEqualTypeOf<EntityCodec<Status>>();
    expectTypeOf(Status).toExtend<t.Type<Status>>();
  });

  it('narrow an unknown value', () => {
    const value = {} as unknown;
    if (Status.is(value)) expectTypeOf(value).toEqualTypeOf<Status>();
    if (Status.is(value)) expectTypeOf(value).toEqualTypeOf<Status>();
  });
});

describe('a post', () => {
  it('has the fields that every server sends', () => {
    expectTypeOf<Status['id']>().toEqualTypeOf<string>();
    expectTypeOf<Status['account']>().toEqualTypeOf<Account>();
    expectTypeOf<Status['content']>().toEqualTypeOf<string>();
    expectTypeOf<Status['url']>().toEqualTypeOf<string | null>();
    expectTypeOf<Status['in_reply_to_id']>().toEqualTypeOf<string | null>();
    expectTypeOf<Status['replies_count']>().toEqualTypeOf<number>();
    expectTypeOf<Status['media_attachments']>().toEqualTypeOf<MediaAttachment[]>();
    expectTypeOf<Status['emojis']>().toEqualTypeOf<CustomEmoji[]>();
  });

  it('can lack the other fields, or have null for them, but not undefined', () => {
    expectTypeOf<Pick<Status, 'reblog'>>().toEqualTypeOf<{ reblog?: Status | null }>();
    expectTypeOf<Pick<Status, 'edited_at'>>().toEqualTypeOf<{ edited_at?: string | null }>();
    expectTypeOf<Pick<Status, 'favourited'>>().toEqualTypeOf<{ favourited?: boolean | null }>();
    expectTypeOf<Pick<Status, 'card'>>().toEqualTypeOf<{ card?: PreviewCard | null }>();
    expectTypeOf<Pick<Status, 'poll'>>().toEqualTypeOf<{ poll?: Poll | null }>();
    expectTypeOf<Pick<Account, 'moved'>>().toEqualTypeOf<{ moved?: Account | null }>();
  });

  it('has a quote of one of three shapes', () => {
    expectTypeOf<Pick<Status, 'quote'>>().toEqualTypeOf<{
      quote?: Quote | ShallowQuote | Status | null;
    }>();
    expectTypeOf<Quote['quoted_status']>().toEqualTypeOf<Status | null>();
    expectTypeOf<ShallowQuote['quoted_status_id']>().toEqualTypeOf<string | null>();

    const quote = {} as NonNullable<Status['quote']>;
    if ('quoted_status' in quote) expectTypeOf(quote).toEqualTypeOf<Quote>();
    else if ('quoted_status_id' in quote) expectTypeOf(quote).toEqualTypeOf<ShallowQuote>();
    else expectTypeOf(quote).toEqualTypeOf<Status>();
  });
});

describe('an open enumeration', () => {
  it('accepts the known values and any other string, and nothing else', () => {
    expectTypeOf<'public'>().toExtend<StatusVisibility>();
    expectTypeOf<'neighbours'>().toExtend<StatusVisibility>();
    expectTypeOf<string>().toExtend<StatusVisibility>();
    expectTypeOf<StatusVisibility>().toExtend<string>();
    expectTypeOf<number>().not.toExtend<StatusVisibility>();
  });

  it('keeps the known values for completion, unlike plain string', () => {
    expectTypeOf<StatusVisibility>().not.toEqualTypeOf<string>();
    expectTypeOf<Extract<StatusVisibility, 'public'>>().toEqualTypeOf<'public'>();
    expectTypeOf<Extract<QuoteState, 'accepted'>>().toEqualTypeOf<'accepted'>();
    expectTypeOf<Extract<MediaAttachment['type'], 'gifv'>>().toEqualTypeOf<'gifv'>();
  });

  it('of notifications has the types of NOTIFICATION_TYPES', () => {
    expectTypeOf<Notification['type']>().toEqualTypeOf<NotificationType>();
    expectTypeOf<Extract<NotificationType, 'admin.report'>>().toEqualTypeOf<'admin.report'>();
    expectTypeOf(NOTIFICATION_TYPES).items.toExtend<NotificationType>();
  });
});

describe('the other payloads of a stream', () => {
  it('are typed as deeply', () => {
    expectTypeOf<Pick<Notification, 'status'>>().toEqualTypeOf<{ status?: Status | null }>();
    expectTypeOf<Conversation['accounts']>().toEqualTypeOf<Account[]>();
    expectTypeOf<Pick<Conversation, 'last_status'>>().toEqualTypeOf<{
      last_status?: Status | null;
    }>();
    expectTypeOf<Announcement['content']>().toEqualTypeOf<string>();
    expectTypeOf<AnnouncementReaction['announcement_id']>().toEqualTypeOf<string>();
    expectTypeOf<AnnouncementReaction['count']>().toEqualTypeOf<number>();
  });
});
