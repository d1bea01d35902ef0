// An event of a fork has a method, too. Shown in docs/listener-classes.md.
import * as t from 'io-ts';
import { createTimelines, handlerNameOf, toListener } from 'mastodon-rx';

handlerNameOf('emoji_reaction'); // 'onEmojiReaction'

const timelines = createTimelines({
  baseUrl: 'https://fork.example',
  accessToken: 'your token',
  events: { emoji_reaction: t.type({ name: t.string, count: t.number }) },
});
toListener(timelines.user(), {
  onEmojiReaction: ({ name, count }) => console.log(name, count),
});
