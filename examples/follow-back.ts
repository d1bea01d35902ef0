// Follows everybody who follows you, one at a time, except bots.
//
//   npx tsx examples/follow-back.ts
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one (scopes
// `read` and `write:follows`).
import { boundedMergeMap, createTimelines, ofType } from 'mastodon-rx';
import { catchError, EMPTY, filter, map, retry, tap } from 'rxjs';
import { post } from './rest.ts';
import { server } from './server.ts';

const where = await server();

export const subscription = createTimelines(where)
  .userNotification({ reconnect: true, catchUp: true })
  .pipe(
    ofType('notification'),
    map(({ payload }) => payload),
    filter(({ type, account }) => type === 'follow' && !account.bot),
    boundedMergeMap(({ id, account }) =>
      post(where, `/api/v1/accounts/${account.id}/follow`, { reblogs: true }, id).pipe(
        retry({ count: 3, delay: 5_000 }),
        tap(() => console.log(`Following ${account.acct}`)),
        catchError((error: unknown) => {
          console.log(`Not followed: ${account.acct}, ${String(error)}`);
          return EMPTY;
        }),
      ),
    ),
  )
  .subscribe();
