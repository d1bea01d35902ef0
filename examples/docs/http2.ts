// All streams on one connection, if the server supports HTTP/2. Shown in docs/behind-proxies.md.
import { createTimelines } from 'mastodon-rx';
import { Agent } from 'undici';

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
  dispatcher: new Agent({ allowH2: true }),
});
for (const tag of ['rxjs', 'angular']) {
  timelines.hashtag(tag, { reconnect: true }).subscribe(({ type }) => console.log(tag, type));
}
