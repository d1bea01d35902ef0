/**
 * `mastodon-rx/testing`: a Mastodon to run tests and demos against (Node only).
 */
export { startFakeMastodon, type FakeMastodon, type FakeMastodonConfig } from './fakeMastodon.ts';
export {
  type FakeResponseConfig,
  type FakeInstanceResponses,
  type FakeRequest,
  type FakeServerConfig,
} from './config.ts';
export { type FakeHeaders, type FakeRequestHeaders } from './exchange.ts';
export { type FakeServer } from './fakeServer.ts';
export { type FaultyServer } from './faultyServer.ts';
export { type FakeChannel, type FakeEvent } from './channels.ts';
export { type FakeFlavour } from './flavour.ts';
export {
  fakeAccount,
  fakeAnnouncement,
  fakeAttachment,
  fakeConversation,
  fakeNotification,
  fakeStatus,
} from './entities.ts';
export {
  type FakeAccount,
  type FakeAccountPartial,
  type FakeAnnouncement,
  type FakeAnnouncementPartial,
  type FakeAttachment,
  type FakeAttachmentPartial,
  type FakeConversation,
  type FakeConversationPartial,
  type FakeNotification,
  type FakeNotificationPartial,
  type FakeStatus,
  type FakeStatusPartial,
} from './entityTypes.ts';
export { type FakeInstanceResponse } from './instance.ts';
export { type FakeConnection } from './stream.ts';
export { type FakeTokenConfig } from './tokens.ts';
export { type FakePace } from './wire.ts';
export type { FakeFilter } from './filters.ts';
