// Assigns ten hashtags twice: to the ingesters of group `a`, and to those of group `b`.
//
// With MASTODON_URL and MASTODON_TOKEN they are that server's. Without, this process is a Mastodon, on which
// somebody posts ten times a second once both groups stream: leave it running. Ctrl-C takes all assignments back.
import { assignTimelines, listAssignments, unassignTimelines } from 'mastodon-rx/jetstream';
import { startFakeMastodon } from 'mastodon-rx/testing';
import { connectToNats, printEverySecond } from './connect.ts';

const { nc, js } = await connectToNats();
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
  const server = await startFakeMastodon({
    port: Number(process.env['PORT'] ?? 3_999),
    token: 'example-token',
  });
  let posts = 0;
  printEverySecond(() => `${posts} posted`);
  // Once both groups stream all ten, so that the numbers add up; SIGUSR2 ends it.
  void server.waitForConnections(20).then(() => {
    const posting = setInterval(() => {
      const name = `rxjs${posts++ % 10 || ''}`;
      server.post({ content: `<p>Post ${posts} about #${name}</p>`, tags: [{ name }] });
    }, 100);
    process.once('SIGUSR2', () => {
      clearInterval(posting);
      console.log(`${posts} posted in all`);
    });
  });
  return server.url;
}
