/** The first program of the README, and of the first page, as a newcomer pastes it; only the server is another one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { fake } from '../helpers/fake.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

it.each(['README.md', 'docs/01-first-stream.md'])(
  'the first program of %s prints posts',
  async (page) => {
    const server = await fake();
    const [, program = ''] = /^```ts\n(.*?)^```$/ms.exec(readFileSync(root + page, 'utf8')) ?? [];
    const code = program
      .replace("'https://mastodon.social'", JSON.stringify(server.url))
      .replace("'your token'", JSON.stringify(server.token));
    expect(code).toContain(server.token);

    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', code],
      { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    await server.connected();
    const { content } = server.post({ account: { acct: 'ada' }, tags: [{ name: 'rxjs' }] });
    expect((await lines.next()).value).toBe(`ada ${content}`);
    child.kill('SIGKILL');
    await once(child, 'exit');
  },
  60_000,
);
