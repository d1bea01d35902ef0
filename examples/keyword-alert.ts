// Rings the bell when a public post contains one of these words, also after an edit.
//
//   npx tsx examples/keyword-alert.ts mastodon observable
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one.
import { createTimelines, ofType } from 'mastodon-rx';
import { filter, map } from 'rxjs';
import { server } from './server.ts';
import { textOf } from './text.ts';

const fold = (text: string): string => text.normalize('NFKC').toLocaleLowerCase();
const wanted = new Set(process.argv.slice(2).map(fold));

// Whole words, in any script.
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
const wordsOf = (text: string): string[] =>
  Array.from(segmenter.segment(fold(text)), ({ segment }) => segment);

export const subscription = createTimelines(await server())
  .public({ reconnect: true, catchUp: true })
  .pipe(
    ofType('update', 'status.update'),
    map(({ payload }) => ({ post: payload, found: wordsOf(textOf(payload)) })),
    map(({ post, found }) => ({ post, found: found.filter((word) => wanted.has(word)) })),
    filter(({ found }) => found.length > 0),
  )
  .subscribe(({ post, found }) => {
    const words = [...new Set(found)].join(', ');
    console.log(`\u0007${words}: ${post.account.acct}, ${post.url ?? post.uri}`);
  });
