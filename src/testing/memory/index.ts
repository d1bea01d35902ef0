/**
 * `mastodon-rx/testing/memory`: a Mastodon in memory, for unit tests in Node and in browsers.
 */
export {
  createFakeMastodon,
  type MemoryMastodon,
  type MemoryMastodonConfig,
  type MemoryTimelinesConfig,
} from './createFakeMastodon.ts';
export { type FakeChannel, type FakeEvent } from '../channels.ts';
export {
  type FakeResponseConfig,
  type FakeInstanceResponses,
  type FakeRequest,
  type FakeServerConfig,
} from '../config.ts';
export {
  fakeAccount,
  fakeAnnouncement,
  fakeAttachment,
  fakeConversation,
  fakeNotification,
  fakeStatus,
} from '../entities.ts';
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
} from '../entityTypes.ts';
export { type FakeHeaders, type FakeRequestHeaders } from '../exchange.ts';
export { type FakeServer } from '../fakeServer.ts';
export { type FaultyServer } from '../faultyServer.ts';
export { type FakeFlavour } from '../flavour.ts';
export { type FakeInstanceResponse } from '../instance.ts';
export { type FakeConnection } from '../stream.ts';
export { type FakeTokenConfig } from '../tokens.ts';
export { type FakePace } from '../wire.ts';
export type { FakeFilter } from '../filters.ts';
