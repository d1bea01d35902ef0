/** Bots in one file, made by bundlers for Node; docs/runtimes.md has the command for each. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build as esbuild, type BuildOptions } from 'esbuild';
import { rolldown } from 'rolldown';
import { build as viteBuild } from 'vite';
import { expect, it, onTestFinished } from 'vitest';
import { fake } from '../helpers/fake.ts';
import { project } from '../helpers/project.ts';

const BOT = `
import { createTimelines } from 'mastodon-rx';

const [baseUrl, accessToken] = process.argv.slice(2);
createTimelines({ baseUrl, accessToken }).user({ reconnect: true }).subscribe({
  next: ({ type, payload }) => {
    if (type === 'disconnected') console.log('waits after ' + payload.error.message);
    if (type !== 'update') return;
    console.log('received ' + payload.content);
    process.exit();
  },
  error: (error) => console.log(error.name + ': ' + error.message),
});
`;

/** A project that contains the bot. */
function bot(): string {
  const cwd = project();
  writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(cwd, 'bot.js'), BOT);
  return cwd;
}

/** Runs the bot with a fake Mastodon, and returns the first line that it prints. */
async function run(file: string): Promise<string> {
  const server = await fake();
  const child = spawn(process.execPath, [file, server.url, server.token], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = lines.next();
  const connected = server.waitForConnections().then(() => server.post({ content: 'Hello' }));
  connected.catch(() => undefined); // if it never connects, the server is closed
  return String((await line).value);
}

const byEsbuild = async (config: BuildOptions): Promise<string> => {
  const cwd = bot();
  const outfile = join(cwd, 'out.mjs');
  await esbuild({
    ...{ entryPoints: [join(cwd, 'bot.js')], outfile, absWorkingDir: cwd, logLevel: 'error' },
    ...{ bundle: true, platform: 'node', format: 'esm', ...config },
  });
  return outfile;
};

const byVite = async (external: string[]): Promise<string> => {
  const cwd = bot();
  await viteBuild({
    ...{ root: cwd, configFile: false, logLevel: 'error' },
    build: { ssr: join(cwd, 'bot.js'), outDir: 'out' },
    ssr: { noExternal: true, external },
  });
  return join(cwd, 'out/bot.js');
};

const byRolldown = async (external: string[]): Promise<string> => {
  const cwd = bot();
  const bundle = await rolldown({ input: join(cwd, 'bot.js'), platform: 'node', external, cwd });
  const dir = join(cwd, 'out');
  await bundle.write({
    dir,
    format: 'cjs',
    entryFileNames: 'bot.cjs',
    chunkFileNames: '[name].cjs',
  });
  return join(dir, 'bot.cjs');
};

it('a bundle in which undici cannot be evaluated ends at once with an error that gives the reason', async () => {
  expect(await run(await byEsbuild({}))).toMatch(
    /^MastodonUnsupportedError: .*Dynamic require of "node:assert" is not supported.*docs\/runtimes\.md/,
  );
});

it.each([
  ['esbuild, with external', () => byEsbuild({ external: ['undici'] })],
  ['Vite, with ssr.external', () => byVite(['undici'])],
  ['Rolldown or Rollup, as CommonJS, with external', () => byRolldown(['undici'])],
])('%s streams', { timeout: 60_000 }, async (_name, bundle) => {
  expect(await run(await bundle())).toBe('received Hello');
});
