// Prints each post once, although it is on your home timeline, on the public one and under a hashtag.
//
//   npx tsx examples/dedupe.ts rxjs
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one.
import { createTimelines, distinctEvents, ofType } from 'mastodon-rx';
import { merge } from 'rxjs';
import { server } from './server.ts';

const [tag = 'rxjs'] = process.argv.slice(2);
const timelines = createTimelines({ ...(await server()), reconnect: true });

export const subscription = merge(timelines.user(), timelines.public(), timelines.hashtag(tag))
  .pipe(ofType('update'), distinctEvents())
  .subscribe(({ stream, payload }) => {
    console.log(`${payload.account.acct} posted ${payload.id}, first on ${stream.join(' ')}`);
  });
