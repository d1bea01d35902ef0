// Uses the proxy of HTTPS_PROXY. Shown in docs/behind-proxies.md.
import { createTimelines } from 'mastodon-rx';

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
  dispatcher: 'env',
});
timelines.user({ reconnect: true }).subscribe(({ type }) => console.log(type));
