// The WebSocket of the fake Mastodon. Shown in docs/sse-or-websocket.md.
import { createTimelines, ofType, shareTimeline } from 'mastodon-rx';
import { startFakeMastodon } from 'mastodon-rx/testing';
import { firstValueFrom } from 'rxjs';

const server = await startFakeMastodon({ pingInterval: 1_000 });
const timelines = createTimelines({
  baseUrl: server.url,
  accessToken: server.token,
  transport: 'websocket',
  reconnect: true,
  onMalformed: 'emit',
});
const tag$ = timelines.hashtag('Café').pipe(shareTimeline({ closeDelay: 0 }));
const subscription = tag$.subscribe(({ type }) => console.log(type));
await firstValueFrom(tag$.pipe(ofType('connected')));
console.log(server.subscriptions); // [['hashtag', 'Café']]
console.log(server.webSocketCount); // 1

server.write('no JSON'); // one message; bytes are sent unchanged
server.end(); // a close without a code
await firstValueFrom(tag$.pipe(ofType('disconnected')));
await firstValueFrom(tag$.pipe(ofType('connected')));

subscription.unsubscribe();
await server.waitForUnsubscriptions();
await server.close();
