// A fake Mastodon in a process of its own, with a post every second. Shown in docs/01-first-stream.md.
import { startFakeMastodon } from 'mastodon-rx/testing';

const server = await startFakeMastodon({ port: 3000, token: 'demo' });
let number = 0;
setInterval(() => server.post({ account: { acct: 'ada' }, content: `Post ${++number}` }), 1_000);
console.log(`A fake Mastodon is running at ${server.url}`);
