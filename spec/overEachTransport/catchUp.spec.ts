/** Events of the time in which a connection was lost: `catchUp`, `resumeFrom` and `backfill`. */
import {
  MastodonIllegalArgumentError,
  type StreamEvent,
  type TimelinesConfig,
  type Timelines,
} from 'mastodon-rx';
import type { FakeMastodon } from 'mastodon-rx/testing';
import { take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { closed, EXPOSED, fake, overSse, ready, timelinesOf } from '../helpers/fake.ts';
import { testPage, type TestPage } from '../helpers/page.ts';
import { record, type Recording } from '../helpers/record.ts';

const quick = {
  catchUp: true,
  reconnect: { delay: 1, maxDelay: 1, jitter: false },
} as const satisfies Partial<TimelinesConfig>;

/** Retries when the browser is online again, not after a time. */
const patient = { reconnect: { delay: 1, maxDelay: 600_000, jitter: false } } as const;

const catching = (server: FakeMastodon, config: Partial<TimelinesConfig> = {}): Timelines =>
  timelinesOf(server, { ...quick, ...config });

const isCaughtUp = (event: StreamEvent): boolean => event.type === 'caught-up';

/** The ids of the events: "+" stands before a recovered one, "-" before a deleted one. */
const ids = ({ values }: Recording<StreamEvent>): string[] =>
  values.flatMap((event) => {
    const sign = event.recovered ? '+' : '';
    if (event.type === 'update' || event.type === 'notification') return [sign + event.payload.id];
    if (event.type === 'conversation') return [sign + (event.payload.last_status?.id ?? '')];
    return event.type === 'delete' ? [`-${event.payload}`] : [];
  });

const caughtUps = ({ values }: Recording<StreamEvent>): unknown[] =>
  values.flatMap((event) => {
    if (event.type !== 'caught-up') return [];
    const { recovered, complete } = event.payload;
    return [{ recovered, complete }];
  });

/**
 * Connects, loses the connection, calls `away` meanwhile, and connects again. The server is stopped for
 * it; a REST fault needs an offline page instead, since the library asks REST for the cause of a refused stream.
 */
async function interrupted(
  server: FakeMastodon,
  stream$: ReturnType<Timelines['user']>,
  { before, away, page }: { before?: () => void; away: () => void; page?: TestPage },
): Promise<Recording<StreamEvent>> {
  const recording = record(stream$);
  await ready(server, recording);
  const seen = recording.values.length;
  before?.();
  if (before) await recording.until(seen + 1);
  if (page) page.goOffline();
  else await server.stop();
  await recording.until(({ type }) => type === 'disconnected');
  await server.waitForDisconnections();
  away();
  if (page) page.goOnline();
  else await server.start();
  await recording.until(isCaughtUp);
  return recording;
}

/** Misses one post, and receives `refusal` for the REST request for it. */
async function refused(
  server: FakeMastodon,
  ...refusal: Parameters<FakeMastodon['failNextRest']>
): Promise<{ recording: Recording<StreamEvent>; missed: string }> {
  let missed = '';
  const recording = await interrupted(server, catching(server, patient).public(), {
    page: testPage(),
    away: () => {
      missed = server.post().id;
      server.failNextRest(...refusal);
    },
  });
  return { recording, missed };
}

describe('catchUp', () => {
  it('emits missed events marked, the oldest first, and then caught-up', async () => {
    const server = await fake();
    let posts: { id: string }[] = [];
    const recording = await interrupted(server, catching(server).public(), {
      before: () => (posts = [server.post()]),
      away: () => posts.push(server.post(), server.post()),
    });
    posts.push(server.post());
    await recording.until(({ payload }) => (payload as { id?: string }).id === posts[3]?.id);

    const [first, second, third, fourth] = posts.map(({ id }) => id);
    expect(ids(recording)).toEqual([first, `+${second ?? ''}`, `+${third ?? ''}`, fourth]);
    expect(caughtUps(recording)).toEqual([{ recovered: 2, complete: true }]);
    const types = recording.values.map(({ type }) => type);
    expect(types.slice(types.lastIndexOf('connected'))).toEqual([
      ...(overSse ? ['connected', 'heartbeat'] : ['connected']),
      ...['update', 'update', 'caught-up', 'update'],
    ]);
  });

  it('requests the items after the 20 newest ids received, live or recovered', async () => {
    const server = await fake();
    const posts: { id: string }[] = [];
    const recording = await interrupted(server, catching(server).public(), {
      away: () => posts.push(server.post()),
    });
    posts.push(server.post());
    await recording.until(({ payload }) => (payload as { id?: string }).id === posts[1]?.id);
    const asked = server.requests.length;
    server.end();
    await recording.until((event) => event.type === 'connected' && event.payload.attempt > 1);
    await recording.until(
      (event) => isCaughtUp(event) && event !== recording.values.find(isCaughtUp),
    );
    const pages = server.requests.slice(asked).filter(({ path }) => path.includes('timelines'));
    const newer = '/api/v1/timelines/public?limit=40&min_id=0'; // fewer than 20 were received
    expect(pages.map(({ path }) => path)).toEqual([newer]);

    await server.stop();
    await server.waitForDisconnections();
    server.post();
    const before = server.requests.length;
    await server.start();
    await recording.until(() => caughtUps(recording).length === 3);
    const more = server.requests.slice(before).filter(({ path }) => path.includes('timelines'));
    expect(more.map(({ path }) => path)).toEqual([newer, '/api/v1/timelines/public?limit=1']);
  });

  it('leaves out notifications if the token may not read them, and is complete without them', async () => {
    const server = await fake();
    const accessToken = server.addToken({ scopes: ['read:statuses'] });
    let missed = { id: '' };
    const recording = await interrupted(server, catching(server, { accessToken }).user(), {
      away: () => (missed = server.post()),
    });
    expect(ids(recording)).toEqual([`+${missed.id}`]);
    expect(caughtUps(recording)).toEqual([{ recovered: 1, complete: true }]);
  });

  it('recovers posts if the connection is lost before the first event', async () => {
    const server = await fake();
    server.post();
    let missed = { id: '' };
    const recording = await interrupted(server, catching(server).public(), {
      away: () => (missed = server.post()),
    });
    expect(ids(recording)).toEqual([`+${missed.id}`]);
  });

  it('recovers the posts of a timeline that was empty at the start', async () => {
    const server = await fake();
    let missed = { id: '' };
    const recording = await interrupted(server, catching(server).hashtag('new'), {
      away: () => (missed = server.post({ tags: [{ name: 'new' }] })),
    });
    expect(ids(recording)).toEqual([`+${missed.id}`]);
  });

  it('buffers live events until the missed ones are emitted, and emits each post once', async () => {
    const server = await fake();
    server.delayRest(40);
    const recording = record(catching(server).public());
    await ready(server, recording);
    await server.stop();
    await recording.until(({ type }) => type === 'disconnected');
    const missed = server.post();
    await server.start();
    await server.waitForConnections();
    // Is sent over the stream and, by then, over REST as well.
    const both = server.post();
    server.remove(missed.id);
    await recording.until(({ type }) => type === 'delete');

    expect(ids(recording).filter((id) => id.endsWith(both.id))).toHaveLength(1);
    expect(recording.values.at(-1)).toMatchObject({ type: 'delete', payload: missed.id });
    expect(recording.values.findIndex(isCaughtUp)).toBeLessThan(recording.values.length - 1);
  });

  it.each<[string, (timelines: Timelines) => ReturnType<Timelines['user']>, string[]]>([
    ['user', (of) => of.user(), ['/api/v1/timelines/home', '/api/v1/notifications']],
    ['userNotification', (of) => of.userNotification(), ['/api/v1/notifications']],
    ['public', (of) => of.public(), ['/api/v1/timelines/public']],
    [
      'public local media',
      (of) => of.public({ local: true, onlyMedia: true }),
      ['/api/v1/timelines/public?local=true&only_media=true'],
    ],
    [
      'public remote',
      (of) => of.public({ remote: true }),
      ['/api/v1/timelines/public?remote=true'],
    ],
    ['hashtag', (of) => of.hashtag('日本'), ['/api/v1/timelines/tag/%E6%97%A5%E6%9C%AC']],
    [
      'hashtag local',
      (of) => of.hashtag('x', { local: true }),
      ['/api/v1/timelines/tag/x?local=true'],
    ],
    ['list', (of) => of.list('42'), ['/api/v1/timelines/list/42']],
    ['direct', (of) => of.direct(), ['/api/v1/conversations']],
  ])('requests the REST timelines of %s, 40 items at a time', async (_name, streamOf, paths) => {
    const server = await fake();
    await interrupted(server, streamOf(catching(server)), { away: () => undefined });
    const asked = server.requests.map(({ path }) => path);
    for (const path of paths) {
      const start = `${path}${path.includes('?') ? '&' : '?'}limit=40&min_id=`;
      expect(asked.some((each) => each.startsWith(start))).toBe(true);
    }
  });

  it('recovers notifications and posts of user(), each kind in its order', async () => {
    const server = await fake();
    const missed: string[] = [];
    const recording = await interrupted(server, catching(server).user(), {
      away: () =>
        missed.push(server.post().id, server.notify().id, server.post().id, server.notify().id),
    });
    const [post1, note1, post2, note2] = missed.map((id) => `+${id}`);
    expect(ids(recording)).toEqual([post1, post2, note1, note2]);
  });

  it('recovers conversations by their last post', async () => {
    const server = await fake();
    let missed = { last_status: null as { id: string } | null };
    const recording = await interrupted(server, catching(server).direct(), {
      away: () => (missed = server.converse()),
    });
    expect(ids(recording)).toEqual([`+${missed.last_status?.id ?? ''}`]);
  });

  it('requests pages until the newest item is reached', async () => {
    const server = await fake();
    const missed: string[] = [];
    const recording = await interrupted(server, catching(server).public(), {
      away: () => {
        for (let n = 0; n < 95; n++) missed.push(server.post().id);
      },
    });
    expect(ids(recording)).toEqual(missed.map((id) => `+${id}`));
    expect(caughtUps(recording)).toEqual([{ recovered: 95, complete: true }]);
  });

  it.each([
    [60, false],
    [50, true],
  ])('stops at maxItems 50: of %d missed posts, complete is %s', async (count, complete) => {
    const server = await fake();
    const recording = await interrupted(
      server,
      catching(server, { catchUp: { maxItems: 50 } }).public(),
      {
        away: () => {
          for (let n = 0; n < count; n++) server.post();
        },
      },
    );
    expect(caughtUps(recording)).toEqual([{ recovered: 50, complete }]);
  });

  it('waits for the Retry-After of a 429 before it repeats the request', async () => {
    const server = await fake();
    const { recording, missed } = await refused(server, 429, { 'retry-after': '1', ...EXPOSED });
    expect(ids(recording)).toEqual([`+${missed}`]);
    const [refusedAt = 0, askedAgainAt = 0] = server.requests
      .filter(({ path }) => path.includes('min_id'))
      .map(({ at }) => at);
    expect(askedAgainAt - refusedAt).toBeGreaterThanOrEqual(990);
  });

  it('repeats the request while the server is still building the feed (206)', async () => {
    const server = await fake();
    const { recording, missed } = await refused(server, 206, {
      'mastodon-async-refresh': 'id="1", retry=1',
      ...EXPOSED,
      'access-control-expose-headers': 'mastodon-async-refresh',
    });
    expect(ids(recording)).toEqual([`+${missed}`]);
    expect(caughtUps(recording)).toEqual([{ recovered: 1, complete: true }]);
    const [builtAt = 0, askedAgainAt = 0] = server.requests
      .filter(({ path }) => path.includes('min_id'))
      .map(({ at }) => at);
    expect(askedAgainAt - builtAt).toBeGreaterThanOrEqual(990);
  });

  it('reports the ids around a gap that maxItems leaves', async () => {
    const server = await fake();
    const first = server.post();
    const missed: string[] = [];
    const recording = await interrupted(
      server,
      catching(server, { catchUp: { maxItems: 3, prefer: 'newest' } }).public(),
      {
        away: () => {
          for (let n = 0; n < 5; n++) missed.push(server.post().id);
        },
      },
    );
    expect(ids(recording)).toEqual(missed.slice(2).map((id) => `+${id}`));
    expect(recording.values.find(isCaughtUp)?.payload).toMatchObject({
      complete: false,
      gaps: { status: [{ after: first.id, before: missed[2] }] },
    });
  });

  it('warns, with the status and the server’s message, if the request for the start position fails', async () => {
    const server = await fake();
    server.failNextRest(418, {}, { error: 'no user-agent sent' });
    const recording = record(catching(server).public());
    await recording.until(({ type }) => type === 'warning');
    expect(recording.values.find(({ type }) => type === 'warning')).toMatchObject({
      payload: {
        code: 'catch-up-incomplete',
        message: expect.stringMatching(/418.*no user-agent sent/) as string,
      },
    });
  });

  it('warns after a failed request, keeps the stream, and recovers the post at the next reconnect', async () => {
    const server = await fake();
    const { recording, missed } = await refused(server, 422);
    expect(recording.values.find(({ type }) => type === 'warning')).toMatchObject({
      payload: { code: 'catch-up-incomplete', message: expect.stringContaining('422') as string },
    });
    expect(caughtUps(recording)).toEqual([{ recovered: 0, complete: false }]);

    const live = server.post();
    await recording.until(({ payload }) => (payload as { id?: string }).id === live.id);
    server.end();
    await recording.until(
      (event) => isCaughtUp(event) && event !== recording.values.find(isCaughtUp),
    );
    expect(ids(recording)).toEqual([live.id, `+${missed}`]);
  });

  it('stops at its timeout, and emits the buffered events', async () => {
    const server = await fake();
    const recording = record(catching(server, { catchUp: { timeout: 50 } }).public());
    await ready(server, recording);
    server.delayRest(Infinity);
    server.end();
    await server.waitForDisconnections();
    await server.waitForConnections();
    const live = server.post();
    await recording.until(({ payload }) => (payload as { id?: string }).id === live.id);
    expect(caughtUps(recording)).toEqual([{ recovered: 0, complete: false }]);
    expect(recording.values.find(({ type }) => type === 'warning')).toMatchObject({
      payload: { message: expect.stringContaining('longer than 50 ms') as string },
    });
  });

  it('keeps buffered events if the connection is lost again, and continues at the next connection', async () => {
    const page = testPage();
    const server = await fake();
    const recording = record(catching(server, patient).public());
    await ready(server, recording);
    page.goOffline();
    await server.waitForDisconnections();
    const missed = server.post();
    server.delayRest(Infinity);
    const { length } = server.requests;
    page.goOnline();
    await server.waitForConnections();
    await server.waitForRequests(length + 2); // the stream, and the page of missed posts
    const held = server.post();
    server.remove('1');
    server.end();
    server.delayRest(undefined);
    await recording.until(({ type }) => type === 'delete');
    // The order: the live post comes after the missed one.
    expect(ids(recording)).toEqual([`+${missed.id}`, held.id, '-1']);
  });

  it('emits the buffered events before a fatal error', async () => {
    const server = await fake();
    const accessToken = server.addToken({});
    const recording = record(catching(server, { accessToken }).public());
    await ready(server, recording);
    server.delayRest(Infinity);
    const { length } = server.requests;
    server.end();
    await server.waitForDisconnections();
    await server.waitForConnections();
    await server.waitForRequests(length + 2); // the stream, and the page of missed posts
    const held = server.post();
    server.remove('1');
    server.delayRest(undefined);
    server.revoke(accessToken);
    expect(await recording.ended).toMatchObject({ status: 401 });
    expect(ids(recording)).toEqual([held.id, '-1']);
  });

  it('aborts its request when the subscriber unsubscribes', async () => {
    const server = await fake();
    const recording = record(catching(server).public());
    await ready(server, recording);
    server.delayRest(Infinity);
    const { length } = server.requests;
    server.end();
    await server.waitForConnections();
    await server.waitForRequests(length + 2); // the stream, and the page of missed posts
    recording.unsubscribe();
    await closed(server);
  });

  it('requests nothing if the option is off', async () => {
    const server = await fake();
    const recording = record(catching(server, { catchUp: false }).public());
    await ready(server, recording);
    server.end();
    await recording.until((event) => event.type === 'connected' && event.payload.attempt === 1);
    await server.waitForConnections();
    server.post();
    await recording.until(({ type }) => type === 'update');
    expect(server.requests.filter(({ path }) => path.includes('timelines'))).toEqual([]);
  });

  it('is reported as incomplete for a channel without a REST timeline', async () => {
    const server = await fake({ streams: { 'public/bubble': 'public:bubble' } });
    const recording = await interrupted(
      server,
      catching(server).channel({ name: 'public:bubble', path: 'public/bubble' }),
      { away: () => undefined },
    );
    expect(caughtUps(recording)).toEqual([{ recovered: 0, complete: false }]);
  });

  it('emits a missed post that fails validation as unknown', async () => {
    const server = await fake();
    const recording = await interrupted(server, catching(server).public(), {
      away: () => server.post({ content: 42 } as never),
    });
    expect(recording.values.find(({ type }) => type === 'unknown')).toMatchObject({
      recovered: true,
      payload: { name: 'update', problems: [expect.stringContaining('content') as string] },
    });
  });
});

describe('resumeFrom', () => {
  it('starts with the items after a stored id', async () => {
    const server = await fake();
    const posts = [server.post(), server.post(), server.post()].map(({ id }) => id);
    const recording = record(timelinesOf(server).public({ resumeFrom: posts[0] }));
    await recording.until(isCaughtUp);
    expect(ids(recording)).toEqual([`+${posts[1] ?? ''}`, `+${posts[2] ?? ''}`]);
    expect(recording.values.find(isCaughtUp)?.payload).toMatchObject({
      cursor: { status: posts[2] },
    });
  });

  it('emits a cursor for each kind, also before its first event', async () => {
    const server = await fake();
    const [post, note] = [server.post(), server.notify()];
    const recording = record(timelinesOf(server).user({ resumeFrom: {} }));
    await recording.until(isCaughtUp);
    expect(recording.values.find(isCaughtUp)?.payload).toEqual({
      recovered: 0,
      complete: true,
      cursor: { status: post.id, notification: note.id },
    });
  });

  it('accepts the cursor of a post on direct, which glitch-soc sends', async () => {
    const server = await fake();
    const { last_status: last } = server.converse();
    const resumeFrom = { status: '1', conversation: last?.id };
    const recording = record(timelinesOf(server).direct({ resumeFrom }));
    await recording.until(isCaughtUp);
    expect(caughtUps(recording)).toEqual([{ recovered: 0, complete: true }]);
  });

  it('accepts an id for each kind of a stream', async () => {
    const server = await fake();
    const post = server.post();
    const [first, second] = [server.notify(), server.notify()];
    const resumeFrom = { status: post.id, notification: first.id };
    const recording = record(timelinesOf(server).user({ resumeFrom }));
    await recording.until(isCaughtUp);
    expect(ids(recording)).toEqual([`+${second.id}`]);
  });

  it('leaves out a kind that the token may not read any more, without a warning', async () => {
    const server = await fake();
    const accessToken = server.addToken({ scopes: ['read:statuses'] });
    const post = server.post();
    const resumeFrom = { status: post.id, notification: '1' };
    const recording = record(timelinesOf(server, { accessToken }).user({ resumeFrom }));
    await recording.until(isCaughtUp);
    expect(caughtUps(recording)).toEqual([{ recovered: 0, complete: true }]);
    const codes = recording.values.flatMap((event) =>
      event.type === 'warning' ? [event.payload.code] : [],
    );
    expect(codes).not.toContain('catch-up-incomplete');
  });

  it.each([
    [
      'one id for two kinds',
      (of: Timelines) => of.user({ resumeFrom: '1' }),
      /status: id, notification: id/,
    ],
    [
      'a kind that the stream does not have',
      (of: Timelines) => of.public({ resumeFrom: { notification: '1' } }),
      /Unknown kind in resumeFrom "notification"/,
    ],
    ['a number', (of: Timelines) => of.public({ resumeFrom: 1 as never }), /an id, or an object/],
    [
      'text that is not an id',
      (of: Timelines) => of.public({ resumeFrom: '1&max_id=2' }),
      /as the server wrote it/,
    ],
    [
      'a fork’s channel',
      (of: Timelines) => of.channel({ name: 'x', path: 'x', resumeFrom: '1' }),
      /no REST timeline is known/,
    ],
  ])('refuses %s', async (_what, call, message) => {
    const server = await fake();
    expect(() => call(timelinesOf(server))).toThrow(MastodonIllegalArgumentError);
    expect(() => call(timelinesOf(server))).toThrow(message);
  });

  it('ends with the subscriber in the middle of the recovered items', async () => {
    const server = await fake();
    const { id } = server.post();
    for (let n = 0; n < 50; n++) server.post();
    const recording = record(timelinesOf(server).public({ resumeFrom: id }).pipe(take(5)));
    expect(await recording.ended).toBeUndefined();
    expect(recording.values).toHaveLength(5);
    await closed(server);
  });
});

describe('backfill', () => {
  const backfilled = (server: FakeMastodon, config: Partial<TimelinesConfig> = {}): Timelines =>
    timelinesOf(server, { backfill: 3, ...config });

  it('emits the newest items, oldest first, then caught-up, then live events', async () => {
    const server = await fake();
    const posts = Array.from({ length: 5 }, () => server.post().id);
    const recording = record(backfilled(server).public());
    await recording.until(isCaughtUp);
    await ready(server, recording);
    const live = server.post();
    await recording.until(({ payload }) => (payload as { id?: string }).id === live.id);
    expect(ids(recording)).toEqual([...posts.slice(2).map((id) => `+${id}`), live.id]);
    expect(caughtUps(recording)).toEqual([{ recovered: 3, complete: true }]);
  });

  it('sends one request per kind', async () => {
    const server = await fake();
    server.post();
    const recording = record(
      backfilled(server, { backfill: { status: 3, notification: 2 } }).user(),
    );
    await recording.until(isCaughtUp);
    const pages = server.requests.filter(({ path }) => /limit=[23]$/.test(path));
    expect(pages.map(({ path }) => path)).toEqual([
      '/api/v1/timelines/home?limit=3',
      '/api/v1/notifications?limit=2',
    ]);
  });

  it('emits no item up to resumeFrom', async () => {
    const server = await fake();
    const posts = Array.from({ length: 5 }, () => server.post().id);
    const recording = record(backfilled(server).public({ resumeFrom: posts[3] }));
    await recording.until(isCaughtUp);
    expect(ids(recording)).toEqual([`+${posts[4] ?? ''}`]);
  });

  it('is not repeated by a reconnect, after which catchUp recovers the missed post', async () => {
    const server = await fake();
    const posts = Array.from({ length: 5 }, () => server.post().id);
    const recording = record(catching(server, { backfill: 2 }).public());
    await recording.until(isCaughtUp);
    await server.stop();
    await recording.until(({ type }) => type === 'disconnected');
    const missed = server.post();
    await server.start();
    await recording.until(() => caughtUps(recording).length === 2);
    expect(ids(recording)).toEqual([...posts.slice(3), missed.id].map((id) => `+${id}`));
  });

  it('leaves no gap if the end of the connection interrupts it', async () => {
    const server = await fake();
    const first = server.post();
    server.delayRest(100);
    const recording = record(catching(server, { backfill: 2 }).public());
    await ready(server, recording);
    const held = server.post();
    server.end();
    const missed = Array.from({ length: 4 }, () => server.post());
    await recording.until(({ type }) => type === 'disconnected');
    server.delayRest(undefined);
    await recording.until(isCaughtUp);
    expect(ids(recording).map((id) => id.replace('+', ''))).toEqual(
      [first, held, ...missed].map(({ id }) => id),
    );
  });

  it('emits a warning if it fails, and the live stream continues', async () => {
    const server = await fake();
    server.post();
    server.failNextRest(422);
    const recording = record(backfilled(server).public());
    await recording.until(isCaughtUp);
    await ready(server, recording);
    const live = server.post();
    await recording.until(({ payload }) => (payload as { id?: string }).id === live.id);
    expect(ids(recording)).toEqual([live.id]);
    expect(caughtUps(recording)).toEqual([{ recovered: 0, complete: false }]);
  });

  it.each([
    ['a negative number', -1],
    ['half an item', 0.5],
    ['an unknown kind', { posts: 3 }],
    ['text', '40'],
  ])('refuses %s at the call', async (_what, backfill) => {
    const server = await fake();
    expect(() => backfilled(server, { backfill: backfill as never })).toThrow(
      MastodonIllegalArgumentError,
    );
  });
});
