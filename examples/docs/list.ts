// The list for a screen. Shown in docs/06-lists-and-slow-consumers.md.
import { createTimelines, toTimeline } from 'mastodon-rx';

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
});
timelines
  .public({ reconnect: true, catchUp: true })
  .pipe(toTimeline({ limit: 40 }))
  .subscribe((posts) => console.log(posts.map(({ url }) => url)));
