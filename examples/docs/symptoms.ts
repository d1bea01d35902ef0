// The events of a stream's connection. Shown in docs/10-troubleshooting.md.
import { createTimelines, ofType } from 'mastodon-rx';

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
  reconnect: true,
});
timelines
  .public()
  .pipe(ofType('connected', 'heartbeat', 'disconnected', 'warning', 'unknown'))
  .subscribe(({ type, payload }) => console.log(new Date().toISOString(), type, payload));
