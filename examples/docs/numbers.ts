// A stream in numbers. Shown in docs/watching.md.
import { createTimelines, streamStats } from 'mastodon-rx';
import { share } from 'rxjs';

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
});
const events$ = timelines.user({ reconnect: true }).pipe(share());

events$.pipe(streamStats({ interval: 60_000 })).subscribe(({ events, lag, reconnects }) => {
  const { update: posts = 0 } = events;
  console.log(`${posts} posts, ${lag.max ?? 0} ms behind, ${reconnects} reconnects`);
});
