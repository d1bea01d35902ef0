// Replies to everybody who mentions you, at most one post every 36 s: Mastodon accepts 300 in three hours.
//
//   npx tsx examples/mentions-bot.ts [SECONDS]
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one (scopes
// `read` and `write:statuses`).
import { boundedMergeMap, createTimelines, ofType, type Notification } from 'mastodon-rx';
import { catchError, concat, EMPTY, filter, ignoreElements, map, retry, tap, timer } from 'rxjs';
import { post } from './rest.ts';
import { server } from './server.ts';

const pause = Number(process.argv[2] ?? 36) * 1_000;
const where = await server();

function answer({ id, account, status }: Notification) {
  const body = {
    status: `@${account.acct} Thank you, I have read it.`,
    in_reply_to_id: status?.id,
    visibility: status?.visibility,
  };
  return post(where, '/api/v1/statuses', body, id).pipe(
    retry({ count: 3, delay: 5_000 }), // with the same key, so that it is not posted twice
    tap(() => console.log(`Answered ${account.acct}`)),
    catchError((error: unknown) => {
      console.log(`Not answered: ${account.acct}, ${String(error)}`);
      return EMPTY;
    }),
  );
}

export const subscription = createTimelines(where)
  .userNotification({ reconnect: true, catchUp: true })
  .pipe(
    ofType('notification'),
    map(({ payload }) => payload),
    filter(({ type }) => type === 'mention'),
    filter(({ account }) => !account.bot), // two bots would reply to each other for ever
    boundedMergeMap((mention) => concat(answer(mention), timer(pause).pipe(ignoreElements())), {
      capacity: 100,
      overflow: 'drop-oldest',
      onDrop: ({ account }) => console.log(`Too much at once: ${account.acct} gets no answer`),
    }),
  )
  .subscribe();
