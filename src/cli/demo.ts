/** Runs the built-in demo: a fake Mastodon in this process, on which a few invented people post. */
import {
  concatMap,
  defer,
  from,
  ignoreElements,
  merge,
  repeat,
  tap,
  timer,
  type Observable,
} from 'rxjs';
import { createTimelines } from '../index.ts';
import {
  fakeAnnouncement,
  startFakeMastodon,
  type FakeMastodon,
  type FakeStatus,
  type FakeStatusPartial,
} from '../testing/index.ts';
import type { Command } from './args.ts';
import {
  AFTERTHOUGHTS,
  ANNOUNCEMENT,
  html,
  MESSAGES,
  NOTIFICATIONS,
  POSTS,
  tagOf,
  type LastPostOf,
} from './cast.ts';
import type { Source } from './source.ts';
import { streamOf, type Timeline } from './timeline.ts';

/** The number of items of each kind to show first, unless `--last` sets another. */
const SHOWN_FIRST = 3;

const BANNER =
  'This is the built-in demo server, with invented people. Set MASTODON_URL and MASTODON_TOKEN to use a real server. Ctrl-C ends it.';

/** Starts the demo's server; its people post from the first connection on. */
export async function openDemo({
  timeline,
  reconnect,
  last = SHOWN_FIRST,
  ...command
}: Command): Promise<Source> {
  const { seed = 1, speed = 1 } = command;
  const server = await startFakeMastodon();
  if (timeline.kind === 'list') server.addList(timeline.id);

  const posts = new Posts(server, timeline, seed);
  happenBefore(server, posts);
  const life = from(server.waitForConnections())
    .pipe(concatMap(() => lifeOn(server, posts, seed, speed)))
    .subscribe();
  const timelines = createTimelines({ baseUrl: server.url, accessToken: server.token });
  // The waits are the library's defaults, divided by the demo's speed.
  const waits = { delay: 1_000 / speed, maxDelay: 60_000 / speed, stableAfter: 10_000 / speed };

  return {
    banner: BANNER,
    events$: streamOf(timelines, timeline, { reconnect: reconnect && waits, backfill: last }),
    [Symbol.asyncDispose]: () => {
      life.unsubscribe();
      return server.close();
    },
  };
}

/** Makes some posts and notifications of the minutes before the first connection. */
function happenBefore(server: FakeMastodon, posts: Posts): void {
  const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
  for (const minutes of [11, 7, 4, 2]) posts.post(ago(minutes));
  server.notify({ ...turnOf(NOTIFICATIONS, -1)(), created_at: ago(3) });
  converse(server, MESSAGES.length - 1);
}

/** Makes everything that happens on the server, without end; emits nothing. Times are in ms, at speed 1. */
function lifeOn(
  server: FakeMastodon,
  posts: Posts,
  seed: number,
  speed: number,
): Observable<never> {
  const random = randomFrom(seed);

  /** Calls `act` again and again, after waits of `least` to `most` ms; the first time after `soon` ms. */
  const now = (least: number, most: number, soon: number, act: (turn: number) => void) => {
    let turn = 0;
    const wait = (): number => (turn === 0 ? soon : least + random() * (most - least)) / speed;
    return defer(() => timer(wait())).pipe(
      tap(() => act(turn++)),
      repeat(),
    );
  };

  return merge(
    now(1_000, 2_000, 300, () => posts.post()),
    now(5_000, 8_000, 4_000, (turn) => (turn % 2 === 0 ? posts.edit(turn / 2) : posts.remove())),
    now(3_500, 6_000, 1_500, (turn) => void server.notify(turnOf(NOTIFICATIONS, turn)())),
    now(4_000, 7_000, 800, (turn) => converse(server, turn)),
    now(25_000, 40_000, 9_000, () => announce(server)),
    now(15_000, 20_000, 12_000, (turn) => (turn % 2 === 0 ? server.drop() : server.end())),
  ).pipe(ignoreElements());
}

const turnOf = <T>(things: readonly T[], turn: number): T =>
  things[(turn + things.length) % things.length]!;

/** Posts on a timeline, and edits and deletes some of the posts. */
class Posts {
  readonly #server: FakeMastodon;
  readonly #timeline: Timeline;
  /** The last posts, the newest first. */
  #posted: FakeStatus[] = [];
  #next: number;

  constructor(server: FakeMastodon, timeline: Timeline, seed: number) {
    this.#server = server;
    this.#timeline = timeline;
    this.#next = Math.abs(seed - 1) % POSTS.length;
  }

  /** Posts the next post that the timeline shows; the others would not be seen. */
  post(createdAt?: string): void {
    const lastPostOf: LastPostOf = (acct) =>
      this.#posted.find(({ account }) => account.acct === acct);
    const start = this.#next;
    const candidates = POSTS.map((_, index) => turnOf(POSTS, start + index)(lastPostOf));
    const skipped = candidates.findIndex((status) => isOn(this.#timeline, status));
    const status = candidates[skipped];
    if (!status) return;
    this.#next = start + skipped + 1;
    const posted = this.#server.post({
      ...tagged(status, this.#timeline),
      ...(createdAt !== undefined && { created_at: createdAt }),
    });
    this.#posted = [posted, ...this.#posted].slice(0, POSTS.length);
  }

  edit(turn: number): void {
    const status = this.#posted.find(
      ({ reblog, edited_at }) => reblog === null && edited_at === null,
    );
    if (!status) return;
    const { content } = html(turnOf(AFTERTHOUGHTS, turn));
    const edited = this.#server.edit({ id: status.id, content: status.content + content });
    this.#posted = this.#posted.map((each) => (each.id === edited.id ? edited : each));
  }

  remove(): void {
    const status = this.#posted[1] ?? this.#posted[0];
    if (!status) return;
    this.#server.remove(status.id);
    this.#posted = this.#posted.filter(({ id }) => id !== status.id);
  }
}

function isOn(timeline: Timeline, status: FakeStatusPartial): boolean {
  const isOpen = !status.reblog && (status.visibility ?? 'public') === 'public';
  const isLocal = status.account?.acct?.includes('@') === false;
  switch (timeline.kind) {
    case 'hashtag':
      return isOpen && (isLocal || !timeline.local);
    case 'public': {
      const { local, remote, media } = timeline;
      const isWanted = (!local || isLocal) && (!remote || !isLocal);
      const isReply = (status.in_reply_to_id ?? null) !== null;
      return isOpen && !isReply && isWanted && (!media || status.media_attachments !== undefined);
    }
    default:
      return true;
  }
}

/** Adds the hashtag to a post on a hashtag's timeline. */
function tagged(status: FakeStatusPartial, timeline: Timeline): FakeStatusPartial {
  if (timeline.kind !== 'hashtag') return status;
  const { content = '', tags = [] } = status;
  const { tag } = timeline;
  if (tags.some(({ name }) => name.toLowerCase() === tag.toLowerCase())) return status;
  const { content: added } = html(`#${tag}`);
  return { ...status, content: content + added, tags: [...tags, tagOf(tag)] };
}

function converse(server: FakeMastodon, turn: number): void {
  const { conversation: id, account, text } = turnOf(MESSAGES, turn);
  const { content } = html(text);
  server.converse({ id, accounts: [account], last_status: { account, content } });
}

function announce(server: FakeMastodon): void {
  const announcement = fakeAnnouncement({ content: ANNOUNCEMENT });
  server.publish('user', { event: 'announcement', payload: announcement });
  const payload = { name: '⛵', count: 3, announcement_id: announcement.id };
  server.publish('user', { event: 'announcement.reaction', payload });
}

/** Returns a generator of numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
