// Values of `reconnect`. Shown in docs/03-errors-and-reconnecting.md.
import { createTimelines } from 'mastodon-rx';
import { merge } from 'rxjs';

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
});

merge(
  timelines.user({ reconnect: true }), // 1 s, doubling to 60 s, with jitter
  timelines.direct({ reconnect: 5_000 }), // every 5 s: Mastodon.py's reconnect_async_wait_sec=5
  timelines.public({ reconnect: { delay: 500, maxDelay: 30_000, count: 10 } }),
).subscribe(({ type, stream }) => console.log(type, stream));
