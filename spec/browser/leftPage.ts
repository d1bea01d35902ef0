/** Runs in a page: a stream that only the page's own life brings back, and what the page has seen. */
import { createTimelines } from 'mastodon-rx';

const asked = new URLSearchParams(location.search);
const seen: unknown[] = [];
Object.assign(globalThis, { seen });

addEventListener('pageshow', ({ persisted }) => seen.push({ persisted }));

createTimelines({
  baseUrl: asked.get('server')!,
  accessToken: asked.get('token')!,
  transport: asked.get('transport') === 'websocket' ? 'websocket' : 'sse',
  reconnect: { delay: 600_000, maxDelay: 600_000, jitter: false }, // no test lasts so long
  catchUp: true,
})
  .public()
  .subscribe(({ type, payload }) => {
    if (type === 'update') seen.push(payload.content);
    if (type === 'disconnected') seen.push(payload.error.message);
  });
