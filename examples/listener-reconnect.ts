// A bot that runs by itself and reconnects: Mastodon.py's `run_async=True, reconnect_async=True,
// reconnect_async_wait_sec=5`. Ctrl-C ends it.
//
//   npx tsx examples/listener-reconnect.ts
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one.
import { createTimelines, StreamListener, toListener, type Notification } from 'mastodon-rx';
import { server } from './server.ts';

class Bot extends StreamListener {
  override onNotification({ type, account }: Notification): void {
    console.log(`${account.acct}: ${type}`);
  }
  override onConnected(): void {
    console.log('Connected');
  }
  override onAbort(error: Error): void {
    console.log(`Lost: ${error.message}`);
  }
}

const timelines = createTimelines(await server());
export const handle = toListener(timelines.user({ reconnect: 5_000 }), new Bot());

// Meanwhile the program does something else, until the handle is closed or a 401 ends the stream.
process.once('SIGINT', handle.close);
handle.done.then(
  () => console.log('Closed'),
  (error: unknown) => console.log(`Given up: ${String(error)}`),
);
