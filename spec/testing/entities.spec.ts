/** The library accepts the entities of the builders, at run time and in the compiler. */
import type {
  Account,
  Announcement,
  Conversation,
  MediaAttachment,
  Notification,
  Status,
} from 'mastodon-rx';
import * as codecs from 'mastodon-rx/entities';
import {
  fakeAccount,
  fakeAnnouncement,
  fakeAttachment,
  fakeConversation,
  fakeNotification,
  fakeStatus,
} from 'mastodon-rx/testing';
import { expect, it } from 'vitest';

const account: Account = fakeAccount({ acct: 'ren@remote.example' });
const attachment: MediaAttachment = fakeAttachment();
const status: Status = fakeStatus({
  reblog: {},
  tags: [{ name: 'rxjs' }],
  media_attachments: [attachment],
});
const notification: Notification = fakeNotification({ type: 'reblog', account: { acct: 'ada' } });
const conversation: Conversation = fakeConversation({ last_status: { content: 'Psst' } });
const announcement: Announcement = fakeAnnouncement();

it.each([
  ['Account', account, codecs.Account],
  ['MediaAttachment', attachment, codecs.MediaAttachment],
  ['Status', status, codecs.Status],
  ['Notification', notification, codecs.Notification],
  ['Conversation', conversation, codecs.Conversation],
  ['Announcement', announcement, codecs.Announcement],
])('the fake %s passes its codec', (_name, entity, codec) => {
  expect(codec.is(entity)).toBe(true);
});

it('the arguments of a builder have the library’s types', () => {
  // @ts-expect-error -- a poll needs options
  fakeStatus({ poll: { votes_count: 1 } });
  const odd: Status = fakeStatus({ unheard_of: true });
  expect(odd).toMatchObject({ unheard_of: true });
});
