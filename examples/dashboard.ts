// A list that changes at most twice a second, however many posts arrive: for a screen on the wall.
//
//   npx tsx examples/dashboard.ts
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one.
import { createTimelines, toTimeline } from 'mastodon-rx';
import { auditTime } from 'rxjs';
import { server } from './server.ts';

// `auditTime` shows the newest list when the time is over. `debounceTime` would show none at all on a
// busy evening, and `throttleTime` an outdated one on a quiet one.
export const subscription = createTimelines(await server())
  .public({ reconnect: true, catchUp: true })
  .pipe(toTimeline({ limit: 5 }), auditTime(500))
  .subscribe((posts) => {
    console.log(`The newest are by ${posts.map(({ account }) => account.acct).join(', ')}`);
  });
