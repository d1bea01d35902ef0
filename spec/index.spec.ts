import * as api from 'mastodon-rx';
import * as entities from 'mastodon-rx/entities';
import * as testing from 'mastodon-rx/testing';
import * as memory from 'mastodon-rx/testing/memory';
import { describe, expect, it } from 'vitest';

describe('mastodon-rx', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(api).sort()).toMatchInlineSnapshot(`
      [
        "CONNECTION_EVENTS",
        "CallbackStreamListener",
        "MastodonApiError",
        "MastodonError",
        "MastodonIllegalArgumentError",
        "MastodonMalformedEventError",
        "MastodonNetworkError",
        "MastodonNotFoundError",
        "MastodonQueueOverflowError",
        "MastodonRateLimitError",
        "MastodonReadTimeoutError",
        "MastodonServerError",
        "MastodonStreamEndedError",
        "MastodonUnauthorizedError",
        "MastodonUnsupportedError",
        "NOTIFICATION_TYPES",
        "STREAM_EVENTS",
        "StreamListener",
        "boundedMergeMap",
        "connectionState",
        "createTimelines",
        "cursorOf",
        "decodeEvents",
        "distinctEvents",
        "handlerNameOf",
        "hideFiltered",
        "isConnectionEvent",
        "ofType",
        "reconnect",
        "retryNow",
        "shareTimeline",
        "sse",
        "streamStats",
        "toAsyncIterable",
        "toConversations",
        "toListener",
        "toNotifications",
        "toTimeline",
      ]
    `);
  });
});

describe('mastodon-rx/entities', () => {
  it('exports a codec under each name', () => {
    for (const codec of Object.values(entities)) {
      expect(codec).toMatchObject({ decode: expect.any(Function) as unknown });
    }
    expect(Object.keys(entities)).toContain('Status');
    expect(Object.keys(api).filter((name) => name in entities)).toEqual([]);
  });
});

describe('mastodon-rx/testing/memory', () => {
  it('exports the same as mastodon-rx/testing, except the function that creates the fake', () => {
    const common = ['fakeAccount', 'fakeAnnouncement', 'fakeAttachment'];
    common.push('fakeConversation', 'fakeNotification', 'fakeStatus');
    expect(Object.keys(testing).sort()).toEqual([...common, 'startFakeMastodon']);
    expect(Object.keys(memory).sort()).toEqual(['createFakeMastodon', ...common]);
  });
});
