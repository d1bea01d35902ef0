// A server that is not Mastodon. Shown in docs/sse-or-websocket.md.
import { createTimelines } from 'mastodon-rx';

const timelines = createTimelines({
  baseUrl: 'https://pleroma.example',
  accessToken: 'your token',
  transport: 'websocket',
  multiplex: false, // one socket per stream: /api/v1/streaming?stream=user
  tokenIn: 'query', // &access_token=…: URLs end up in logs; only for servers that accept nothing else
});
timelines.user().subscribe(({ type }) => console.log(type));
