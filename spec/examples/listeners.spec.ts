/** The examples of listeners run: on a server that is named to them, and on the one they bring along. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { MastodonNetworkError, type StreamHandle } from 'mastodon-rx';
import type { FakeMastodon } from 'mastodon-rx/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { fake } from '../helpers/fake.ts';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));

/** A server that the examples find, and what they print. */
async function stage(): Promise<{
  server: FakeMastodon;
  lines: string[];
  /** Resolves once this line is printed. */
  printed: (line: string) => Promise<void>;
}> {
  const server = await fake();
  vi.stubEnv('MASTODON_URL', server.url);
  vi.stubEnv('MASTODON_TOKEN', server.token);
  const lines: string[] = [];
  const waiters = new Set<() => void>();
  const spy = vi.spyOn(console, 'log').mockImplementation((line: string) => {
    lines.push(line);
    for (const look of waiters) look();
  });
  onTestFinished(() => {
    vi.unstubAllEnvs();
    spy.mockRestore();
  });
  return {
    server,
    lines,
    printed: (line) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (lines.includes(line)) resolve();
        };
        waiters.add(look);
        look();
      }),
  };
}

const closing = (...handles: StreamHandle[]): void => {
  for (const handle of handles) onTestFinished(handle.close);
};

const remote = { account: { acct: 'eve@there.example' } };

describe('on a server that is named', () => {
  it('listener-basic.ts prints until the connection is lost, which it throws', async () => {
    const { server, lines, printed } = await stage();
    const ended = import('../../examples/listener-basic.ts');
    const thrown = expect(ended).rejects.toThrow(MastodonNetworkError);
    await server.connected();
    const { id } = server.post({ account: { acct: 'ada' } });
    server.notify({ type: 'favourite', account: { acct: 'bob' } });
    server.remove(id);
    await printed(`${id} was deleted`);
    expect(lines).toEqual([`ada posted ${id}`, 'bob: favourite', `${id} was deleted`]);
    server.drop();
    await thrown;
  });

  it('listener-callbacks.ts prints local posts twice', async () => {
    const { server, lines, printed } = await stage();
    const { handle } = await import('../../examples/listener-callbacks.ts');
    closing(handle);
    await server.connected();
    const { id: ours } = server.post({ account: { acct: 'ada' } });
    const { id: theirs } = server.post(remote);
    await printed(`eve@there.example posted ${theirs}`);
    expect(lines).toEqual([
      `ada posted ${ours}`,
      'ada is one of us',
      `eve@there.example posted ${theirs}`,
    ]);
    server.end();
    await printed('Lost: The server ended the stream');
  });

  it('listener-reconnect.ts tells each loss, and ends with the handle', async () => {
    const { server, lines, printed } = await stage();
    const { handle } = await import('../../examples/listener-reconnect.ts');
    closing(handle);
    await printed('Connected');
    await server.connected();
    server.notify({ type: 'follow', account: { acct: 'ada' } });
    await printed('ada: follow');
    server.end();
    await printed('Lost: The server ended the stream');
    expect([handle.isAlive(), handle.isReceiving()]).toEqual([true, false]);
    handle.close();
    await printed('Closed');
    expect(lines.filter((line) => line !== 'Receiving' && line !== 'Waiting')).toEqual([
      'Connected',
      'ada: follow',
      'Lost: The server ended the stream',
      'Closed',
    ]);
  });

  it('listener-hashtag-and-list.ts tells the two streams apart', async () => {
    const { server, printed } = await stage();
    const argv = vi.spyOn(process, 'argv', 'get');
    argv.mockReturnValue(['node', 'example', '日本語', '43']);
    onTestFinished(() => argv.mockRestore());
    server.addList('43', 'alice', ['bob']);
    const { handles } = await import('../../examples/listener-hashtag-and-list.ts');
    closing(...handles);
    await server.connected(2);
    const tags = [{ name: '日本語', url: 'https://here.example/tags/日本語' }];
    const { id: tagged } = server.post({ account: { acct: 'ada' }, tags });
    const { id: listed } = server.post({ account: { acct: 'bob' } });
    await printed(`hashtag 日本語: ada posted ${tagged}`);
    await printed(`list 43: bob posted ${listed}`);
  });

  it('listener-multi-stream.ts closes all streams with one handle', async () => {
    const { server, lines, printed } = await stage();
    const { handle } = await import('../../examples/listener-multi-stream.ts');
    closing(handle);
    await server.connected(3);
    server.post({ account: { acct: 'ada' } });
    server.notify();
    await printed('user: notification');
    await printed('public:local: update');
    expect([...lines].sort()).toEqual([
      'public:local: update',
      'user: notification',
      'user: update',
    ]);
    handle.close();
    await server.disconnected();
  });

  it('listener-health-gate.ts waits until the server is well', async () => {
    const { server, lines, printed } = await stage();
    server.health(false);
    const { handle } = await import('../../examples/listener-health-gate.ts');
    closing(handle);
    await printed('Waiting for the server');
    expect(server.connections).toEqual([]);
    server.health(true);
    await printed('The server is well');
    await server.connected();
    const { id } = server.post({ account: { acct: 'ada' } });
    await printed(`ada posted ${id}`);
    expect(lines.at(-2)).toBe('The server is well');
  });
});

describe('with no configuration', () => {
  const names = readdirSync(examples).filter(
    (name) => name.startsWith('listener-') && name !== 'listener-server.ts',
  );

  const options = { timeout: 60_000, concurrent: true };

  it.for(names)('%s says how to start it, and starts', options, async (name, context) => {
    const text = readFileSync(examples + name, 'utf8');
    expect(text).toMatch(/^\/\/ /);
    expect(text).toContain(`//   npx tsx examples/${name}`);

    const env = { ...process.env };
    delete env['MASTODON_URL'];
    delete env['MASTODON_TOKEN'];
    const child = spawn(process.execPath, ['--import', 'tsx', examples + name], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    context.onTestFinished(() => void child.kill('SIGKILL'));
    const exit = once(child, 'exit');
    for await (const line of createInterface(child.stdout)) {
      if (/posted \d+|: update|: mention/.test(line)) break;
    }
    child.kill('SIGINT');
    expect(await exit).toEqual([0, null]);
  });
});
