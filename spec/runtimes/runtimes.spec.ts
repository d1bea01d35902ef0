/** The same bot in each installed runtime: `npm install --prefix spec/runtimes/versions`. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FakeMastodon } from 'mastodon-rx/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fake } from '../helpers/fake.ts';
import { project } from '../helpers/project.ts';
import { workerConfig, writeProgram } from './build.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const installed = (path: string): string => here(`./versions/node_modules/${path}`);

interface Runtime {
  readonly name: string;
  readonly program: string;
  readonly args: (config: string, cwd: string) => Promise<readonly string[]> | readonly string[];
}

const RUNTIMES: readonly Runtime[] = [
  ...['22', '24', '26'].map((version) => ({
    name: `Node ${version}`,
    program: installed(`node${version}/bin/node`),
    args: (config: string) => ['program.js', config],
  })),
  {
    name: 'Bun',
    program: installed('bun/bin/bun.exe'),
    args: (config) => ['program.js', config],
  },
  {
    name: 'Deno',
    program: installed('@deno/linux-x64-glibc/deno'),
    args: (config) => ['run', '--allow-all', '--no-lock', 'program.js', config],
  },
  // Before 2024-11-11 a worker's Request has no `cache`.
  ...['2024-11-01', '2026-01-01'].map((date) => ({
    name: `workerd with the compatibility date ${date}`,
    program: installed('@cloudflare/workerd-linux-64/bin/workerd'),
    args: (config: string, cwd: string) => workerConfig(config, cwd, date),
  })),
];

/** Starts the scenario, and returns its reports one by one. */
async function start(
  { program, args }: Runtime,
  server: FakeMastodon,
  transport: string,
): Promise<{ readonly next: () => Promise<unknown> }> {
  const config = { baseUrl: server.url, accessToken: server.token, transport };
  const cwd = project();
  writeProgram(cwd);
  const child = spawn(program, await args(JSON.stringify(config), cwd), {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += String(text)));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const { value, done } = (await lines.next()) as IteratorResult<string, undefined>;
    if (done === true) throw new Error(`The program has ended: ${stderr}`);
    const report: unknown = JSON.parse(value);
    const [type] = report as [string];
    return type === 'heartbeat' || type === 'warning' ? next() : report;
  };
  return { next };
}

describe.each(RUNTIMES)('$name', (runtime) => {
  const isInstalled = existsSync(runtime.program);
  if (!isInstalled) console.log(`${runtime.name} is not installed: its specs are skipped`);

  it.skipIf(!isInstalled).each(['sse', 'websocket'])(
    'streams over %s, loses nothing in a reconnect, and leaves no socket behind',
    { timeout: 60_000 },
    async (transport) => {
      const server = await fake();
      const { next } = await start(runtime, server, transport);
      expect(await next()).toEqual(['connected']);
      await server.waitForConnections();
      server.post({ content: 'first' });
      expect(await next()).toEqual(['update', 'first', false]);

      server.drop();
      server.post({ content: 'missed' });
      expect(await next()).toEqual(['disconnected']);
      expect(await next()).toEqual(['connected']);
      expect(await next()).toEqual(['update', 'missed', true]);
      expect(await next()).toEqual(['caught-up']);

      await server.waitForConnections();
      server.publish('public', { event: 'delete', payload: '1' });
      expect(await next()).toEqual(['delete']);
      await server.waitForDisconnections();

      expect(await next()).toEqual(['refused', true, expect.stringMatching(/^Mastodon/) as string]);
      expect(await next()).toEqual(['done']);
    },
  );
});
