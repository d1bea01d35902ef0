import { STREAM_EVENTS } from 'mastodon-rx';
import { describe, expect, it } from 'vitest';
import { handlerNameOf } from '../../src/listener/handlerNameOf.ts';
import { StreamListener } from '../../src/listener/streamListener.ts';

describe('handlerNameOf', () => {
  it.each([
    ['update', 'onUpdate'],
    ['status.update', 'onStatusUpdate'],
    ['emoji_reaction', 'onEmojiReaction'],
    ['pleroma:chat_update', 'onPleromaChatUpdate'],
    ['caught-up', 'onCaughtUp'],
    ['a.b_c:d-e', 'onABCDE'],
    ['alreadyCamel', 'onAlreadyCamel'],
    ['ID', 'onID'],
    ['2fa', 'on2fa'],
    ['über_raschung', 'onÜberRaschung'],
    ['日本語', 'on日本語'],
    ['__proto__', 'onProto'],
    ['._:-', 'on'],
    ['', 'on'],
  ])('returns for %j %s', (event, handler) => {
    expect(handlerNameOf(event)).toBe(handler);
  });

  it.each(STREAM_EVENTS.map((event) => [event]))(
    'returns a method of StreamListener for %s',
    (event) => {
      expect(StreamListener.prototype).toHaveProperty(handlerNameOf(event));
    },
  );
});
