/** The examples of docs/08-extending.md, with the fake Mastodon. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { ofType } from 'mastodon-rx';
import { firstValueFrom, map, take, toArray } from 'rxjs';
import { expect, it, onTestFinished, vi } from 'vitest';
import { watchFork } from '../../examples/extending/fork-events.ts';
import { inBubble } from '../../examples/extending/own-codec.ts';
import { userOver } from '../../examples/extending/own-transport.ts';
import { fake, timelinesOf } from '../helpers/fake.ts';
import { folder } from '../helpers/programs.ts';

// A busy machine needs longer: the first stream of a process loads undici.
vi.setConfig({ testTimeout: 60_000 });

it("receives a fork's events, and its timeline", async () => {
  const server = await fake({ streams: { 'public/bubble': 'public:bubble' } });
  const logged = new Promise((resolve) => {
    const log = vi.spyOn(console, 'log').mockImplementation(resolve);
    onTestFinished(() => log.mockRestore());
  });
  const { reactions$, handle } = watchFork(server.url, server.token);
  onTestFinished(handle.close);
  const reaction = firstValueFrom(reactions$);
  await server.waitForConnections(2);
  const payload = { name: '🎉', count: 2 };
  server.publish('public:bubble', { event: 'emoji_reaction', payload: { ...payload, name: '⛵' } });
  server.publish('user', { event: 'emoji_reaction', payload });
  expect((await reaction).payload).toEqual(payload);
  expect(await logged).toBe('⛵');
});

it('narrows posts to a custom codec', async () => {
  const server = await fake();
  const first = firstValueFrom(timelinesOf(server).user().pipe(inBubble()));
  await server.waitForConnections();
  server.post();
  server.post({ bubble_timeline: 'yes' });
  server.post({ bubble_timeline: false });
  const { id } = server.post({ bubble_timeline: true });
  expect((await first).id).toBe(id);
});

it('connects over a Unix socket, and reconnects', async () => {
  const server = await fake();
  const { port } = new URL(server.url);
  const path = join(folder(), 'streaming.sock');
  const proxy = createServer((socket) => {
    const other = connect(Number(port), '127.0.0.1');
    socket.pipe(other).pipe(socket);
    for (const each of [socket, other]) each.on('error', () => undefined);
  }).listen(path);
  onTestFinished(() => void proxy.close());
  await once(proxy, 'listening');

  const events$ = userOver(path, server.token, { delay: 1 });
  const ids = firstValueFrom(
    events$.pipe(
      ofType('update'),
      map(({ payload }) => payload.id),
      take(2),
      toArray(),
    ),
  );
  const lost = firstValueFrom(events$.pipe(ofType('disconnected')));
  await server.waitForConnections(2);
  const { id } = server.post();
  server.end();
  await lost;
  await server.waitForConnections();
  const { id: next } = server.post();
  expect(await ids).toEqual([id, next]);

  await expect(firstValueFrom(userOver(path, 'wrong'))).rejects.toThrow('The server answers 401');
});
