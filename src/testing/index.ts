/**
 * `mastodon-rx/testing`: a Mastodon to run tests and demos against (Node only).
 */
export {
  startFakeMastodon,
  type FakeMastodon,
  type FakeAnswerConfig,
  type FakeInstanceAnswers,
  type FakeMastodonConfig,
  type FakeRequest,
} from './fakeMastodon.ts';
export { type FakeChannel, type FakeEvent } from './channels.ts';
export { type FakeFlavour } from './flavour.ts';
export {
  fakeAccount,
  fakeAnnouncement,
  fakeAttachment,
  fakeConversation,
  fakeNotification,
  fakeStatus,
  type FakeAccount,
  type FakeAccountPartial,
  type FakeAnnouncement,
  type FakeAnnouncementPartial,
  type FakeConversation,
  type FakeConversationPartial,
  type FakeNotification,
  type FakeNotificationPartial,
  type FakeStatus,
  type FakeStatusPartial,
} from './entities.ts';
export { type FakeInstanceAnswer } from './instance.ts';
export { type FakeConnection } from './stream.ts';
export { type FakeTokenConfig } from './tokens.ts';
export { type FakePace } from './wire.ts';
