// A server that is no Mastodon. Shown in docs/sse-or-websocket.md.
import { createTimelines } from 'mastodon-rx';

const timelines = createTimelines({
  baseUrl: 'https://pleroma.example',
  accessToken: 'your token',
  transport: 'websocket',
  multiplex: false, // one socket per stream: /api/v1/streaming?stream=user
  tokenIn: 'query', // &access_token=…: URLs end up in logs; only where nothing else is understood
});
timelines.user().subscribe(({ type }) => console.log(type));
