// The queue of the moderators: reports first, then new accounts, the oldest of each first. The account
// of the token must have the permission to see them.
//
//   npx tsx examples/moderation-queue.ts
//
// It runs against a fake Mastodon; with MASTODON_URL and MASTODON_TOKEN against a real one.
import { createTimelines, ofType, type Notification } from 'mastodon-rx';
import { filter, map, scan } from 'rxjs';
import { server } from './server.ts';

const ORDER: readonly string[] = ['admin.report', 'admin.sign_up'];

function lineOf({ type, account, report }: Notification): string {
  if (type === 'admin.sign_up' || !report) return `@${account.acct} has joined`;
  const { category, target_account: target, comment } = report;
  return `@${target.acct} is reported (${category ?? 'other'}): ${comment ?? ''}`;
}

export const subscription = createTimelines(await server())
  .userNotification({ reconnect: true, catchUp: true })
  .pipe(
    ofType('notification'),
    map(({ payload }) => payload),
    filter(({ type }) => ORDER.includes(type)),
    scan<Notification, readonly Notification[]>(
      (queue, item) =>
        [...queue, item]
          .slice(-100) // on a flooded server, only the last
          .sort((one, other) => ORDER.indexOf(one.type) - ORDER.indexOf(other.type)),
      [],
    ),
  )
  .subscribe((queue) => {
    console.log([`Waiting: ${queue.length}`, ...queue.map(lineOf)].join('\n  '));
  });
