// Says what shall be streamed: ten hashtags, twice, by the ingesters of the groups `a` and `b`.
//
// With MASTODON_URL and MASTODON_TOKEN it is that server's. Without, this process is a Mastodon, on which
// somebody posts ten times a second: leave it running. Ctrl-C takes everything back.
import { assignTimelines, listAssignments, unassignTimelines } from 'mastodon-rx/jetstream';
import { startFakeMastodon } from 'mastodon-rx/testing';
import { engine } from './engine.ts';

const { nc, js } = await engine();
const url = process.env['MASTODON_URL'] ?? (await demo());
const tags = Array.from({ length: 10 }, (_, n) => (n === 0 ? 'rxjs' : `rxjs${n}`));
const assignments = tags.map((tag) => ({
  instance: url,
  timeline: ['hashtag', tag],
  credential: 'example',
}));

for (const group of ['a', 'b']) {
  const added = await assignTimelines(js, assignments, { group });
  console.log(`group ${group}: ${added} new of ${(await listAssignments(js, { group })).length}`);
}
process.once('SIGINT', () => {
  void Promise.all(['a', 'b'].map((group) => unassignTimelines(js, assignments, { group })))
    .then(() => nc.drain())
    .then(() => process.exit());
});

/** A Mastodon on a port that stays the same, so that it can be started again. */
async function demo(): Promise<string> {
  const server = await startFakeMastodon({ port: 3_999, token: 'example-token' });
  let posts = 0;
  setInterval(() => {
    const name = `rxjs${posts++ % 10 || ''}`;
    server.post({ content: `<p>Post ${posts} about #${name}</p>`, tags: [{ name }] });
    if (posts % 100 === 0) console.log(`${posts} posts`);
  }, 100);
  return server.url;
}
