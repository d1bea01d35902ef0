// A listener on your home timeline: Mastodon.py's `stream_user(listener)`, which blocks.
//
//   npx tsx examples/listener-basic.ts
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one.
import {
  createTimelines,
  StreamListener,
  toListener,
  type Notification,
  type Status,
} from 'mastodon-rx';
import { server } from './server.ts';

class Printer extends StreamListener {
  override onUpdate(status: Status): void {
    console.log(`${status.account.acct} posted ${status.id}`);
  }
  override onNotification({ type, account }: Notification): void {
    console.log(`${account.acct}: ${type}`);
  }
  override onDelete(id: string): void {
    console.log(`${id} was deleted`);
  }
}

const timelines = createTimelines(await server());
// Without `reconnect` the first lost connection ends the stream: its error is thrown here.
await toListener(timelines.user(), new Printer()).done;
