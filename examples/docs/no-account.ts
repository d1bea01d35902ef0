// Somebody posts every second, on a fake Mastodon. Shown in docs/01-first-stream.md.
import { createTimelines, ofType } from 'mastodon-rx';
import { startFakeMastodon } from 'mastodon-rx/testing';

const server = await startFakeMastodon();
setInterval(() => server.post({ account: { acct: 'ada' }, content: 'Hello' }), 1_000);

const timelines = createTimelines({ baseUrl: server.url, accessToken: server.token });
timelines
  .user()
  .pipe(ofType('update'))
  .subscribe(({ payload }) => console.log(payload.account.acct, payload.content));
