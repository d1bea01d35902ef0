/**
 * Where the listener examples get their server from: the one of MASTODON_URL and MASTODON_TOKEN, or else
 * a fake Mastodon in this process. On the fake one somebody posts about #rxjs every second, now and then
 * mentions you or deletes a post, and every ten seconds the connection is lost.
 */
import type { TimelinesConfig } from 'mastodon-rx';
import { startFakeMastodon } from 'mastodon-rx/testing';

/** What `createTimelines` takes. */
export async function server(): Promise<TimelinesConfig> {
  const { MASTODON_URL: baseUrl, MASTODON_TOKEN: accessToken } = process.env;
  if (baseUrl !== undefined) return { baseUrl, accessToken };

  const fake = await startFakeMastodon();
  let second = 0;
  setInterval(() => {
    second++;
    const tags = [{ name: 'rxjs', url: `${fake.url}/tags/rxjs` }];
    const { id, account } = fake.post({ content: `<p>Post ${second} about #rxjs</p>`, tags });
    if (second % 3 === 0) fake.notify({ type: 'mention', account });
    if (second % 4 === 0) fake.remove(id);
    if (second % 10 === 0) fake.drop();
  }, 1_000);
  // The fake would keep the process alive, whatever the example does on Ctrl-C.
  process.once('SIGINT', () => setImmediate(() => process.exit()));
  return { baseUrl: fake.url, accessToken: fake.token };
}
