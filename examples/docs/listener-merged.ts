// One listener on three streams. Shown in docs/listener-classes.md.
import { createTimelines, toListener } from 'mastodon-rx';
import { merge } from 'rxjs';

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
  reconnect: true,
});
const all$ = merge(timelines.user(), timelines.hashtag('rxjs'), timelines.list('42'));
toListener(all$, { onUpdate: ({ url }, stream) => console.log(stream.join(':'), url) });
