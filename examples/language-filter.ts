// The public timeline in the languages that you read.
//
//   npx tsx examples/language-filter.ts de fr
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one.
import { createTimelines, ofType } from 'mastodon-rx';
import { filter, map } from 'rxjs';
import { server } from './server.ts';
import { textOf } from './text.ts';

const languages = new Set(process.argv.slice(2));

export const subscription = createTimelines(await server())
  .public({ reconnect: true })
  .pipe(
    ofType('update'),
    map(({ payload }) => payload),
    // `de-CH` is German, too. Posts without a language are not shown.
    filter(({ language }) => languages.has(language?.split('-')[0] ?? '')),
  )
  .subscribe((status) =>
    console.log(`[${status.language}] ${status.account.acct}: ${textOf(status)}`),
  );
