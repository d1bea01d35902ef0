/** Older pages over REST, and lists that start with older posts and load more at the end. */
import type { StreamEvent, TimelinePage } from 'mastodon-rx';
import { toConversations, toNotifications, toTimeline } from 'mastodon-rx';
import { firstValueFrom, map, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { EXPOSED, fake, timelinesOf } from '../helpers/fake.ts';
import { record } from '../helpers/record.ts';

const idsOf = ({ items }: TimelinePage<{ readonly id: string }>): string[] =>
  items.map(({ id }) => id);

const pagesAsked = (requests: readonly { readonly path: string }[]): string[] =>
  requests.map(({ path }) => path).filter((path) => path.startsWith('/api/v1/timelines'));

describe('older()', () => {
  it('emits the page below an id, newest first, and whether there are more', async () => {
    const server = await fake();
    const ids = Array.from({ length: 5 }, () => server.post().id).reverse();
    const home = timelinesOf(server).user();
    expect(pagesAsked(server.requests)).toEqual([]);

    const first = await firstValueFrom(home.older(undefined, { limit: 2 }));
    expect(idsOf(first)).toEqual(ids.slice(0, 2));
    expect(first).toMatchObject({ hasMore: true, lastId: ids[1] });
    const second = await firstValueFrom(home.older(first.lastId, { limit: 40 }));
    expect(idsOf(second)).toEqual(ids.slice(2));
    const end = await firstValueFrom(home.older(second.lastId));
    expect(end).toEqual({ items: [], hasMore: false, lastId: undefined });
  });

  it('requests the kind of items that the stream has', async () => {
    const server = await fake();
    const tagged = server.post({ tags: [{ name: 'rxjs' }] });
    server.post();
    const notified = server.notify();
    const conversation = server.converse();
    const timelines = timelinesOf(server);
    const page = async (page$: ReturnType<ReturnType<typeof timelines.user>['older']>) =>
      idsOf(await firstValueFrom(page$));

    expect(await page(timelines.hashtag('rxjs').older(undefined))).toEqual([tagged.id]);
    expect(idsOf(await firstValueFrom(timelines.userNotification().older(undefined)))).toEqual([
      notified.id,
    ]);
    expect(
      idsOf(await firstValueFrom(timelines.user().older(undefined, { kind: 'notification' }))),
    ).toEqual([notified.id]);
    expect(idsOf(await firstValueFrom(timelines.direct().older(undefined)))).toEqual([
      conversation.id,
    ]);
  });

  it('waits for Retry-After, and repeats a request after a temporary failure', async () => {
    const server = await fake();
    const { id } = server.post();
    server.failNextRest(429, { 'retry-after': '0', ...EXPOSED });
    server.failNextRest(500);
    const page = await firstValueFrom(timelinesOf(server).public().older(undefined));
    expect(idsOf(page)).toEqual([id]);
  });

  it('errors with the server’s message', async () => {
    const server = await fake();
    server.failNextRest(403, {}, { error: 'This action is outside the authorized scopes' });
    await expect(firstValueFrom(timelinesOf(server).user().older(undefined))).rejects.toMatchObject(
      {
        ...{ name: 'MastodonApiError', status: 403 },
        serverMessage: 'This action is outside the authorized scopes',
      },
    );
  });

  it('rejects invalid arguments at the call', async () => {
    const timelines = timelinesOf(await fake());
    const stream = timelines.channel({ name: 'public:bubble', path: 'public/bubble' });
    expect(() => stream.older(undefined)).toThrow(/kind/);
    expect(() => timelines.public().older(7 as never)).toThrow(/beforeId must be a string/);
    expect(() => timelines.public().older('7', { limit: 0 })).toThrow(/limit must be/);
    expect(() => timelines.public().older('7', { kind: 'notification' })).toThrow(/kind must be/);
  });
});

describe('a timeline that starts with older posts and loads more at the end', () => {
  it('lists the newest posts first, adds live ones at the top, and older ones when it is scrolled', async () => {
    const server = await fake();
    const ids = Array.from({ length: 30 }, () => server.post().id).reverse();
    const more$ = new Subject<void>();
    const home = timelinesOf(server).user({ backfill: 5 });
    const lists = record(
      home.pipe(
        toTimeline({ limit: 5, older$: more$ }),
        map((list) => list.map(({ id }) => id)),
      ),
    );
    const holds = (expected: readonly string[]) =>
      lists.until((list) => String(list) === String(expected));
    await holds(ids.slice(0, 5));
    await server.waitForConnections();

    more$.next();
    await holds(ids.slice(0, 25));
    const { id } = server.post();
    await holds([id, ...ids.slice(0, 24)]);
    server.remove(ids[3]!);
    await holds([id, ...ids.slice(0, 24)].filter((each) => each !== ids[3]));
    more$.next();
    await holds([id, ...ids].filter((each) => each !== ids[3]));
  });

  it('works for notifications and conversations, too', async () => {
    const server = await fake();
    const notified = Array.from({ length: 3 }, () => server.notify().id).reverse();
    const talked = Array.from({ length: 3 }, () => server.converse().id).reverse();
    const timelines = timelinesOf(server, { backfill: 2 });
    const more$ = new Subject<void>();
    const notifications = record(
      timelines.userNotification().pipe(
        toNotifications({ limit: 2, older$: more$ }),
        map((list) => list.map(({ id }) => id)),
      ),
    );
    const conversations = record(
      timelines.direct().pipe(
        toConversations({ limit: 2, older$: more$ }),
        map((list) => list.map(({ id }) => id)),
      ),
    );
    await notifications.until((list) => String(list) === String(notified.slice(0, 2)));
    await conversations.until((list) => String(list) === String(talked.slice(0, 2)));
    more$.next();
    await notifications.until((list) => String(list) === String(notified));
    await conversations.until((list) => String(list) === String(talked));
  });
});

it('a stream sends no request for older items unless older() is subscribed to', async () => {
  const server = await fake();
  const stream = record<StreamEvent>(timelinesOf(server).public());
  await stream.until(({ type }) => type === 'connected');
  await server.waitForConnections();
  server.post();
  await stream.until(({ type }) => type === 'update');
  expect(pagesAsked(server.requests)).toEqual([]);
});
