// One listener on a hashtag and on a list: Mastodon.py's `stream_hashtag` and `stream_list`. The last
// argument of every method says which of them the event is from.
//
//   npx tsx examples/listener-hashtag-and-list.ts rxjs 42
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one.
import { createTimelines, StreamListener, toListener, type Status } from 'mastodon-rx';
import { server } from './server.ts';

class Printer extends StreamListener {
  override onUpdate(status: Status, stream: readonly string[]): void {
    console.log(`${stream.join(' ')}: ${status.account.acct} posted ${status.id}`);
  }
  override onAbort(error: Error, stream: readonly string[] = ['all']): void {
    console.log(`${stream.join(' ')}: lost, ${error.message}`);
  }
}

const [tag = 'rxjs', list = '42'] = process.argv.slice(2);
const timelines = createTimelines({ ...(await server()), reconnect: true });
const printer = new Printer();
export const handles = [
  toListener(timelines.hashtag(tag), printer),
  toListener(timelines.list(list), printer),
];
