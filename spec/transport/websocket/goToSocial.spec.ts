/** GoToSocial with default options: its recorded frames, and the fake server's imitation of it. */
import {
  createTimelines,
  cursorOf,
  ofType,
  toTimeline,
  type StreamEvent,
  type Timelines,
  type TimelinesConfig,
} from 'mastodon-rx';
import type { FakeMastodon } from 'mastodon-rx/testing';
import { describe, expect, it } from 'vitest';
import { fake, fromServer, timelinesAt } from '../../helpers/fake.ts';
import { framesOf } from '../../helpers/goToSocialCaptures.ts';
import { record, type Recording } from '../../helpers/record.ts';
import { socketServer, type SocketServer } from '../../helpers/socketServer.ts';
import { over } from '../../helpers/webSocket.ts';

const LIST = '01M8E66NTQN1DT35NT2PJMENGK';
const bob = { username: 'bob', acct: 'bob' };
const reconnect = { delay: 1, maxDelay: 2, jitter: false } as const;

async function goToSocial(): Promise<FakeMastodon> {
  const server = await fake({ flavour: 'gotosocial', pingInterval: 1_000 });
  server.addList(LIST, 'alice', ['bob']);
  return server;
}

/** A short `connectTimeout` shortens the wait for the response to a fence, which never comes, to half of it. */
const at = (server: FakeMastodon, config: Partial<TimelinesConfig> = {}): Timelines =>
  over(server, { connectTimeout: 2_000, ...config });

const caughtUp = (count: number) => {
  let seen = 0;
  return ({ type }: StreamEvent): boolean => type === 'caught-up' && ++seen >= count;
};

const attempt = (number: number) => (event: StreamEvent) =>
  event.type === 'connected' && event.payload.attempt === number;

const idsOf = (events: readonly StreamEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'update' ? [event.payload.id] : []));

describe('the recorded frames', () => {
  const typesOf = ({ values }: Recording<StreamEvent>): string[] =>
    fromServer(values).map(([type]) => type);

  /** Sends the frames that were recorded on a socket to the socket of this stream. */
  const replay = (server: SocketServer, stream: string, recorded: string): void => {
    const socket = server.sockets.find((each) => each.stream === stream)!;
    for (const frame of framesOf(recorded)) socket.send(frame);
  };

  it('of several streams on one socket reach their own stream, and a delete reaches every stream that showed the post', async () => {
    const server = await socketServer({
      // The streams that received an event within the wait stay on the shared socket.
      onFrame: (socket, { type, stream, list }) => {
        if (type !== 'subscribe' || stream === 'user:notification') return;
        const label = list === undefined ? stream : `${stream!}:${list}`;
        socket.send({ stream: [label], event: 'filters_changed' });
      },
    });
    const timelines = timelinesAt(server.url, { transport: 'websocket', connectTimeout: 400 });
    const streams = {
      user: timelines.user(),
      public: timelines.public(),
      'public:local': timelines.public({ local: true }),
      direct: timelines.direct(),
      list: timelines.list(LIST),
    };
    const recordings = Object.fromEntries(
      Object.entries(streams).map(([name, stream$]) => [name, record(stream$)]),
    );
    for (const recording of Object.values(recordings)) await recording.until(2);
    expect(server.sockets).toHaveLength(1);
    replay(server, '', 'multiplexed');

    const expected = {
      user: [
        ...['update', 'notification', 'notification', 'status.update', 'update'],
        ...['notification', 'notification', 'update', 'notification', 'delete'],
      ],
      public: ['update', 'status.update', 'update', 'delete'],
      'public:local': ['update', 'status.update', 'update', 'delete'],
      direct: ['conversation'],
      list: ['update', 'status.update', 'update', 'delete'],
    };
    for (const [name, types] of Object.entries(expected)) {
      const recording = recordings[name]!;
      await recording.until(2 + types.length);
      expect(typesOf(recording).slice(1), name).toEqual(types);
    }
  });

  it.each([
    ['user', (of: Timelines) => of.user(), 'one stream: user', 10],
    [
      'user:notification',
      (of: Timelines) => of.userNotification(),
      'one stream: user:notification',
      5,
    ],
    [`list ${LIST}`, (of: Timelines) => of.list(LIST), 'one stream: list', 3],
  ] as const)(
    'of a socket for %s result in events whose payloads are valid',
    async (stream, of, recorded, count) => {
      const server = await socketServer();
      const timelines = timelinesAt(server.url, { transport: 'websocket', multiplex: false });
      const recording = record(of(timelines));
      await recording.until(1);
      replay(server, stream, recorded);
      await recording.until(1 + count);
      expect(fromServer(recording.values)).toHaveLength(count);
      expect(typesOf(recording)).not.toContain('unknown');
    },
  );
});

describe('every stream that GoToSocial has', () => {
  it('receives its events, over whichever socket', async () => {
    const server = await goToSocial();
    const timelines = at(server);
    const streams = {
      user: record(timelines.user()),
      notification: record(timelines.userNotification()),
      public: record(timelines.public()),
      local: record(timelines.public({ local: true })),
      list: record(timelines.list(LIST)),
      direct: record(timelines.direct()),
    };
    for (const recording of Object.values(streams)) await recording.until(1);
    const post = server.post({ account: bob });
    server.edit({ id: post.id, content: '<p>Edited</p>' });
    server.notify({ type: 'mention', account: bob, status: post });
    server.post({ account: bob, visibility: 'direct' });
    server.remove(post.id);
    const expected = {
      user: ['delete', 'notification', 'status.update', 'update', 'update'],
      notification: ['notification'],
      public: ['delete', 'status.update', 'update'],
      local: ['delete', 'status.update', 'update'],
      list: ['delete', 'status.update', 'update', 'update'],
      // A delete with the label of home may be of a direct post.
      direct: ['conversation', 'delete'],
    };
    for (const [name, types] of Object.entries(expected)) {
      const recording = streams[name as keyof typeof streams];
      await recording.until(1 + types.length);
      expect(
        fromServer(recording.values)
          .map(([type]) => type)
          .sort(),
        name,
      ).toEqual(types);
    }
  });

  it('is distinguished from one that it lacks: a hashtag is warned about within 5 s, with the default options', async () => {
    const server = await goToSocial();
    const before = performance.now();
    const recording = record(over(server).hashtag('cats'));
    await recording.until(({ type }) => type === 'warning');
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(recording.values.at(-1)).toMatchObject({ payload: { code: 'unconfirmed-stream' } });
  });
});

describe('catchUp with ULIDs', () => {
  const faults: readonly (readonly [string, (server: FakeMastodon) => Promise<void> | void])[] = [
    ['a cut', (server) => server.drop()],
    ['a reset', (server) => server.reset()],
    ['a restart', (server) => server.restart()],
    [
      'a stall',
      async (server) => {
        server.stall();
        await server.waitForDisconnections();
        server.resume();
      },
    ],
  ];

  it.each(faults)(
    'recovers the posts missed during %s, in order, each once',
    async (_what, fault) => {
      const server = await goToSocial();
      const timelines = at(server, { catchUp: true, reconnect, timeout: 100 });
      const recording = record(timelines.user());
      await recording.until(1);
      const ids: string[] = [];
      for (let round = 1; round <= 3; round++) {
        ids.push(server.post({ account: bob }).id);
        const faulty = fault(server);
        ids.push(server.post({ account: bob }).id, server.post({ account: bob }).id);
        await faulty;
        await recording.until(caughtUp(round));
        ids.push(server.post({ account: bob }).id);
        await recording.until(
          (event) => event.type === 'update' && event.payload.id === ids.at(-1),
        );
      }
      expect(idsOf(recording.values)).toEqual(ids);
      expect([...ids].sort()).toEqual(ids);
    },
  );

  it('continues after a stored ULID, notifications included', async () => {
    const server = await goToSocial();
    const stored = [server.post(), server.notify()] as const;
    const [missed, told] = [server.post(), server.notify()];
    const resumeFrom = { status: stored[0].id, notification: stored[1].id };
    const recording = record(at(server).user({ resumeFrom }));
    const events = await recording.until(({ type }) => type === 'caught-up');
    const ids = events.flatMap((event) =>
      event.type === 'update' || event.type === 'notification' ? [event.payload.id] : [],
    );
    expect(ids).toEqual([missed.id, told.id]);
    const update = events.find(({ type }) => type === 'update')!;
    expect(cursorOf(update)).toEqual({ status: missed.id });
  });
});

describe('toTimeline', () => {
  it('removes deleted posts, beside a second stream that receives the same deletes', async () => {
    const server = await goToSocial();
    const timelines = at(server);
    const local = record(timelines.public({ local: true }));
    const list = record(timelines.list(LIST).pipe(toTimeline({ limit: 40 })));
    // Within the wait, so that both streams stay on the shared socket.
    await server.waitForConnections(2);
    expect(server.webSocketCount).toBe(1);
    const ids = Array.from({ length: 20 }, () => server.post({ account: bob }).id);
    await list.until((posts) => posts.length === 20);
    for (const id of ids.slice(0, 15)) server.remove(id);
    await list.until(() => list.values.at(-1)?.length === 5);
    expect(list.values.at(-1)?.map(({ id }) => id)).toEqual(ids.slice(15).reverse());
    expect(local.values.filter(({ type }) => type === 'delete')).toHaveLength(15);
    expect(server.webSocketCount).toBe(1);
  });
});

describe('300 subscriptions that end again', () => {
  it('leave one subscription, and lose no event of it', async () => {
    const server = await goToSocial();
    const timelines = at(server);
    const staying = record(timelines.user().pipe(ofType('update')));
    await server.waitForConnections();
    server.post();
    await staying.until(1);
    for (let turn = 1; turn <= 300; turn++) {
      const recording = record(
        [timelines.public(), timelines.list(LIST), timelines.userNotification()][turn % 3]!,
      );
      if (turn % 2 === 0) await recording.until(1);
      recording.unsubscribe();
    }
    const { id } = server.post();
    await staying.until(({ payload }) => payload.id === id);
    await server.waitForUnsubscriptions(1);
    expect(server.subscriptions).toEqual([['user']]);
    expect(staying.values).toHaveLength(2);
  });
});

describe('with default options', () => {
  const without = (server: FakeMastodon, config: Partial<TimelinesConfig> = {}): Timelines =>
    createTimelines({ baseUrl: server.url, accessToken: server.token, ...config });

  const paths = (server: FakeMastodon): string[] =>
    server.requests.map(({ path, headers }) => (headers.upgrade ? `ws ${path}` : path));

  it('a client streams over WebSocket after one 404, with one warning, and remembers the transport', async () => {
    const server = await goToSocial();
    const timelines = without(server, { connectTimeout: 800, reconnect, closeDelay: 1 });
    const streams = [timelines.public({ local: true }), timelines.list(LIST)];
    const recordings = streams.map((stream$) => record(stream$));
    for (const recording of recordings) await recording.until(1);
    const { id } = server.post({ account: bob });
    for (const recording of recordings) {
      await recording.until((event) => event.type === 'update' && event.payload.id === id);
    }
    const warnings = recordings.flatMap(({ values }) =>
      values.flatMap((event) => (event.type === 'warning' ? [event.payload.code] : [])),
    );
    expect(warnings).toEqual(['sse-unavailable']);
    expect(paths(server).filter((path) => path.includes('health'))).toHaveLength(1);

    const before = server.requests.length;
    server.drop();
    for (const recording of recordings) await recording.until(attempt(1));
    await record(timelines.direct()).until(1);
    expect(
      paths(server)
        .slice(before)
        .every((path) => path.startsWith('ws ')),
    ).toBe(true);
  });

  it('a client recovers missed posts over WebSocket, and every request has a user agent', async () => {
    const server = await goToSocial();
    const timelines = without(server, { catchUp: true, reconnect, connectTimeout: 800 });
    const recording = record(timelines.user());
    await recording.until(1);
    server.drop();
    const { id } = server.post();
    await recording.until(caughtUp(1));
    expect(idsOf(recording.values)).toEqual([id]);
    expect(server.requests.every(({ headers }) => headers['user-agent'])).toBe(true);
  });

  it('a client with transport: "sse" gets an error that names the other transport', async () => {
    const server = await goToSocial();
    const error = await record(without(server, { transport: 'sse', reconnect }).user()).ended;
    expect(error).toMatchObject({
      ...{ name: 'MastodonNotFoundError', status: 404, serverMessage: 'Not Found' },
      message: expect.stringContaining("use transport: 'websocket'") as string,
    });
    expect(paths(server)).toEqual(['/api/v2/instance', '/api/v1/streaming/user']);
  });

  it('a wrong token is a 401 with the server’s message, not a 404', async () => {
    const server = await goToSocial();
    const error = await record(without(server, { accessToken: 'wrong', reconnect }).user()).ended;
    expect(error).toMatchObject({
      ...{ name: 'MastodonUnauthorizedError', status: 401 },
      serverMessage: 'Unauthorized: token not supplied',
    });
  });

  it('isHealthy rejects, and healthy$ follows whether the instance responds', async () => {
    const server = await goToSocial();
    const timelines = without(server, { healthInterval: 5 });
    await expect(timelines.isHealthy()).rejects.toMatchObject({ name: 'MastodonNotFoundError' });
    const recording = record(timelines.healthy$);
    expect(await recording.until(2)).toEqual([true, true]);
    await server.stop();
    await recording.until((healthy) => !healthy);
    await server.start();
    await recording.until(() => recording.values.at(-1) === true);
  });
});

describe('a list of another user on an old Mastodon', () => {
  it('is a 404, after which the client still uses SSE', async () => {
    const server = await fake({ version: '4.2.0' });
    server.addList('7', 'bob');
    const timelines = createTimelines({ baseUrl: server.url, accessToken: server.token });
    expect(await record(timelines.list('7')).ended).toMatchObject({ status: 404 });
    await record(timelines.list('42')).until(({ type }) => type === 'heartbeat');
    expect(server.requests.some(({ headers }) => headers.upgrade)).toBe(false);
  });
});
