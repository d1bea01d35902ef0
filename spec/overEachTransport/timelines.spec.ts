import * as t from 'io-ts';
import type { FakeChannel } from 'mastodon-rx/testing';
import { createTimelines, MastodonIllegalArgumentError, ofType, type Timelines } from 'mastodon-rx';
import { merge, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  closed,
  fake,
  fromServer,
  half,
  inBrowser,
  overSse,
  ready,
  REFUSED,
  timelinesOf,
  written,
} from '../helpers/fake.ts';
import { record } from '../helpers/record.ts';

describe('every timeline', () => {
  it.each<[string, (timelines: Timelines) => ReturnType<Timelines['user']>, string[], string]>([
    ['user()', (of) => of.user(), ['user'], '/user'],
    [
      'userNotification()',
      (of) => of.userNotification(),
      ['user:notification'],
      '/user/notification',
    ],
    ['public()', (of) => of.public(), ['public'], '/public'],
    ['public({ local })', (of) => of.public({ local: true }), ['public:local'], '/public/local'],
    [
      'public({ remote })',
      (of) => of.public({ remote: true }),
      ['public:remote'],
      '/public/remote',
    ],
    [
      'public({ onlyMedia })',
      (of) => of.public({ onlyMedia: true }),
      ['public:media'],
      '/public?only_media=true',
    ],
    [
      'public({ local, onlyMedia })',
      (of) => of.public({ local: true, onlyMedia: true }),
      ['public:local:media'],
      '/public/local?only_media=true',
    ],
    [
      'public({ remote, onlyMedia })',
      (of) => of.public({ remote: true, onlyMedia: true }),
      ['public:remote:media'],
      '/public/remote?only_media=true',
    ],
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- supported until it is removed
    ['local()', (of) => of.local(), ['public:local'], '/public/local'],
    ['hashtag()', (of) => of.hashtag('rxjs'), ['hashtag', 'rxjs'], '/hashtag?tag=rxjs'],
    [
      'hashtag() in Japanese',
      (of) => of.hashtag('日本語'),
      ['hashtag', '日本語'],
      '/hashtag?tag=%E6%97%A5%E6%9C%AC%E8%AA%9E',
    ],
    [
      'hashtag({ local })',
      (of) => of.hashtag('rxjs', { local: true }),
      ['hashtag:local', 'rxjs'],
      '/hashtag/local?tag=rxjs',
    ],
    ['list()', (of) => of.list('42'), ['list', '42'], '/list?list=42'],
    ['list({ id })', (of) => of.list({ id: '42' }), ['list', '42'], '/list?list=42'],
    ['direct()', (of) => of.direct(), ['direct'], '/direct'],
    [
      'channel()',
      (of) => of.channel({ name: 'public:bubble', path: 'public/bubble' }),
      ['public:bubble'],
      '/public/bubble',
    ],
  ])(
    '%s requests its endpoint with the token in the header, and labels its events',
    async (...row) => {
      const [, streamOf, stream, path] = row;
      const server = await fake({ streams: { 'public/bubble': 'public:bubble' } });
      const recording = record(streamOf(timelinesOf(server)).pipe(ofType('delete')));
      await server.waitForConnections();
      server.publish(stream as unknown as FakeChannel, {
        event: 'delete',
        payload: '117420000000000001',
      });

      expect(await recording.until(1)).toEqual([
        { type: 'delete', payload: '117420000000000001', stream },
      ]);
      const request = server.requests.find((one) => one.path.startsWith('/api/v1/streaming'));
      expect(request).toMatchObject({
        method: 'GET',
        path: `/api/v1/streaming${overSse ? path : ''}`,
        headers: {
          ...(overSse || !inBrowser
            ? { authorization: `Bearer ${server.token}` }
            : { 'sec-websocket-protocol': server.token }),
          ...(overSse ? { accept: 'text/event-stream' } : { upgrade: 'websocket' }),
        },
      });
      for (const { path: asked } of server.requests) expect(asked).not.toContain(server.token);
    },
  );

  it('is cold: nothing is opened before a subscription', async () => {
    const server = await fake();
    const timelines = timelinesOf(server);
    const stream$ = timelines.public();
    // A request of the stream would have been sent before this one.
    await timelines.isHealthy();
    const requests = (): string[] =>
      server.requests
        .filter(({ method }) => method === 'GET')
        .map(({ path }) => path.split('?')[0]!);
    expect(requests()).toEqual(['/api/v1/streaming/health']);
    await record(stream$).until(1);
    expect(requests()).toHaveLength(2);
  });

  it.runIf(overSse)('has one connection for each subscription', async () => {
    const server = await fake();
    const stream$ = timelinesOf(server).public();
    record(stream$);
    record(stream$);
    await server.waitForConnections(2);
    expect(server.connections).toHaveLength(2);
  });

  it('can be merged with another, and `stream` says which of them an event is from', async () => {
    const server = await fake();
    const timelines = timelinesOf(server);
    const both$ = merge(timelines.public(), timelines.hashtag('rxjs'));
    const recording = record(both$.pipe(ofType('delete')));
    await server.waitForConnections(2);
    server.publish('public', { event: 'delete', payload: '1' });
    await recording.until(1);
    server.publish(['hashtag', 'rxjs'], { event: 'delete', payload: '2' });
    await recording.until(2);

    expect(recording.values.map(({ stream, payload }) => [...stream, payload])).toEqual([
      ['public', '1'],
      ['hashtag', 'rxjs', '2'],
    ]);
  });

  it('emits connected, then heartbeats, then events, in the order in which the server sends them', async () => {
    const server = await fake();
    const recording = record(timelinesOf(server).public());
    await ready(server, recording);
    const status = server.post({ content: '<p>Hello</p>' });
    // The server renders public payloads without a viewer.
    const viewer = ['favourited', 'reblogged', 'muted', 'bookmarked'];
    const seenByNobody = Object.entries(status).filter(([key]) => !viewer.includes(key));

    const heartbeats = overSse
      ? [{ type: 'heartbeat', payload: { comment: ')' }, stream: ['public'] }]
      : [];
    await recording.until(({ type }) => type === 'update');
    expect(recording.values).toEqual([
      { type: 'connected', payload: { attempt: 0 }, stream: ['public'] },
      ...heartbeats,
      {
        type: 'update',
        payload: Object.fromEntries(seenByNobody),
        stream: ['public'],
      },
    ]);
  });

  it.runIf(overSse)('parses both forms of heartbeat, alone and between events', async () => {
    for (const oldHeartbeats of [false, true]) {
      const server = await fake({ heartbeatInterval: 5, oldHeartbeats });
      const recording = record(timelinesOf(server).public());
      await recording.until(4);
      server.publish('public', { event: 'delete', payload: '1' });
      await recording.until(({ type }) => type === 'delete');
      await recording.until(recording.values.length + 2);

      const comments = recording.values.filter(({ type }) => type === 'heartbeat');
      expect(
        comments.slice(1).every(({ payload }) => JSON.stringify(payload) === '{"comment":"thump"}'),
      ).toBe(true);
      recording.unsubscribe();
    }
  });
});

describe('unsubscribing', () => {
  it('closes the socket of an open stream at once', async () => {
    const server = await fake();
    const recording = record(timelinesOf(server).public());
    await recording.until(1);
    recording.unsubscribe();
    await closed(server);
    expect(server.connections).toEqual([]);
  });

  it('closes the socket while it waits for the headers', async () => {
    const server = await fake();
    server.delayHeaders(Infinity);
    const recording = record(timelinesOf(server).public());
    await server.waitForRequests();
    recording.unsubscribe();
    await closed(server);
    expect(recording.values).toEqual([]);
  });

  it('closes the socket in the middle of an event', async () => {
    const server = await fake();
    const recording = record(timelinesOf(server).public());
    await ready(server, recording);
    server.write(half());
    recording.unsubscribe();
    await closed(server);
  });

  it('closes the socket from within the first of two events of a chunk, and emits nothing more', async () => {
    const server = await fake();
    const first$ = timelinesOf(server).public().pipe(ofType('delete'), take(1));
    const recording = record(first$);
    await server.waitForConnections();
    server.write(written(['public'], ['delete', '1'], ['delete', '2']));

    expect(await recording.ended).toBeUndefined();
    expect(recording.values).toHaveLength(1);
    await closed(server);
  });

  it('opens no connection after it if a retry was pending', async () => {
    const server = await fake();
    server.failNext(503);
    const recording = record(timelinesOf(server).public({ reconnect: 60_000 }));
    await recording.until(({ type }) => type === 'disconnected');
    recording.unsubscribe();
    await closed(server);
    expect(server.requests).toHaveLength(REFUSED);
  });

  it('cancels discovery, too', async () => {
    const server = await fake();
    server.instance('stall');
    const recording = record(timelinesOf(server, { streamingUrl: undefined }).public());
    await server.waitForRequests();
    recording.unsubscribe();
    await closed(server);
    expect(server.requests.map(({ path }) => path)).toEqual(['/api/v2/instance']);
  });

  it('cancels the request that tests whether notifications can be read', async () => {
    const server = await fake();
    server.delayRest(Infinity);
    const recording = record(timelinesOf(server).user());
    await server.waitForRequests(2);
    recording.unsubscribe();
    await closed(server);
  });
});

describe('events', () => {
  it('of custom codecs join the union', async () => {
    const server = await fake();
    const timelines = timelinesOf(server, {
      events: {
        emoji_reaction: t.type({ name: t.string, count: t.number }, 'EmojiReaction'),
        ping: t.string,
      },
    });
    const recording = record(timelines.user());
    await server.waitForConnections();
    server.publish('user', {
      event: 'emoji_reaction',
      payload: { name: '🎉', count: 3, me: true },
    });
    server.publish('user', { event: 'emoji_reaction', payload: { name: '🎉' } });
    server.publish('user', { event: 'ping', payload: '117420000000000001' });
    await recording.until(({ type }) => type === 'ping');

    expect(fromServer(recording.values)).toEqual([
      ['emoji_reaction', { name: '🎉', count: 3, me: true }],
      [
        'unknown',
        {
          name: 'emoji_reaction',
          data: { name: '🎉' },
          problems: [expect.stringContaining('count') as string],
        },
      ],
      ['ping', '117420000000000001'],
    ]);
  });

  it('that fail validation arrive as unknown, and the stream continues', async () => {
    const server = await fake();
    const recording = record(timelinesOf(server).public());
    await server.waitForConnections();
    server.publish('public', { event: 'update', payload: { id: 42 } });
    server.publish('public', { event: 'delete', payload: '1' });
    await recording.until(({ type }) => type === 'delete');

    const [[type, payload]] = fromServer(recording.values) as [[string, { problems: string[] }]];
    expect(type).toBe('unknown');
    expect(payload).toMatchObject({ name: 'update', data: { id: 42 } });
    expect(payload.problems.join()).toContain('Status/id: string');
  });
});

describe('createTimelines', () => {
  const baseUrl = 'https://mastodon.example';

  it.each([
    ['no config', () => createTimelines(undefined as never), /createTimelines needs an object/],
    ['no base URL', () => createTimelines({} as never), /baseUrl must be an http/],
    ['plain http elsewhere', () => createTimelines({ baseUrl: 'http://x.example' }), /plain http/],
    [
      'a streaming URL with plain ws elsewhere',
      () => createTimelines({ baseUrl, streamingUrl: 'ws://x.example' }),
      /streamingUrl is plain http/,
    ],
    [
      'a misspelt option',
      () => createTimelines({ baseUrl, reconect: true } as never),
      /Unknown option "reconect"\. Did you mean "reconnect"\?/,
    ],
    [
      'a misspelt option of a stream',
      () => createTimelines({ baseUrl }).user({ timeOut: 1 } as never),
      /Unknown option "timeOut"\. Did you mean "timeout"/,
    ],
    ['an empty token', () => createTimelines({ baseUrl, accessToken: '' }), /accessToken must be/],
    [
      'a token with a line feed',
      () => createTimelines({ baseUrl, accessToken: 'abc\n' }),
      /visible ASCII/,
    ],
    ['a timeout of 0', () => createTimelines({ baseUrl, timeout: 0 }), /timeout must be/],
    ['a timeout in words', () => createTimelines({ baseUrl, timeout: '60' as never }), /timeout/],
    [
      'a timeout that no timer can hold',
      () => createTimelines({ baseUrl, timeout: 2 ** 31 }),
      /up to 2147483647, or Infinity/,
    ],
    [
      'an unknown onMalformed',
      () => createTimelines({ baseUrl, onMalformed: 'ignore' as never }),
      /"error" or "emit"/,
    ],
    [
      'half a code unit',
      () => createTimelines({ baseUrl, maxEventLength: 0.5 }),
      /maxEventLength must be a whole number/,
    ],
    [
      'a custom event with the name of a Mastodon event',
      () => createTimelines({ baseUrl, events: { update: t.string } }),
      /"update" is taken/,
    ],
    [
      'a custom event with the name of a connection event',
      () => createTimelines({ baseUrl, events: { heartbeat: t.string } }),
      /"heartbeat" is taken/,
    ],
    [
      'a custom event without a codec',
      () => createTimelines({ baseUrl, events: { x: String as never } }),
      /must be a codec/,
    ],
    [
      'a health interval of 0',
      () => createTimelines({ baseUrl, healthInterval: 0 }),
      /healthInterval must be/,
    ],
    [
      'an object that is not a dispatcher',
      () => createTimelines({ baseUrl, dispatcher: {} as never }),
      /dispatcher (must be|is for Node)/,
    ],
    ['a # before the tag', () => createTimelines({ baseUrl }).hashtag('#rxjs'), /without the #/],
    [
      'local with remote',
      () => createTimelines({ baseUrl }).public({ local: true, remote: true }),
      /exclude each other/,
    ],
  ])('refuses %s at the call', (_what, call, message) => {
    expect(call).toThrow(MastodonIllegalArgumentError);
    expect(call).toThrow(message);
  });

  it('accepts undefined for an absent option', () => {
    expect(() =>
      createTimelines({
        baseUrl,
        accessToken: undefined,
        reconnect: undefined,
        timeout: undefined,
      }),
    ).not.toThrow();
  });
});
