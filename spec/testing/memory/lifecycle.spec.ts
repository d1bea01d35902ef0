/** Features of the fake in memory that the one on loopback lacks or implements differently. */
import { MastodonIllegalArgumentError, type StreamEvent } from 'mastodon-rx';
import { createFakeMastodon } from 'mastodon-rx/testing/memory';
import { asyncScheduler, firstValueFrom, take, toArray } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { marbles } from '../../helpers/marbles.ts';

describe('timelines()', () => {
  it('return the library’s own client, which checks its config', () => {
    const server = createFakeMastodon();
    expect(() => server.timelines({ timeout: -1 })).toThrow(MastodonIllegalArgumentError);
    expect(() => server.timelines({ unheardOf: true } as never)).toThrow(/Unknown option/);
  });

  it('find the streaming server through the instance documents, without a promise', () => {
    const server = createFakeMastodon({ streamingUrl: 'wss://streams.example' });
    marbles(({ expectObservable }) => {
      const types$ = server.timelines({ keepActive: false }).user().pipe(take(2), toArray());
      expectObservable(types$).toBe('(e|)', {
        e: [
          { type: 'connected', payload: { attempt: 0 }, stream: ['user'] },
          { type: 'heartbeat', payload: { comment: ')' }, stream: ['user'] },
        ],
      });
    });
    expect(server.requests.map(({ path, headers }) => [headers['host'], path])).toEqual([
      ['mastodon.example', '/api/v2/instance'],
      ['streams.example', '/api/v1/streaming/user'],
    ]);
  });

  it('error like the network for a host that does not exist', async () => {
    const server = createFakeMastodon({ streamingUrl: 'wss://streams.example' });
    const { url } = createFakeMastodon({ url: 'https://elsewhere.example/path' });
    const timelines = server.timelines({ streamingUrl: url });
    await expect(firstValueFrom(timelines.user())).rejects.toMatchObject({
      name: 'MastodonNetworkError',
      message: 'No answer from elsewhere.example: ENOTFOUND',
    });
  });

  it.each([
    [true, true],
    [false, false],
  ])('isHealthy() with health(%s) is %s', async (health, expected) => {
    const server = createFakeMastodon();
    server.health(health);
    expect(await server.timelines().isHealthy()).toBe(expected);
  });

  it('isHealthy() rejects if the server does not respond', async () => {
    const server = createFakeMastodon();
    server.health('stall');
    await expect(server.timelines({ connectTimeout: 20 }).isHealthy()).rejects.toThrow('timed out');
  });

  it('follow a redirect to a neighbour, and reject a loop', async () => {
    const other = createFakeMastodon({ url: 'https://streams.example' });
    const server = createFakeMastodon({ neighbours: [other] });
    server.redirect(other.url);
    const event = await firstValueFrom(server.timelines().user());
    expect(event.type).toBe('connected');
    expect(other.requests.at(-1)?.path).toBe('/api/v1/streaming/user');
    server.redirect(server.url);
    await expect(firstValueFrom(server.timelines().user())).rejects.toThrow('in a loop');
  });

  it('error like the network for a malformed response', async () => {
    const server = createFakeMastodon();
    server.respondNext('SSH-2.0-OpenSSH_9.6\r\n');
    await expect(firstValueFrom(server.timelines().user())).rejects.toMatchObject({
      message: 'No answer from mastodon.example: HPE_INVALID_CONSTANT',
    });
    server.respondNext('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:)\n');
    const { type } = await firstValueFrom(server.timelines().user());
    expect(type).toBe('connected');
  });
});

describe('an event that a subscriber causes', () => {
  it('is emitted after the current event, not within it', async () => {
    const server = createFakeMastodon();
    const texts: string[] = [];
    const subscription = server
      .timelines()
      .user()
      .subscribe((event) => {
        if (event.type !== 'update') return;
        const { content } = event.payload;
        if (content.length < 3) {
          server.post({ content: `${content}a` });
          server.post({ content: `${content}b` });
        }
        texts.push(content);
      });
    onTestFinished(() => subscription.unsubscribe());
    await server.waitForConnections();
    server.post({ content: 'a' });
    expect(texts).toEqual(['a', 'aa', 'ab', 'aaa', 'aab', 'aba', 'abb']);
  });

  it('is received synchronously, over either transport', async () => {
    for (const transport of ['sse', 'websocket'] as const) {
      const server = createFakeMastodon();
      const events: StreamEvent[] = [];
      const subscription = server
        .timelines({ transport })
        .user()
        .subscribe((event) => events.push(event));
      await server.waitForConnections();
      const { id } = server.post();
      expect(events.at(-1)).toMatchObject({ type: 'update', payload: { id } });
      subscription.unsubscribe();
    }
  });
});

describe('close()', () => {
  it('ends streams and timers, and rejects pending waits', async () => {
    const server = createFakeMastodon();
    let error: unknown;
    server
      .timelines()
      .user()
      .subscribe({ error: (each: unknown) => (error = each) });
    await server.waitForConnections();
    const waiting = server.waitForConnections(2);
    server.close();
    server.close();
    expect(error).toMatchObject({ name: 'MastodonNetworkError' });
    await expect(waiting).rejects.toThrow('The fake Mastodon is closed');
    await expect(server.waitForConnections()).rejects.toThrow('closed');
  });

  it('is called by `using`', () => {
    let server;
    {
      using other = createFakeMastodon();
      server = other;
    }
    return expect(server.waitForConnections()).rejects.toThrow('closed');
  });
});

it('dates and ids follow the scheduler’s clock', () => {
  marbles(({ flush }) => {
    const posts: unknown[] = [];
    const server = createFakeMastodon();
    const gts = createFakeMastodon({ flavour: 'gotosocial' });
    asyncScheduler.schedule(() => posts.push(server.post(), server.post(), gts.post()), 1_000);
    flush();
    const created_at = '1970-01-01T00:00:01.000Z';
    expect(posts).toMatchObject([
      { id: String((1_000 << 16) + 0x8000), created_at },
      { id: String((1_000 << 16) + 0x8001), created_at },
      { id: '00000000Z80000000000000000', created_at },
    ]);
  });
});
