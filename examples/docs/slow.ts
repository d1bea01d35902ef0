// Two consumers that are slower than the stream. Shown in docs/06-lists-and-slow-consumers.md.
import { setTimeout } from 'node:timers/promises';
import {
  boundedMergeMap,
  createTimelines,
  ofType,
  toAsyncIterable,
  type Status,
} from 'mastodon-rx';

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
});
const posts$ = timelines.public({ reconnect: true }).pipe(ofType('update'));

async function store({ url }: Status): Promise<void> {
  await setTimeout(50); // a database, for example
  console.log('stored', url);
}

posts$
  .pipe(
    boundedMergeMap(({ payload }) => store(payload), { concurrency: 4, overflow: 'drop-oldest' }),
  )
  .subscribe();

for await (const { payload } of toAsyncIterable(posts$, { capacity: 1_000 })) {
  await store(payload);
  if (payload.account.bot) break; // closes the socket
}
