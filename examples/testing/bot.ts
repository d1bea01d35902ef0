// A bot that collects posts across lost connections. docs/04-testing.md tests it.
import { createTimelines, ofType, type TimelinesConfig } from 'mastodon-rx';
import { map, type Observable } from 'rxjs';

/** The texts of all posts on the home timeline. */
export const textsOf = (config: TimelinesConfig): Observable<string> =>
  createTimelines({ reconnect: true, catchUp: true, ...config })
    .user()
    .pipe(
      ofType('update'),
      map(({ payload }) => payload.content),
    );
