// Shows the results of polls that you made or voted in.
//
//   npx tsx examples/poll-results.ts
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one.
import { createTimelines, ofType, type Poll } from 'mastodon-rx';
import { map } from 'rxjs';
import { server } from './server.ts';

function chart({ options, votes_count: votes, voters_count: voters }: Poll): string {
  const lines = options.map(({ title, votes_count: count }) => {
    // A poll without votes ends, too.
    const share = (count ?? 0) / Math.max(1, voters ?? votes);
    const bar = '█'.repeat(Math.round(share * 20));
    return `${(share * 100).toFixed(0).padStart(3)} % ${bar} ${title}`;
  });
  return [`${voters ?? votes} have voted`, ...lines].join('\n');
}

export const subscription = createTimelines(await server())
  .userNotification({ reconnect: true, catchUp: true })
  .pipe(
    ofType('notification'),
    map(({ payload: { type, status } }) => (type === 'poll' ? status?.poll : undefined)),
  )
  .subscribe((poll) => {
    if (poll) console.log(chart(poll));
  });
