// The home timelines of several accounts in one: MASTODON_URL and MASTODON_TOKEN are lists then, with
// commas, first with first.
//
//   npx tsx examples/several-accounts.ts
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one.
import { createTimelines, ofType } from 'mastodon-rx';
import { catchError, EMPTY, map, merge } from 'rxjs';
import { servers } from './server.ts';

const accounts = (await servers()).map((where, index) => {
  const name = `${index + 1} at ${new URL(where.baseUrl).host}`;
  return createTimelines(where)
    .user({ reconnect: true, catchUp: true })
    .pipe(
      ofType('update'),
      map(({ payload }) => ({ name, payload })),
      // An account whose token is revoked must not end the others.
      catchError((error: unknown) => {
        console.log(`${name}: ${String(error)}`);
        return EMPTY;
      }),
    );
});

export const subscription = merge(...accounts).subscribe(({ name, payload }) => {
  console.log(`${name}: ${payload.account.acct} posted ${payload.id}`);
});
