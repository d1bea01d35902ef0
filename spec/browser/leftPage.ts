/** Runs in a page: a stream that only events of the page reconnect, and the events that it has emitted. */
import { createTimelines } from 'mastodon-rx';

const asked = new URLSearchParams(location.search);
const seen: unknown[] = [];
Object.assign(globalThis, { seen });

addEventListener('pageshow', ({ persisted }) => seen.push({ persisted }));

createTimelines({
  baseUrl: asked.get('server')!,
  accessToken: asked.get('token')!,
  transport: asked.get('transport') === 'websocket' ? 'websocket' : 'sse',
  reconnect: { delay: 600_000, maxDelay: 600_000, jitter: false }, // longer than any test
  catchUp: true,
})
  .public()
  .subscribe(({ type, payload }) => {
    if (type === 'update') seen.push(payload.content);
    if (type === 'disconnected') seen.push(payload.error.message);
  });
