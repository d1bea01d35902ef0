/**
 * Random histories before, while and after a client connects, against random faults, in virtual time: with `backfill`
 * and `catchUp` the newest of each kind come first, then all that follows, each once and in order; the lists, which
 * are scrolled at random moments, are windows of what the server has. `SCROLLED_RUNS=20000 npx vitest run --project
 * node spec/hardening/scrolledTimelines` runs longer; fast-check prints the seed and the shrunk history of a failure.
 */
import fc from 'fast-check';
import {
  toNotifications,
  toTimeline,
  type Notification,
  type Status,
  type StreamEvent,
} from 'mastodon-rx';
import { createFakeMastodon, type MemoryMastodonConfig } from 'mastodon-rx/testing/memory';
import { asyncScheduler, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  CLIENT,
  idsOf,
  inVirtualTime,
  playInMemory,
  playInTurn,
  SERVER,
  steps,
  type History,
  type Step,
  type Transport,
  withoutStacks,
} from './histories.ts';

/** The number of items of each kind that come first, and of those in a list until it is scrolled. */
const BACKFILL = 4;
const LIMIT = 5;
/** The pages are small, so that there are several. */
const PAGE = 3;
/** The time, in ms, after which no item is on its way any more. */
const SETTLED = 1_000;

interface Story {
  /** Steps before the client subscribes. */
  readonly before: readonly Step[];
  /** Steps from then on, including the opening of the connection. */
  readonly after: readonly (Step | 'scroll')[];
}

const published = fc.array(
  fc.constantFrom<Step>('post', 'post', 'post', 'notify', 'edit', 'delete'),
  { maxLength: 30 },
);
const stories: fc.Arbitrary<Story> = fc.record({
  before: published,
  after: fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: steps },
        { weight: 1, arbitrary: fc.constant<('scroll' | 'breathe')[]>(['scroll', 'breathe']) },
      ),
      { maxLength: 4 },
    )
    .map((parts) => parts.flat()),
});

interface Received {
  readonly history: History;
  /** The posts and notifications from before the subscription. */
  readonly first: { readonly posts: readonly string[]; readonly notifications: readonly string[] };
  readonly events: readonly StreamEvent[];
  readonly posts: readonly Status[];
  readonly notifications: readonly Notification[];
}

function received(
  { before, after }: Story,
  transport: Transport,
  flavour: NonNullable<MemoryMastodonConfig['flavour']>,
): Received {
  const history: History = { posts: [], deleted: new Set(), notifications: [] };
  const events: StreamEvent[] = [];
  let first: Received['first'] | undefined;
  let posts: readonly Status[] = [];
  let notifications: readonly Notification[] = [];
  inVirtualTime((flush) => {
    const server = createFakeMastodon({ ...SERVER, heartbeatInterval: 50, flavour });
    for (const step of before) playInMemory(server, transport, history, step);
    first = {
      posts: history.posts.filter((id) => !history.deleted.has(id)),
      notifications: [...history.notifications],
    };

    const timelines = server.timelines({ ...CLIENT, transport, streamingUrl: server.url });
    const older$ = new Subject<void>();
    const home = timelines.user({ backfill: BACKFILL });
    const config = {
      ...{ limit: LIMIT, older$ },
      older: ((id, options) => home.older(id, { ...options, limit: PAGE })) as typeof home.older,
    };
    const shared$ = new Subject<StreamEvent>();
    let [post, note] = ['', ''];
    const leaveAtTheEnd = (): void => {
      const last = [idsOf(events, 'update').at(-1), idsOf(events, 'notification').at(-1)];
      if (last[0] !== post || last[1] !== note || isOver) return;
      isOver = true;
      // Pending pages arrive; then the list is scrolled until no fault is left.
      for (let scroll = 1; scroll <= 3; scroll++) {
        asyncScheduler.schedule(() => older$.next(), scroll * SETTLED);
      }
      asyncScheduler.schedule(() => subscription.unsubscribe(), 4 * SETTLED);
    };
    let isOver = false;
    const subscription = shared$.pipe(toTimeline(config)).subscribe((list) => (posts = list));
    subscription.add(
      shared$.pipe(toNotifications(config)).subscribe((list) => (notifications = list)),
    );
    subscription.add(
      home.subscribe((event) => {
        events.push(event);
        shared$.next(event);
        leaveAtTheEnd();
      }),
    );

    // An item that does not arrive in 20 s is lost.
    subscription.add(asyncScheduler.schedule(() => subscription.unsubscribe(), 20_000));
    const playStep = (step: Step | 'scroll'): number => {
      if (step !== 'scroll') return playInMemory(server, transport, history, step);
      // `backfill` is about to emit the page that an empty list requests.
      if (posts.length > 0 && notifications.length > 0) older$.next();
      return 0;
    };
    playInTurn(after, playStep, () => {
      server.delayRest(undefined);
      [post, note] = [server.post().id, server.notify().id];
      history.posts.push(post);
      history.notifications.push(note);
      leaveAtTheEnd(); // the faults may have ended by now
    });
    flush();
    server.close();
  });
  return { history, first: first!, events, posts, notifications };
}

function expectWindow({ history, first, events, posts, notifications }: Received): void {
  const { deleted } = history;
  const heard = new Set(
    events.flatMap((event) => (event.type === 'delete' ? [event.payload] : [])),
  );
  const ids = idsOf(events, 'update');

  // After so many failures of REST that a warning is emitted, items may be missing.
  if (events.some(({ type }) => type === 'warning')) return;

  // The newest posts before the subscription, and all later ones: each once, in order.
  const from = history.posts.indexOf(ids[0]!);
  const isThere = (id: string): boolean => !deleted.has(id) || ids.includes(id);
  expect(ids).toEqual(history.posts.slice(from).filter(isThere));
  const backfilled = ids.filter((id) => first.posts.includes(id));
  expect(backfilled.length).toBeLessThanOrEqual(BACKFILL);
  // A post from before the request of the page is among its items.
  const alive = history.posts.filter((id) => !deleted.has(id));
  expect(ids.length).toBeGreaterThanOrEqual(Math.min(BACKFILL, alive.length));
  const noted = idsOf(events, 'notification');
  expect(noted).toEqual(history.notifications.slice(-noted.length));
  expect(noted.length).toBeGreaterThanOrEqual(Math.min(BACKFILL, history.notifications.length));

  // The lists are windows without gaps. A post that was deleted while no client was connected
  // may be missing.
  const shown = posts.map(({ id }) => id);
  expect(shown.filter((id) => heard.has(id))).toEqual([]);
  const newest = [...history.posts].reverse();
  const window = shown.filter((id) => !deleted.has(id));
  expect(window).toEqual(newest.filter((id) => !deleted.has(id)).slice(0, window.length));
  expect(shown).toEqual(newest.filter((id) => shown.includes(id)));
  const notes = notifications.map(({ id }) => id);
  expect(notes).toEqual([...history.notifications].reverse().slice(0, notes.length));
  // The last scrolling has loaded a page, or all posts are loaded.
  expect(notes.length).toBeGreaterThanOrEqual(
    Math.min(history.notifications.length, Math.min(LIMIT, noted.length) + PAGE),
  );
}

describe.each([
  ['Mastodon', 'sse', 'mastodon'],
  ['Mastodon', 'websocket', 'mastodon'],
  ['GoToSocial', 'websocket', 'gotosocial'],
] as const)('a scrolled timeline of %s over %s', (_name, transport, flavour) => {
  const numRuns = Number(process.env['SCROLLED_RUNS'] ?? 300);

  it(
    `starts before the subscription, has no gap, and loads older items, in ${numRuns} random histories`,
    { timeout: numRuns * 200 },
    () => {
      withoutStacks();
      fc.assert(
        fc.property(stories, (story) => {
          expectWindow(received(story, transport, flavour));
        }),
        { numRuns },
      );
    },
  );
});
