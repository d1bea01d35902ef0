/** Tests in Jest with jsdom, which has no fetch, no Request and no TextDecoder: as ES modules, and through Babel. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { folder } from '../helpers/programs.ts';

const root = join(import.meta.dirname, '../..');
const versions = join(import.meta.dirname, 'versions/node_modules');
const jest = join(versions, 'jest/bin/jest.js');
const isInstalled = existsSync(jest);
if (!isInstalled) console.log('Jest is not installed: its specs are skipped');

const TEST = `
import { createTimelines, MastodonError, ofType } from 'mastodon-rx';

const errorOf = (transport) =>
  new Promise((resolve) => {
    createTimelines({ baseUrl: 'http://127.0.0.1:9', transport, streamingUrl: 'http://127.0.0.1:9' })
      .public()
      .subscribe({ error: resolve });
  });

test('importing needs no global', () => {
  expect(typeof TextDecoder).toBe('undefined');
  expect(typeof ofType).toBe('function');
});

test('a stream errors with what is missing', async () => {
  const error = await errorOf('sse');
  expect(error).toBeInstanceOf(MastodonError);
  expect(error.name).toBe('MastodonUnsupportedError');
  expect(error.message).toContain('This runtime has no fetch');
});

test('a WebSocket, which jsdom has, is tried', async () => {
  expect((await errorOf('websocket')).name).toBe('MastodonNetworkError');
});
`;

/** The configurations of docs/runtimes.md. */
const CONFIGS = {
  'as ES modules': {
    program: process.execPath,
    node: ['--experimental-vm-modules'],
    config: { testEnvironment: 'jsdom', transform: {} },
    babel: undefined,
  },
  // From Node 24.9 on, in which Jest can require an ES module.
  'by way of Babel, in Node 24': {
    program: join(versions, 'node24/bin/node'),
    node: ['--experimental-vm-modules'],
    config: { testEnvironment: 'jsdom' },
    babel: { presets: [['@babel/preset-env', { targets: { node: 'current' } }]] },
  },
} as const;

/** A project with copies, not links, since Jest resolves the real path. */
function project(config: object, babel: object | undefined): string {
  const cwd = folder();
  const modules = join(cwd, 'node_modules');
  mkdirSync(modules);
  for (const name of ['eventsource-parser', 'fp-ts', 'io-ts', 'undici', 'rxjs', 'tslib']) {
    cpSync(join(root, 'node_modules', name), join(modules, name), { recursive: true });
  }
  for (const part of ['dist', 'package.json']) {
    cpSync(join(root, part), join(modules, 'mastodon-rx', part), { recursive: true });
  }
  for (const name of ['jest-environment-jsdom', '@babel']) {
    symlinkSync(join(versions, name), join(modules, name));
  }
  writeFileSync(
    join(cwd, 'package.json'),
    JSON.stringify({ ...(babel ? { babel } : { type: 'module' }), jest: config }),
  );
  writeFileSync(join(cwd, 'stream.test.js'), TEST);
  return cwd;
}

describe.skipIf(!isInstalled)('Jest with jsdom', () => {
  it.each(Object.entries(CONFIGS))('%s', { timeout: 120_000 }, async (_name, each) => {
    const cwd = project(each.config, each.babel);
    const args = [...each.node, jest, '--no-cache', '--json', '--outputFile', 'result.json'];
    const { stderr } = await promisify(execFile)(each.program, args, { cwd });
    expect(stderr).toMatch(/Tests:\s+3 passed, 3 total/);
  });
});
