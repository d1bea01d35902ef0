// Starts when the streaming server is healthy: Mastodon.py's `stream_healthy`, requested again every second.
//
//   npx tsx examples/listener-health-gate.ts
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one.
import { createTimelines, toListener } from 'mastodon-rx';
import { first, switchMap, tap } from 'rxjs';
import { server } from './server.ts';

const timelines = createTimelines({ ...(await server()), healthInterval: 1_000 });

export const handle = toListener(
  timelines.healthy$.pipe(
    tap((isHealthy) => console.log(isHealthy ? 'The server is well' : 'Waiting for the server')),
    first((isHealthy) => isHealthy),
    switchMap(() => timelines.user({ reconnect: true })),
  ),
  {
    onUpdate: (status) => console.log(`${status.account.acct} posted ${status.id}`),
    onAbort: (error) => console.log(`Lost: ${error.message}`),
  },
);
