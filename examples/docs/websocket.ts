// Four streams over one WebSocket, and one over SSE. Shown in docs/sse-or-websocket.md.
import { createTimelines } from 'mastodon-rx';

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
  transport: 'websocket', // the default, 'auto', is SSE on a Mastodon
  reconnect: true,
});

// Four streams, one socket.
for (const tag of ['rxjs', 'angular', 'typescript']) timelines.hashtag(tag).subscribe(console.log);
timelines.user().subscribe(console.log);

// A stream can override it: an important one gets a connection of its own.
timelines.user({ transport: 'sse' }).subscribe(console.log);
