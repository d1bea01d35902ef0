// An event of a fork, checked and typed. Shown in docs/02-events-and-entities.md.
import * as t from 'io-ts';
import { createTimelines, ofType } from 'mastodon-rx';

const EmojiReaction = t.type({ name: t.string, count: t.number }, 'EmojiReaction');
const timelines = createTimelines({
  baseUrl: 'https://fork.example',
  accessToken: 'your token',
  events: { emoji_reaction: EmojiReaction },
});
timelines
  .user()
  .pipe(ofType('emoji_reaction'))
  .subscribe(({ payload }) => console.log(payload.name, payload.count));
