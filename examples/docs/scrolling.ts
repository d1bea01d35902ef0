// A timeline that starts with older posts and loads more at the end. Shown in docs/06-lists-and-slow-consumers.md.
import {
  createTimelines,
  hideFiltered,
  shareTimeline,
  toNotifications,
  toTimeline,
} from 'mastodon-rx';
import { Subject } from 'rxjs';

const timelines = createTimelines({
  baseUrl: 'https://mastodon.social',
  accessToken: 'your token',
});
const home$ = timelines
  .user({ reconnect: true, catchUp: true, backfill: { status: 40, notification: 20 } })
  .pipe(hideFiltered(), shareTimeline());
const older$ = new Subject<void>(); // older$.next() when the user scrolls to the end

home$
  .pipe(toTimeline({ limit: 40, older$, onOlder: ({ error }) => error && console.log(error) }))
  .subscribe((posts) => console.log(posts.length, 'posts'));
home$
  .pipe(toNotifications({ group: true }))
  .subscribe((groups) => console.log(groups.map(({ type, accounts }) => [type, accounts.length])));
