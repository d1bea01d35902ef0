// One connection for two parts of a page. Shown in docs/browser.md.
import { connectionState, createTimelines, sharedTimeline, toTimeline } from 'mastodon-rx';

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
  reconnect: true,
  catchUp: true,
});
const home$ = sharedTimeline(timelines.user());

home$.pipe(toTimeline({ limit: 40 })).subscribe((posts) => console.log(posts.length));
home$.pipe(connectionState()).subscribe(({ connection, retryIn }) => {
  document.title = connection === 'waiting' ? `again in ${retryIn} ms` : connection;
});
