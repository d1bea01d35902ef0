// A class whose methods are called. Shown in docs/listener-classes.md.
import { createTimelines, StreamListener, toListener, type Status } from 'mastodon-rx';

class Bot extends StreamListener {
  override onUpdate(status: Status): void {
    console.log(status.account.acct, status.url);
  }
  override onAbort(error: Error): void {
    console.error(error.message);
  }
}

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
});
toListener(timelines.user({ reconnect: true }), new Bot());
