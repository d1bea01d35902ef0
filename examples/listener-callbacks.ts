// Functions instead of a class: Mastodon.py's CallbackStreamListener.
//
//   npx tsx examples/listener-callbacks.ts
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one.
import { CallbackStreamListener, createTimelines, toListener } from 'mastodon-rx';
import { server } from './server.ts';

const listener = new CallbackStreamListener({
  onUpdate: (status) => console.log(`${status.account.acct} posted ${status.id}`),
  onLocalUpdate: (status) => console.log(`${status.account.acct} is one of us`),
  onDelete: (id) => console.log(`${id} was deleted`),
  onAbort: (error) => console.log(`Lost: ${error.message}`),
});

const timelines = createTimelines(await server());
export const handle = toListener(timelines.public({ reconnect: true }), listener);
