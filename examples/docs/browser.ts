// One connection for two parts of a page. Shown in docs/browser.md.
import { connectionState, createTimelines, shareTimeline, toTimeline } from 'mastodon-rx';

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
  reconnect: true,
  catchUp: true,
});
const home$ = timelines.user().pipe(shareTimeline());

home$.pipe(toTimeline({ limit: 40 })).subscribe((posts) => console.log(posts.length));
home$.pipe(connectionState()).subscribe(({ status, retryIn }) => {
  document.title = status === 'waiting' ? `again in ${retryIn} ms` : status;
});
