// Whether the server is well. Shown in docs/01-first-stream.md.
import { createTimelines } from 'mastodon-rx';

const timelines = createTimelines({ baseUrl: 'https://mastodon.social' });
timelines.healthy$.subscribe((healthy) => console.log(healthy ? 'well' : 'unwell'));
console.log(await timelines.isHealthy());
