// Prints a post of two streams once. Shown in docs/06-lists-and-slow-consumers.md.
import { createTimelines, distinctEvents } from 'mastodon-rx';
import { merge } from 'rxjs';

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
});
merge(timelines.user(), timelines.hashtag('rxjs'))
  .pipe(distinctEvents())
  .subscribe(({ type, stream }) => console.log(type, stream));
