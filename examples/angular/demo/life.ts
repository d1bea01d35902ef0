/** What happens on the demo's server while it is watched. */
import type { FakeMastodon, FakeStatus } from 'mastodon-rx/testing';
import { interval, merge, tap, type Observable } from 'rxjs';
import { IRIA, LOTTE, MIRA, NOOR, POSTS } from './cast.ts';

/** What was there before anybody came. */
export function furnish(server: FakeMastodon): void {
  for (const post of [...POSTS].reverse()) server.post(post);
  server.notify({ type: 'follow', account: NOOR });
  server.notify({ type: 'favourite', account: IRIA, status: { content: '<p>It runs!</p>' } });
  server.converse({
    accounts: [LOTTE],
    last_status: { account: LOTTE, content: '<p>@alice tomorrow at four, at the pier?</p>' },
  });
}

/** Goes on for ever, and emits nothing that matters. Some of it goes wrong, as things do. */
export function lifeOn(server: FakeMastodon, between = 3_000): Observable<unknown> {
  const posted: FakeStatus[] = [];
  return merge(
    interval(between).pipe(
      tap((turn) => {
        posted.unshift(server.post(POSTS[turn % POSTS.length]));
        posted.length = Math.min(posted.length, 20);
      }),
    ),
    interval(between * 3.3).pipe(
      tap(() => {
        const post = posted.find(({ reblog, edited_at }) => reblog === null && edited_at === null);
        if (post) server.edit({ id: post.id, content: `${post.content}<p>Edit: a typo.</p>` });
      }),
    ),
    interval(between * 5.7).pipe(
      tap(() => {
        const [post] = posted.splice(2, 1);
        if (post) server.remove(post.id);
      }),
    ),
    interval(between * 4.1).pipe(tap(() => server.notify({ type: 'mention', account: MIRA }))),
    interval(between * 15).pipe(tap(() => server.drop())),
  );
}
