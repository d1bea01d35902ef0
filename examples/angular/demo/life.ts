/** Simulates the life of the demo's server while the page is open. */
import type { FakeStatus, FaultyServer } from 'mastodon-rx/testing/memory';
import { interval, merge, tap, type Observable } from 'rxjs';
import { ALICE, IRIA, LOTTE, MIRA, NOOR, OLDER_POSTS, POSTS, SOFIA, THEO } from './cast.ts';

const MINUTE = 60_000;
const CAST = [MIRA, THEO, IRIA, LOTTE, NOOR, SOFIA];

/** The time `ms` ago, as a date of ISO 8601. */
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

/** Posts the history: `history` posts to scroll down to, and then the best posts of all people. */
export function furnish(server: FaultyServer, history = 160): void {
  const all = [...OLDER_POSTS, ...POSTS];
  for (let n = history; n > 0; n--) {
    server.post({ ...all[n % all.length], created_at: ago((n + POSTS.length) * 7 * MINUTE) });
  }
  furnishNotifications(server);
  const latest = POSTS.map((post, n) => {
    const created_at = ago((n + 1) * 6 * MINUTE);
    return { ...post, created_at };
  });
  for (const post of latest.reverse()) server.post(post);
  for (const [n, text] of ['Thanks for the boat!', 'tomorrow at four, at the pier?'].entries()) {
    const account = [SOFIA, LOTTE][n] ?? MIRA;
    const created_at = ago((3 - n) * 20 * MINUTE);
    server.converse({
      accounts: [account],
      last_status: { account, created_at, content: `<p>@alice ${text}</p>` },
    });
  }
}

/** Adds two posts of Alice's with likes and boosts, and some followers. */
function furnishNotifications(server: FaultyServer): void {
  const [first, second] = ['It runs!', 'It runs in a page without a server, too.'].map((text) =>
    server.post({ account: ALICE, content: `<p>${text}</p>`, created_at: ago(65 * MINUTE) }),
  );
  const notify = (type: 'favourite' | 'reblog', who: (typeof CAST)[number], minutes: number) => {
    const status = type === 'favourite' ? second : first;
    server.notify({
      ...{ type, account: who, created_at: ago(minutes * MINUTE) },
      ...{ status: status ?? {}, group_key: `${type}-${status?.id ?? ''}` },
    });
  };
  server.notify({ type: 'follow', account: THEO, created_at: ago(64 * MINUTE) });
  for (const [n, who] of CAST.slice(0, 3).entries()) notify('reblog', who, 62 - n);
  server.notify({ type: 'follow', account: NOOR, created_at: ago(58 * MINUTE) });
  for (const [n, who] of CAST.entries()) notify('favourite', who, 55 - n * 8);
}

/**
 * Simulates the server without end, faults included; the values that it emits have no meaning.
 *
 * @param between - the time between two posts, in ms.
 */
export function lifeOn(server: FaultyServer, between = 3_000): Observable<unknown> {
  const posted: FakeStatus[] = [];
  const post = (turn: number): void => {
    posted.unshift(server.post(POSTS[turn % POSTS.length]));
    posted.length = Math.min(posted.length, 20);
  };
  return merge(
    interval(between).pipe(tap(post)),
    interval(between * 3.3).pipe(
      tap(() => {
        const last = posted.find(({ reblog, edited_at }) => reblog === null && edited_at === null);
        if (last) server.edit({ id: last.id, content: `${last.content}<p>Edit: a typo.</p>` });
      }),
    ),
    interval(between * 5.7).pipe(
      tap(() => {
        const [deleted] = posted.splice(2, 1);
        if (deleted) server.remove(deleted.id);
      }),
    ),
    interval(between * 4.1).pipe(tap(() => server.notify({ type: 'mention', account: MIRA }))),
    interval(between * 15).pipe(tap(() => server.drop())),
    // From time to time more is missed than catchUp fetches, which leaves a gap.
    interval(between * 41).pipe(
      tap(() => {
        server.drop();
        for (let turn = 0; turn < 60; turn++) post(turn);
      }),
    ),
  );
}
