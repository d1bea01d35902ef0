// A post on the fake Mastodon. Shown in docs/04-testing.md.
import { createTimelines, ofType } from 'mastodon-rx';
import { startFakeMastodon } from 'mastodon-rx/testing';
import { firstValueFrom } from 'rxjs';

const server = await startFakeMastodon();
const timelines = createTimelines({ baseUrl: server.url, accessToken: server.token });

const first = firstValueFrom(timelines.user().pipe(ofType('update')));
await server.waitForConnections(); // resolves when a stream is open
server.post({ content: '<p>Hello</p>' });
console.log((await first).payload.content);

await server.close();
