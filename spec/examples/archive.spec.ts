/** examples/archive.ts, killed again and again without warning. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FakeMastodon } from 'mastodon-rx/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fake } from '../helpers/fake.ts';

const example = fileURLToPath(new URL('../../examples/archive.ts', import.meta.url));

function start(server: FakeMastodon, file: string): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', example, file], {
    env: { ...process.env, MASTODON_URL: server.url, MASTODON_TOKEN: server.token },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Resolves when the process has printed that many lines. */
const printed = (child: ChildProcess, count: number): Promise<void> =>
  new Promise((resolve) => {
    let lines = 0;
    child.stdout?.on('data', (data: Buffer) => {
      lines += data.toString().split('\n').length - 1;
      if (lines >= count) resolve();
    });
  });

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const idsIn = (file: string, type: string): string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { type: string; payload: { id: string } })
    .filter((event) => event.type === type)
    .map(({ payload }) => payload.id);

describe('archive.ts', () => {
  it('stores each post and notification once, in order, however often it is killed', async () => {
    const server = await fake();
    const folder = mkdtempSync(join(tmpdir(), 'mastodon-rx-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'home.jsonl');
    const posts: string[] = [];
    const notifications: string[] = [];
    const happen = (): void => {
      posts.push(server.post().id, server.post().id);
      notifications.push(server.notify().id);
    };

    let child = start(server, file);
    // From `caught-up` on, the archive has a position to start from.
    await printed(child, 1);
    for (let round = 0; round < 3; round++) {
      const some = printed(child, 1);
      happen(); // some of it arrives before the end
      await some;
      await kill(child);
      happen(); // and these happen while no process runs
      // A line that the power failure has cut.
      writeFileSync(file, '{"type":"update","payl', { flag: 'a' });
      child = start(server, file);
      await server.waitForDisconnections();
      await server.waitForConnections();
    }
    const last = printed(child, 1);
    happen();
    await last;
    while (idsIn(file, 'notification').length < notifications.length) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    await kill(child);

    expect(idsIn(file, 'update')).toEqual(posts);
    expect(idsIn(file, 'notification')).toEqual(notifications);
  }, 60_000);
});
