// A test of GoToSocial's differences. Shown in docs/servers.md.
import { createTimelines, ofType, toTimeline } from 'mastodon-rx';
import { startFakeMastodon } from 'mastodon-rx/testing';
import { filter, firstValueFrom, skipWhile } from 'rxjs';

const server = await startFakeMastodon({ flavour: 'gotosocial' });
const timelines = createTimelines({ baseUrl: server.url, accessToken: server.token });

const subscription = timelines
  .public({ local: true })
  .pipe(ofType('update', 'delete'))
  .subscribe(({ type }) => console.log(type));
const posts$ = timelines.list('42').pipe(toTimeline({ limit: 40 }));
const emptied = firstValueFrom(
  posts$.pipe(
    skipWhile((posts) => posts.length === 0),
    filter((posts) => posts.length === 0),
  ),
);

await server.waitForConnections(2); // no option, and no SSE: the client detects that
const { id } = server.post(); // a ULID
server.remove(id); // sent once, and not on the list
await emptied;
console.log('the list is empty');

subscription.unsubscribe();
await server.close();
