// The README: the posts of a tag. Shown in README.md.
import { createTimelines, ofType } from 'mastodon-rx';

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
});
const posts$ = timelines.hashtag('rxjs', { reconnect: true, catchUp: true }).pipe(ofType('update'));
posts$.subscribe(({ payload }) => console.log(payload.account.acct, payload.content));
