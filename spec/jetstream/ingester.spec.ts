/** Ingesters over a fake Mastodon and a real nats-server, all in one process. */
import { MastodonIllegalArgumentError } from 'mastodon-rx';
import {
  assignTimelines,
  fromJetStream,
  listAssignments,
  runIngester,
  setUpStreams,
  shard,
  subjectOf,
  unassignTimelines,
  type Assignment,
  type IngesterConfig,
  type IngesterEvent,
} from 'mastodon-rx/jetstream';
import { fakeStatus } from 'mastodon-rx/testing';
import { from, lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { resumptionOf } from '../../src/jetstream/resume.ts';
import { toJetStream } from '../../src/jetstream/toJetStream.ts';
import { fake } from '../helpers/fake.ts';
import { connectTo, hasNatsServer, startNatsServer, waitingRequests } from '../helpers/nats.ts';
import { record, type Recording } from '../helpers/record.ts';

type Told = Recording<IngesterEvent>;

const tag = (n: number | string): string[] => ['hashtag', `t${n}`];

async function world() {
  const natsServer = await startNatsServer();
  const server = await fake();
  const { nc, js } = await connectTo(natsServer.url);
  await setUpStreams(js);
  const manager = await js.jetstreamManager();
  const assignmentOf = (timeline: Assignment['timeline'], credential = 'alice'): Assignment => ({
    instance: server.url,
    timeline,
    credential,
  });
  const run = (config: Partial<IngesterConfig> = {}): Told =>
    record(
      runIngester(js, {
        credentials: { alice: server.token },
        lease: 1_000,
        failureDelay: 100,
        ...config,
        client: { streamingUrl: server.url, reconnect: { delay: 20 }, ...config.client },
      }),
    );
  const idsIn = async (): Promise<string[]> => {
    const count = (await manager.streams.info('MASTODON')).state.messages;
    const stored = await record(fromJetStream(js, { startFrom: 'all' })).until(count);
    return stored.map(({ event }) => (event.payload as { id: string }).id);
  };
  return { natsServer, server, nc, js, manager, assignmentOf, run, idsIn };
}

const isA =
  (type: IngesterEvent['type'], connection?: string) =>
  (event: IngesterEvent): boolean =>
    event.type === type &&
    (connection === undefined || (event.type === 'connection' && event.event.type === connection));

const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
};

const count = (told: Told, type: IngesterEvent['type']): number =>
  told.values.filter((event) => event.type === type).length;

describe.skipIf(!hasNatsServer)('assignments', () => {
  it('exist once, are listed, and end when they are unassigned', async () => {
    const { js, assignmentOf } = await world();
    const all = [
      assignmentOf(['public:local']),
      assignmentOf(['user']),
      assignmentOf(['user'], 'bob'),
      assignmentOf(tag('日本')),
      assignmentOf(['list', '42']),
      assignmentOf({ name: 'public:bubble', path: 'public/bubble' }),
    ];

    expect(await assignTimelines(js, all)).toBe(6);
    expect(await assignTimelines(js, all.slice(0, 2))).toBe(0);
    const listed = await listAssignments(js);
    expect(listed).toHaveLength(6);
    expect(listed).toEqual(expect.arrayContaining(all));
    expect(await unassignTimelines(js, assignmentOf(['user']))).toBe(1);
    expect(await unassignTimelines(js, assignmentOf(['user']))).toBe(0);
    expect(await listAssignments(js)).toHaveLength(5);
    expect(await assignTimelines(js, assignmentOf(['user']))).toBe(1);
    expect(await listAssignments(js, { group: 'other' })).toEqual([]);
  });

  it('store only their own fields', async () => {
    const { js, assignmentOf, manager } = await world();
    await assignTimelines(js, { ...assignmentOf(['user']), token: 'secret' } as Assignment);
    const message = await manager.streams.getMessage('MASTODON_ASSIGNMENTS', { seq: 1 });
    expect(message?.string()).not.toContain('secret');
  });

  it.each([
    ['a timeline that is none', { timeline: ['home'] }],
    ['a hashtag without a tag', { timeline: ['hashtag'] }],
    ['too much of a list', { timeline: ['list', '1', '2'] }],
    ['no URL', { instance: 'mastodon.social' }],
    ['a token in the URL', { instance: 'https://mastodon.social/?access_token=secret' }],
    ['a URL that cannot be read', { instance: 'https://' }],
    ['no credential', { credential: '' }],
    ['a number', { timeline: 5 }],
    ['a number as a tag', { timeline: ['hashtag', 5] }],
    ['a channel without a path', { timeline: { name: 'public:bubble' } }],
    ['a channel with a query that is none', { timeline: { name: 'a', path: 'a', params: null } }],
    [
      'a channel with a number in its query',
      { timeline: { name: 'a', path: 'a', params: { b: 1 } } },
    ],
  ])('cannot be made of %s', async (_what, fields) => {
    const assignment = {
      instance: 'https://x.example',
      timeline: ['user'],
      credential: 'a',
      ...fields,
    };
    const failing = assignTimelines({} as never, assignment as unknown as Assignment);
    await expect(failing).rejects.toThrow(MastodonIllegalArgumentError);
    await expect(failing).rejects.not.toThrow(/secret/);
  });
});

describe.skipIf(!hasNatsServer)('runIngester', () => {
  it('stores the events of all timelines, assigned before or after its start', async () => {
    const { server, js, assignmentOf, run, manager } = await world();
    await assignTimelines(js, [assignmentOf(['public']), assignmentOf(['user'])]);
    const told = run();
    await server.waitForConnections(2);
    await assignTimelines(js, assignmentOf(['user:notification']));
    await server.waitForConnections(3);
    const post = server.post();
    server.notify();
    await until(() => count(told, 'stored') >= 4);

    const { state } = await manager.streams.info('MASTODON', { subjects_filter: '>' });
    const subjects = Object.keys(state.subjects ?? {});
    const subject = (stream: string, account?: string): string =>
      subjectOf({ instance: server.url, stream: [stream], account, type: 'update' });
    expect(subjects).toContain(subject('public'));
    expect(subjects).toContain(subject('user', 'alice'));
    // The same notification of an account is stored once for all of its streams.
    expect(subjects.filter((subject) => subject.endsWith('@alice.notification'))).toHaveLength(1);
    expect(state.messages).toBe(3);
    const ids = told.values.flatMap((event) =>
      event.type === 'stored' ? [(event.event.payload as { id: string }).id] : [],
    );
    expect(ids).toContain(post.id);
    const duplicates = told.values.filter((event) => event.type === 'stored' && event.duplicate);
    expect(duplicates).toHaveLength(1);
  }, 60_000);

  it('resumes from the newest event in JetStream, and stores none twice', async () => {
    const { server, js, assignmentOf, run, idsIn } = await world();
    await assignTimelines(js, assignmentOf(['public']));
    const first = run();
    await first.until(isA('connection', 'connected'));
    const posts = [server.post(), server.post()];
    await until(() => count(first, 'stored') === 2);
    first.unsubscribe();
    await server.waitForDisconnections();
    posts.push(server.post(), server.post());

    const second = run();
    await second.until(isA('connection', 'caught-up'));
    posts.push(server.post());
    await until(() => count(second, 'stored') === 3);
    expect((await idsIn()).sort()).toEqual(posts.map(({ id }) => id).sort());
    // It is not published again: the ingester has read the stored ids from JetStream.
    expect(second.values.some((event) => event.type === 'stored' && event.duplicate)).toBe(false);
  }, 60_000);

  it('fills a gap below the newest event, as a killed ingester may leave', async () => {
    const { server, js, assignmentOf, run, idsIn } = await world();
    const posts = [server.post(), server.post(), server.post(), server.post()];
    const events = [posts[0], posts[1], posts[3]].map((payload) => ({
      type: 'update',
      payload,
      stream: ['public'],
    }));
    await lastValueFrom(from(events).pipe(toJetStream(js, { instance: server.url })));
    await assignTimelines(js, assignmentOf(['public']));
    const told = run();
    await told.until(isA('connection', 'caught-up'));
    await told.until(isA('stored'));

    expect((await idsIn()).sort()).toEqual(posts.map(({ id }) => id).sort());
  }, 60_000);

  it('reads from JetStream the oldest id of the last seconds, of each kind', async () => {
    const { js } = await world();
    const events = ['9', '11', '10'].map((id) => ({
      type: 'delete',
      payload: id,
      stream: ['public'],
    }));
    await lastValueFrom(from(events).pipe(toJetStream(js, { instance: 'x' })));
    const above = 'mastodon.x.public';
    expect(await resumptionOf(js, 'MASTODON', above)).toEqual({ cursor: {}, stored: new Set() });
    await js.publish(`${above}.update`, '{"id":"5"}');
    expect(await resumptionOf(js, 'MASTODON', above)).toEqual({ cursor: {}, stored: new Set() });
    await expect(resumptionOf(js, 'NONE', above)).rejects.toMatchObject({ retryable: true });
  });

  it('reads a shorter time from a timeline with more than 2,000 events in the last seconds', async () => {
    const { js } = await world();
    const ids = Array.from({ length: 3_000 }, (_, n) => String(100_000 + n));
    const events = ids.map((id) => ({
      type: 'update',
      payload: fakeStatus({ id }),
      stream: ['public'],
    }));
    await lastValueFrom(from(events).pipe(toJetStream(js, { instance: 'x' })));
    const { cursor, stored } = await resumptionOf(js, 'MASTODON', 'mastodon.x.public');

    expect(stored).toContain(`update:${ids.at(-1)}`);
    expect(stored.size).toBeLessThanOrEqual(2_000);
    expect(stored).toContain(`update:${cursor.status}`);
  }, 60_000);

  it.each(['waits for it', 'comes later'])(
    'returns everything at once on unsubscription: another ingester that %s has it within a second',
    async (when) => {
      const { server, nc, js, assignmentOf, run } = await world();
      await assignTimelines(
        js,
        Array.from({ length: 10 }, (_, n) => assignmentOf(tag(n))),
      );
      const start = (): Told => run({ lease: 30_000 });
      const waiting = async (count: number): Promise<void> => {
        while ((await waitingRequests(js, 'MASTODON_ASSIGNMENTS', 'ingesters-main')) < count);
      };
      const first = start();
      await server.waitForConnections(10);
      await waiting(1);
      const early = when === 'waits for it' ? start() : undefined;
      if (early) await waiting(2);
      const began = performance.now();
      first.unsubscribe();
      await nc.flush();
      const second = early ?? start();
      await until(() => count(second, 'acquired') === 10);

      expect(performance.now() - began).toBeLessThan(5_000); // a second, if nothing else runs
      await server.waitForConnections(10);
    },
    60_000,
  );

  it('withdraws its request for more before it returns its assignments', async () => {
    const { natsServer, server, js, assignmentOf, run } = await world();
    await assignTimelines(js, [assignmentOf(tag(1)), assignmentOf(tag(2))]);
    const ingester = run({ lease: 30_000 });
    await server.waitForConnections(2);
    while ((await waitingRequests(js, 'MASTODON_ASSIGNMENTS', 'ingesters-main')) < 1);
    const { nc: other } = await connectTo(natsServer.url);
    const seen: string[] = [];
    const see = (word: string) => ({ callback: () => void seen.push(word) });
    const consumer = 'MASTODON_ASSIGNMENTS.ingesters-main';
    other.subscribe(`$JS.API.CONSUMER.INFO.${consumer}`, see('withdrawn'));
    other.subscribe(`$JS.ACK.${consumer}.>`, see('returned'));
    await other.flush();
    ingester.unsubscribe();
    await until(() => seen.length >= 3);

    expect(seen).toEqual(['withdrawn', 'returned', 'returned']);
  }, 60_000);

  it('ends a timeline that is unassigned', async () => {
    const { server, js, assignmentOf, run } = await world();
    await assignTimelines(js, [assignmentOf(tag(1)), assignmentOf(tag(2))]);
    const told = run();
    await server.waitForConnections(2);
    await unassignTimelines(js, assignmentOf(tag(1)));
    await told.until(isA('released'));
    await server.waitForDisconnections(1);

    expect(told.values.filter(isA('released'))).toEqual([
      { type: 'released', assignment: assignmentOf(tag(1)), reason: 'unassigned' },
    ]);
  }, 60_000);

  it('acquires at most its capacity, and leaves the other timelines to others', async () => {
    const { server, js, assignmentOf, run } = await world();
    await assignTimelines(
      js,
      Array.from({ length: 6 }, (_, n) => assignmentOf(tag(n))),
    );
    const small = run({ capacity: 2 });
    await small.until(isA('acquired'));
    const large = run();
    await server.waitForConnections(6);

    expect([count(small, 'acquired'), count(large, 'acquired')]).toEqual([2, 4]);
  }, 60_000);

  it('streams the given assignments, without a stream of assignments', async () => {
    const { server, js, manager, assignmentOf, run, idsIn } = await world();
    await assignTimelines(js, assignmentOf(tag(9)));
    await manager.streams.delete('MASTODON_ASSIGNMENTS');
    const all = Array.from({ length: 8 }, (_, n) => assignmentOf(tag(n)));
    const told = [0, 1].map((index) =>
      run({ assignments: [...all, ...all].filter(shard({ index, count: 2 })) }),
    );
    await server.waitForConnections(8);
    const posts = all.map((_, n) => server.post({ tags: [{ name: `t${n}` }] }));
    await until(() => told.reduce((sum, each) => sum + count(each, 'stored'), 0) === 8);

    expect((await idsIn()).sort()).toEqual(posts.map(({ id }) => id).sort());
    expect(Math.min(...told.map((each) => count(each, 'acquired')))).toBeGreaterThan(0);
    expect(server.connections).toHaveLength(8);
  }, 60_000);

  it('retries a given assignment after a fatal failure', async () => {
    const { server, assignmentOf, run } = await world();
    const credentials = { alice: 'wrong' };
    const told = run({ credentials, assignments: [assignmentOf(['user'])] });
    await until(() => count(told, 'failed') >= 2);
    credentials.alice = server.token;
    await server.waitForConnections();

    const types = told.values.map(({ type }) => type).filter((type) => type !== 'connection');
    expect(types.slice(0, 4)).toEqual(['acquired', 'failed', 'released', 'acquired']);
  }, 60_000);

  it('stores into streams of another name, under another prefix', async () => {
    const { server, js, manager, assignmentOf, run } = await world();
    const names = { stream: 'M3', subjectPrefix: 'masto.m3' };
    await setUpStreams(js, names);
    await assignTimelines(js, assignmentOf(['public']), names);
    const told = run(names);
    await server.waitForConnections();
    server.post();
    await told.until(isA('stored'));

    expect((await manager.streams.info('M3')).state.messages).toBe(1);
    expect((await manager.streams.info('MASTODON')).state.messages).toBe(0);
  }, 60_000);

  it('stores each event once for two groups', async () => {
    const { server, js, assignmentOf, run, idsIn } = await world();
    for (const group of ['a', 'b']) await assignTimelines(js, assignmentOf(['public']), { group });
    const both = ['a', 'b'].map((group) => run({ group }));
    for (const told of both) await told.until(isA('connection', 'connected'));
    await server.waitForConnections(2);
    const posts = [server.post(), server.post()];
    for (const told of both) await until(() => count(told, 'stored') === 2);

    expect((await idsIn()).sort()).toEqual(posts.map(({ id }) => id).sort());
  }, 60_000);

  it('keeps its streams while nats-server is down, and keeps or releases its timelines afterwards', async () => {
    const { natsServer, server, js, manager, assignmentOf, run, idsIn } = await world();
    await assignTimelines(js, assignmentOf(['public']));
    const told = run();
    await told.until(isA('connection', 'connected'));
    await server.waitForConnections();
    const posts = [server.post()];
    await told.until(isA('stored'));
    await natsServer.kill();
    posts.push(server.post());
    const requests = server.requests.length;
    // It fails after 3 s without a response, which is longer than the lease.
    await expect(manager.streams.info('MASTODON')).rejects.toThrow(/timeout/);
    expect(server.requests.length).toBe(requests);
    posts.push(server.post());
    await natsServer.start();
    await until(() => count(told, 'stored') >= 3);

    expect((await idsIn()).sort()).toEqual(posts.map(({ id }) => id).sort());
    expect(count(told, 'released')).toBe(0);
  }, 60_000);

  it('pauses a timeline after a fatal failure, and continues with the others', async () => {
    const { server, js, assignmentOf, run } = await world();
    await assignTimelines(js, [assignmentOf(['user']), assignmentOf(['public'], 'nobody')]);
    const credentials = { alice: 'wrong' };
    const told = run({ credentials });
    await until(() => count(told, 'failed') >= 4);

    const errors = new Set(
      told.values.flatMap((event) => (event.type === 'failed' ? [event.error.name] : [])),
    );
    expect(errors).toEqual(new Set(['MastodonUnauthorizedError', 'MastodonIllegalArgumentError']));
    expect(JSON.stringify(told.values)).not.toContain('wrong');
    expect(await listAssignments(js)).toHaveLength(2);
    credentials.alice = server.token;
    await server.waitForConnections();
  }, 60_000);

  it('leaves an invalid assignment to others', async () => {
    const { js, assignmentOf, run, server } = await world();
    await js.publish('mastodon-assignments.main.x.y.z', '{"version":2}');
    await assignTimelines(js, assignmentOf(['public']));
    const told = run({ credentials: () => server.token });
    await told.until(isA('invalid-assignment'));
    await server.waitForConnections();

    expect(told.values.find(isA('invalid-assignment'))).toEqual({
      type: 'invalid-assignment',
      subject: 'mastodon-assignments.main.x.y.z',
    });
  }, 60_000);

  it('errors if there is no stream of assignments, and when the connection is closed', async () => {
    const { nc, js, run } = await world();
    const none = record(runIngester(js, { credentials: {}, stream: 'NONE' }));
    expect(await none.ended).toMatchObject({ name: 'MastodonJetStreamError' });

    const told = run();
    await until(
      async () => (await waitingRequests(js, 'MASTODON_ASSIGNMENTS', 'ingesters-main')) > 0,
    );
    await nc.close();
    expect(await told.ended).toMatchObject({ name: 'MastodonJetStreamError', retryable: false });
  }, 60_000);

  it.each([
    ['no credentials', { credentials: undefined }],
    ['no room', { capacity: 0 }],
    ['a lease that nobody can keep', { lease: 10 }],
    ['a group with a dot', { group: 'a.b' }],
    ['a stream with a dot', { stream: 'a.b' }],
    ['a prefix with a space', { subjectPrefix: 'a b' }],
    ['an assignment that is none', { assignments: [{ timeline: ['user'] }] }],
    ['a misspelt option', { leases: 5_000 }],
  ])('throws at the call with %s', (_what, config) => {
    expect(() =>
      runIngester({} as never, { credentials: {}, ...config } as unknown as IngesterConfig),
    ).toThrow(MastodonIllegalArgumentError);
  });
});
