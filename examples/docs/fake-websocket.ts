// The WebSocket of the fake Mastodon. Shown in docs/sse-or-websocket.md.
import { createTimelines } from 'mastodon-rx';
import { startFakeMastodon } from 'mastodon-rx/testing';

const server = await startFakeMastodon({ pingInterval: 1_000 });
const timelines = createTimelines({
  baseUrl: server.url,
  accessToken: server.token,
  transport: 'websocket',
  reconnect: true,
  onMalformed: 'emit',
});
const subscription = timelines.hashtag('Café').subscribe(({ type }) => console.log(type));
await server.connected();
console.log(server.subscriptions); // [['hashtag', 'Café']]
console.log(server.webSockets); // 1

server.write('no JSON'); // one message; bytes go onto the wire as they are
server.end(); // a close without a code
await server.connected();

subscription.unsubscribe();
await server.unsubscribed();
await server.close();
