/** Starts every example like its first lines say, with the fake server that it brings along. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));

/** Files that the examples import. */
const PARTS = ['server.ts', 'rest.ts', 'text.ts'];

const names = readdirSync(examples).filter((name) => name.endsWith('.ts') && !PARTS.includes(name));

/** The arguments in the first lines of an example; for an optional port, any free one. */
function argumentsIn(text: string, name: string): string[] {
  const [, given] = new RegExp(`^//   npx tsx examples/${name}(.*)$`, 'm').exec(text) ?? [];
  expect(given, 'how to start it').toBeDefined();
  return given!
    .replace('[PORT]', '0')
    .split(' ')
    .filter((argument) => argument !== '' && !argument.startsWith('['));
}

it.for(names)('%s starts', { timeout: 120_000, concurrent: true }, async (name, context) => {
  const text = readFileSync(examples + name, 'utf8');
  expect(text).toMatch(/^\/\/ /);
  expect(text).toContain('with MASTODON_URL and MASTODON_TOKEN against a real one');
  const given = argumentsIn(text, name);

  const cwd = mkdtempSync(join(tmpdir(), 'mastodon-rx-'));
  const env = { ...process.env };
  delete env['MASTODON_URL'];
  delete env['MASTODON_TOKEN'];
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), examples + name, ...given],
    { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  context.onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(cwd, { recursive: true, force: true });
  });
  const exit = once(child, 'exit');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  expect((await lines.next()).value).toMatch(/\S/);
  child.kill('SIGINT');
  expect(await exit).toEqual([0, null]);
});
