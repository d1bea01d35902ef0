// Requests whether the server is healthy. Shown in docs/01-first-stream.md.
import { createTimelines } from 'mastodon-rx';

const timelines = createTimelines({ baseUrl: 'https://mastodon.social' });
timelines.healthy$.subscribe((healthy) => console.log(healthy ? 'healthy' : 'unhealthy'));
console.log(await timelines.isHealthy());
