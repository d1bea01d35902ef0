// Prints the posts of a hashtag once an hour, or every so many seconds.
//
//   npx tsx examples/hashtag-digest.ts rxjs 3
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one.
import { createTimelines, ofType, type Status } from 'mastodon-rx';
import { bufferTime, map } from 'rxjs';
import { server } from './server.ts';

const [tag = 'rxjs', seconds = '3600'] = process.argv.slice(2);

function digest(posts: readonly Status[]): string {
  const people = new Set(posts.map(({ account }) => account.acct));
  const pictures = posts.flatMap(({ media_attachments: media }) => media);
  const links = posts.map(({ url, uri }) => `\n  ${url ?? uri}`);
  return `#${tag}: ${posts.length} posts, ${people.size} people, ${pictures.length} media${links.join('')}`;
}

export const subscription = createTimelines(await server())
  .hashtag(tag, { reconnect: true, catchUp: true })
  .pipe(
    ofType('update'),
    map(({ payload }) => payload),
    bufferTime(Number(seconds) * 1_000, undefined, 1_000), // a digest of 1,000 posts comes early
    map(digest),
  )
  .subscribe((text) => console.log(text));
