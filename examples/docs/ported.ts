// A program of Mastodon.py, ported. Shown in docs/porting-from-mastodon-py.md.
import { createTimelines, StreamListener, toListener, type Notification } from 'mastodon-rx';

class Bot extends StreamListener {
  override onNotification(notification: Notification): void {
    if (notification.type === 'mention') console.log('mentioned by', notification.account.acct);
  }
  override onDelete(id: string): void {
    console.log('deleted', id);
  }
  override onAbort(error: Error): void {
    console.log('lost:', error.message);
  }
  override onHeartbeat(): void {
    console.log('alive');
  }
}

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
});
const handle = toListener(timelines.user({ timeout: 60_000, reconnect: 5_000 }), new Bot());
process.once('SIGINT', handle.close);
