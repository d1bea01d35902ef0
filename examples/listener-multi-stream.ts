// Several streams with one listener, and one handle that closes them all.
//
//   npx tsx examples/listener-multi-stream.ts
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one.
import { createTimelines, toListener } from 'mastodon-rx';
import { merge } from 'rxjs';
import { server } from './server.ts';

const timelines = createTimelines({ ...(await server()), reconnect: true });
const listener = {
  onAnyEvent: (name: string, _payload: unknown, stream: readonly string[]) =>
    console.log(`${stream.join(' ')}: ${name}`),
  onAbort: (error: Error) => console.log(`Lost: ${error.message}`),
};

const local$ = timelines.public({ local: true });
const all$ = merge(timelines.user(), timelines.hashtag('rxjs'), local$);
export const handle = toListener(all$, listener);
