// Distinguishes missed and live events. Shown in docs/05-what-is-promised.md.
import { createTimelines } from 'mastodon-rx';

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
  reconnect: true,
  catchUp: true,
});

timelines.user().subscribe((event) => {
  if (event.type === 'update') console.log(event.recovered ? 'missed' : 'live', event.payload.url);
  if (event.type === 'caught-up') console.log(event.payload.recovered, event.payload.complete);
});
