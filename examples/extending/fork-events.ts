// A server with events and a timeline that Mastodon does not have.
import * as t from 'io-ts';
import { createTimelines, ofType, toListener } from 'mastodon-rx';

const EmojiReaction = t.type({ name: t.string, count: t.number }, 'EmojiReaction');

export function watchFork(baseUrl: string, accessToken: string) {
  const timelines = createTimelines({
    baseUrl,
    accessToken,
    events: { emoji_reaction: EmojiReaction },
  });

  // The event is in the union now: `payload` is an EmojiReaction.
  const reactions$ = timelines.user().pipe(ofType('emoji_reaction'));

  // A listener's method is `on` and the name in PascalCase.
  const handle = toListener(timelines.channel({ name: 'public:bubble', path: 'public/bubble' }), {
    onEmojiReaction: ({ name }) => console.log(name),
  });

  return { reactions$, handle };
}
