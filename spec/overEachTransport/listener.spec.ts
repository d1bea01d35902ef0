/** Listeners on real connections; cases without a socket are in spec/listener. */
import * as t from 'io-ts';
import {
  createTimelines,
  MastodonMalformedEventError,
  MastodonNetworkError,
  MastodonReadTimeoutError,
  MastodonServerError,
  MastodonStreamEndedError,
  MastodonUnauthorizedError,
  toListener,
  type StreamConfig,
} from 'mastodon-rx';
import type { FakeMastodon } from 'mastodon-rx/testing';
import { merge, tap } from 'rxjs';
import { Agent } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { controlsNetwork } from '#platform';
import { CallRecorder } from '../helpers/calls.ts';
import {
  closed,
  fake,
  inBrowser,
  overSse,
  REFUSED,
  seesRefusal,
  timelinesOf,
  UNKNOWN_TOKEN,
  written,
} from '../helpers/fake.ts';
import { rawServer } from '../helpers/rawServer.ts';
import { tlsServer } from '../helpers/tls.ts';

/** Waits so short that they do not slow a test down. */
const reconnect = { delay: 1, maxDelay: 5, jitter: false, stableAfter: 60_000 } as const;

/** A listener on the public timeline, whose stream is closed when the test ends. */
function listening(server: FakeMastodon, config?: StreamConfig, listener = new CallRecorder()) {
  const handle = toListener(timelinesOf(server).public(config), listener);
  onTestFinished(() => handle.close());
  return { handle, listener };
}

/** Over SSE the preamble shows that the stream is open; a WebSocket's server sends nothing. */
async function opened(
  server: FakeMastodon,
  listener: CallRecorder,
  { times = 1, streams = 1 } = {},
): Promise<void> {
  await listener.until(overSse ? 'onHeartbeat' : 'onConnected', times);
  await server.waitForConnections(streams);
}

describe('faults of Mastodon.py that this library does not have', () => {
  it('a read timeout kills the thread: here reconnect_async reconnects', async () => {
    const server = await fake();
    const listener = new CallRecorder();
    const handle = toListener(
      timelinesOf(server)
        .public({ timeout: 40, reconnect })
        .pipe(
          tap(({ type, payload }) => {
            if (type !== 'connected' || payload.attempt < 2) return;
            void server
              .waitForConnections()
              .then(() => server.publish('public', { event: 'delete', payload: '1' }));
          }),
        ),
      listener,
    );
    onTestFinished(() => handle.close());
    await listener.until('onDelete');

    const [first] = listener.argsOf('onAbort');
    expect(first).toEqual([expect.any(MastodonReadTimeoutError), ['public']]);
    expect(handle.isAlive()).toBe(true);
  });

  it('a connection error kills the thread: here reconnect_async reconnects', async () => {
    const server = await fake();
    const { listener } = listening(server, { reconnect });
    await opened(server, listener);
    server.reset();
    await opened(server, listener, { times: 2 });
    server.publish('public', { event: 'delete', payload: '1' });
    await listener.until('onDelete');

    const [error] = listener.argsOf('onAbort')[0]!;
    expect(error).toBeInstanceOf(MastodonNetworkError);
  });

  it('a clean end leads to a hot loop: here every wait is waited, and they grow', async () => {
    const server = await rawServer((socket) => {
      socket.end(
        'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n:)\n',
      );
    });
    const timelines = createTimelines({ baseUrl: server.url, streamingUrl: server.url });
    const listener = new CallRecorder();
    const waits = { delay: 10, factor: 2, jitter: false, count: 4 };
    const before = performance.now();
    const { done } = toListener(timelines.public({ reconnect: waits }), listener);

    await expect(done).rejects.toThrow(MastodonStreamEndedError);
    expect(performance.now() - before).toBeGreaterThan(10 + 20 + 40 + 80 - 5);
    expect(listener.argsOf('onConnected')).toHaveLength(5);
    expect(listener.argsOf('onAbort')).toHaveLength(5);
    expect(server.received.match(/^GET/gm)).toHaveLength(5);
  });

  it.each([[false], [true], [5_000]])(
    'a bad token is retried for ever, and on_abort not called: here it is called, and that is the end (reconnect: %j)',
    async (wanted) => {
      const server = await fake();
      const listener = new CallRecorder();
      const timelines = timelinesOf(server, { accessToken: 'wrong' });
      const handle = toListener(timelines.user({ reconnect: wanted }), listener);
      await expect(handle.done).rejects.toThrow(MastodonUnauthorizedError);

      expect(listener.calls).toEqual([
        ['onAbort', expect.objectContaining({ serverMessage: UNKNOWN_TOKEN }), undefined],
      ]);
      expect(handle.isAlive()).toBe(false);
      expect(server.requests).toHaveLength(REFUSED);
    },
  );

  it.runIf(overSse)(
    'data: undefined is malformed: here it is filters_changed, and the stream goes on',
    async () => {
      const server = await fake({ version: '4.2.13' });
      const { listener } = listening(server);
      await server.waitForConnections();
      server.publish('public', { event: 'filters_changed' });
      server.write('event: fork_event\ndata: undefined\n\n');
      server.publish('public', { event: 'delete', payload: '1' });
      await listener.until('onDelete');
      expect(listener.served).toEqual([
        ['onFiltersChanged'],
        ['onUnknownEvent', 'fork_event', 'undefined'],
        ['onDelete', '1'],
      ]);
    },
  );

  it('on_any_event does not see unknown events: here it does', async () => {
    const server = await fake();
    const { listener } = listening(server);
    await server.waitForConnections();
    server.publish('public', { event: 'fork_event', payload: { a: 1 } });
    await listener.until('onUnknownEvent');
    expect(listener.calls.slice(-2)).toEqual([
      ['onAnyEvent', 'fork_event', { a: 1 }, ['public']],
      ['onUnknownEvent', 'fork_event', { a: 1 }, ['public']],
    ]);
  });

  it.runIf(overSse)('event:delete without a space is malformed: here it is a delete', async () => {
    const server = await fake();
    const { listener } = listening(server);
    await server.waitForConnections();
    server.write('event:delete\ndata:117420000000000001\n\n');
    await listener.until('onDelete');
    expect(listener.served).toEqual([['onDelete', '117420000000000001']]);
  });

  it.runIf(overSse)('CR LF never dispatches an event: here it does', async () => {
    const server = await fake();
    const { listener } = listening(server);
    await server.waitForConnections();
    server.write(':thump\r\n\r\nevent: delete\r\ndata: 1\r\n\r\nevent: delete\r\ndata: 2\r\n\r\n');
    await listener.until('onDelete', 2);
    expect(listener.served).toEqual([
      ['onDelete', '1'],
      ['onDelete', '2'],
    ]);
  });

  it('an http streaming URL raises: here it is accepted', async () => {
    const streaming = await fake({ token: 'the-token' });
    const server = await fake({ token: 'the-token', streamingUrl: streaming.url });
    const listener = new CallRecorder();
    const timelines = createTimelines({ baseUrl: server.url, accessToken: 'the-token' });
    const handle = toListener(timelines.public(), listener);
    onTestFinished(() => handle.close());
    await streaming.waitForConnections();
    streaming.publish('public', { event: 'delete', payload: '1' });
    await listener.until('onDelete');
  });

  it('an https streaming URL raises: here it is accepted', async () => {
    const { url } = await tlsServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(':)\nevent: delete\ndata: 1\n\n');
    }, 'trusted');
    const dispatcher = controlsNetwork
      ? new Agent({ connect: { rejectUnauthorized: false } })
      : undefined;
    onTestFinished(() => dispatcher?.destroy());

    const server = await fake({ streamingUrl: url });
    const listener = new CallRecorder();
    const handle = toListener(
      createTimelines({
        baseUrl: server.url,
        accessToken: server.token,
        dispatcher,
      }).public(),
      listener,
    );
    onTestFinished(() => handle.close());

    // Node's own fetch is the only one that cannot be configured to trust the certificate.
    if (controlsNetwork || inBrowser) {
      await listener.until('onDelete');
    } else {
      await expect(handle.done).rejects.toThrow('DEPTH_ZERO_SELF_SIGNED_CERT');
    }
  });

  it.runIf(overSse).each([
    ['日本語', '%E6%97%A5%E6%9C%AC%E8%AA%9E'],
    ['a&b=c', 'a%26b%3Dc'],
    ['100%', '100%25'],
    ['a b', 'a(\\+|%20)b'],
  ])('a tag is put into the URL unencoded: here %s is encoded', async (tag, encoded) => {
    const server = await fake();
    const handle = toListener(timelinesOf(server).hashtag(tag), {});
    await server.waitForRequests();
    expect(server.requests[0]!.path).toMatch(new RegExp(`/hashtag\\?tag=${encoded}$`));
    handle.close();
  });

  it('status.update is not cast, since its name was respelled: here it is checked as a post', async () => {
    const server = await fake();
    const { listener } = listening(server);
    await server.waitForConnections();
    const { id } = server.post({ content: '<p>Helo</p>' });
    server.edit({ id, content: '<p>Hello</p>' });
    server.publish('public', { event: 'status.update', payload: { id: 42 } });
    await listener.until('onUnknownEvent');
    expect(listener.served).toMatchObject([
      ['onUpdate', { id, content: '<p>Helo</p>' }],
      ['onLocalUpdate', { id }],
      ['onStatusUpdate', { id, content: '<p>Hello</p>' }],
      ['onUnknownEvent', 'status.update', { id: 42 }],
    ]);
  });
});

describe('onAbort', () => {
  type Loss = [
    what: string,
    error: new (...args: never[]) => Error,
    lose: (server: FakeMastodon, listener: CallRecorder) => void | Promise<void>,
    config: StreamConfig,
  ];
  const after =
    (fault: (server: FakeMastodon) => void) =>
    async (server: FakeMastodon, listener: CallRecorder): Promise<void> => {
      await opened(server, listener);
      fault(server);
    };
  const losses: Loss[] = [
    ['a clean end', MastodonStreamEndedError, after((server) => server.end()), {}],
    [
      'a bare FIN in the middle of the body',
      MastodonNetworkError,
      after((server) => server.drop()),
      {},
    ],
    ['a reset', MastodonNetworkError, after((server) => server.reset()), {}],
    ['silence', MastodonReadTimeoutError, () => undefined, { timeout: 40 }],
    [
      'an event that cannot be read',
      MastodonMalformedEventError,
      after((server) => server.write(written(['public'], ['update', '{no json']))),
      {},
    ],
    [
      'an event without a name',
      MastodonMalformedEventError,
      after((server) => server.write(written(['public'], [undefined, '1']))),
      {},
    ],
  ];

  it.each<Loss>(losses)(
    'is called with %s, which ends the stream',
    async (_what, type, lose, config) => {
      const server = await fake();
      const { handle, listener } = listening(server, config);
      const done = expect(handle.done).rejects.toThrow(type);
      await lose(server, listener);
      await done;
      expect(listener.argsOf('onAbort')).toEqual([[expect.any(type), undefined]]);
      expect([handle.isAlive(), handle.isReceiving()]).toEqual([false, false]);
      await closed(server);
    },
  );

  it.each<Loss>(losses)(
    'is called with %s, before the retry',
    async (_what, type, lose, config) => {
      const server = await fake();
      const { handle, listener } = listening(server, { ...config, reconnect });
      await lose(server, listener);
      await listener.until('onConnected', 2);
      const [abort] = listener.argsOf('onAbort');
      expect(abort).toEqual([expect.any(type), ['public']]);
      expect(listener.names.indexOf('onAbort')).toBeLessThan(
        listener.names.lastIndexOf('onConnected'),
      );
      expect(handle.isAlive()).toBe(true);
    },
  );

  it.each([[false], [true]])('is called with a refusal (reconnect: %j)', async (retries) => {
    const type = seesRefusal ? MastodonServerError : MastodonNetworkError;
    const server = await fake();
    server.failNext(503);
    const { handle, listener } = listening(server, { reconnect: retries && reconnect });
    if (retries) await listener.until('onConnected');
    else await expect(handle.done).rejects.toThrow(type);
    expect(listener.argsOf('onAbort')).toEqual([
      [expect.any(type), retries ? ['public'] : undefined],
    ]);
  });

  it('is called with every refused connection, until the server is back', async () => {
    const server = await fake();
    await server.stop();
    const { handle, listener } = listening(server, { reconnect });
    await listener.until('onAbort', 2);
    expect([handle.isAlive(), handle.isReceiving()]).toEqual([true, false]);
    await server.start();
    await opened(server, listener);
    expect(handle.isReceiving()).toBe(true);
    for (const [error] of listener.argsOf('onAbort')) {
      expect(error).toBeInstanceOf(MastodonNetworkError);
    }
  });

  it('is called if the headers never arrive', async () => {
    const server = await fake();
    server.delayHeaders(Infinity);
    const { handle, listener } = listening(server, { connectTimeout: 30 });
    await expect(handle.done).rejects.toThrow(MastodonNetworkError);
    expect(listener.argsOf('onAbort')).toHaveLength(1);
  });

  it('is called twice if a token is revoked: with a clean end, then with the 401 that ends the stream', async () => {
    const server = await fake();
    const { handle, listener } = listening(server, { reconnect });
    await opened(server, listener);
    server.revoke(server.token);
    await expect(handle.done).rejects.toThrow(MastodonUnauthorizedError);
    expect(listener.argsOf('onAbort')).toEqual([
      [expect.any(MastodonStreamEndedError), ['public']],
      [expect.any(MastodonUnauthorizedError), undefined],
    ]);
  });
});

describe('close()', () => {
  it('closes the socket at once, and resolves done', async () => {
    const server = await fake();
    const { handle, listener } = listening(server);
    await opened(server, listener);
    expect([handle.isAlive(), handle.isReceiving()]).toEqual([true, true]);
    handle.close();
    expect([handle.isAlive(), handle.isReceiving()]).toEqual([false, false]);
    await handle.done;
    await closed(server);
    expect(listener.argsOf('onAbort')).toEqual([]);
  });

  it('closes the socket while it waits for the headers', async () => {
    const server = await fake();
    server.delayHeaders(Infinity);
    const { handle, listener } = listening(server);
    await server.waitForRequests();
    handle.close();
    await closed(server);
    await handle.done;
    expect(listener.calls).toEqual([]);
  });

  it('within a handler, in the middle of a chunk: no further handler is called', async () => {
    const server = await fake();
    const calls: string[] = [];
    const handle = toListener(timelinesOf(server).public(), {
      onDelete: (id) => {
        calls.push(id);
        if (id === '2') handle.close();
      },
      onHeartbeat: () => calls.push('heartbeat'),
      onAbort: () => calls.push('abort'),
    });
    await server.waitForConnections();
    const heartbeat = overSse ? ':thump\n\n' : '';
    const deletes = ['1', '2', '3'].map((id) => ['delete', id] as const);
    const events = written(['public'], ...deletes, [undefined, 'malformed']);
    server.write(overSse ? `${heartbeat}${String(events)}` : events);
    await handle.done;
    await closed(server);
    expect(calls.filter((call) => call !== 'heartbeat')).toEqual(['1', '2']);
    expect(calls.at(-1)).toBe('2');
  });

  it('within onAbort: no retry follows', async () => {
    const server = await fake();
    const handle = toListener(timelinesOf(server).public({ reconnect }), {
      onAbort: () => handle.close(),
    });
    await server.waitForConnections();
    server.end();
    await handle.done;
    await closed(server);
    expect(server.requests).toHaveLength(1);
  });

  it('during the wait for a retry: no retry follows', async () => {
    const server = await fake();
    server.failNext(503);
    const { handle, listener } = listening(server, { reconnect: 60_000 });
    await listener.until('onAbort');
    handle.close();
    await handle.done;
    await closed(server);
    expect(server.requests).toHaveLength(REFUSED);
  });
});

describe('one listener', () => {
  it('receives the events of two streams without mixing them up', async () => {
    const server = await fake();
    const timelines = timelinesOf(server);
    const listener = new CallRecorder();
    const home = toListener(timelines.user(), listener);
    const list = toListener(timelines.list('42'), listener);
    onTestFinished(() => list.close());
    await server.waitForConnections(2);
    for (let id = 1; id <= 20; id++) {
      const channel = id % 2 === 0 ? 'user' : (['list', '42'] as const);
      server.publish(channel, { event: 'delete', payload: String(id) });
    }
    await listener.until('onDelete', 20);
    for (const [id, stream] of listener.argsOf('onDelete')) {
      expect(stream).toEqual(Number(id) % 2 === 0 ? ['user'] : ['list', '42']);
    }

    home.close();
    await server.waitForDisconnections(1);
    server.publish('user', { event: 'delete', payload: '21' });
    server.publish(['list', '42'], { event: 'delete', payload: '22' });
    await listener.until('onDelete', 21);
    expect(listener.argsOf('onDelete').at(-1)).toEqual(['22', ['list', '42']]);
  });

  it('on merged streams has one handle, which is receiving while one of them is, and closes all', async () => {
    const server = await fake();
    const timelines = timelinesOf(server, { reconnect: 60_000 });
    const listener = new CallRecorder();
    const all$ = merge(timelines.user(), timelines.public(), timelines.hashtag('rxjs'));
    const handle = toListener(all$, listener);
    await opened(server, listener, { times: 3, streams: 3 });
    const streams = listener.argsOf('onConnected').map((args) => String(args.at(-1)));
    expect(new Set(streams)).toEqual(new Set(['user', 'public', 'hashtag,rxjs']));
    expect(handle.isReceiving()).toBe(true);
    handle.close();
    await closed(server);
    expect(server.connections).toEqual([]);
  });

  it('receives events of custom codecs, checked', async () => {
    const server = await fake();
    const reactions: number[] = [];
    const misfits: unknown[] = [];
    const EmojiReaction = t.type({ name: t.string, count: t.number }, 'EmojiReaction');
    const timelines = timelinesOf(server, { events: { emoji_reaction: EmojiReaction } });
    const handle = toListener(timelines.user(), {
      onEmojiReaction: ({ count }) => reactions.push(count),
      onUnknownEvent: (...args) => {
        misfits.push(args);
        handle.close();
      },
    });
    await server.waitForConnections();
    server.publish('user', { event: 'emoji_reaction', payload: { name: '🎉', count: 3 } });
    server.publish('user', { event: 'emoji_reaction', payload: { name: '🎉', count: '3' } });
    await handle.done;
    expect(reactions).toEqual([3]);
    expect(misfits).toEqual([['emoji_reaction', { name: '🎉', count: '3' }, ['user']]]);
  });
});
