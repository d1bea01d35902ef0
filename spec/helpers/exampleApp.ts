/** examples/angular for a user: built by `ng`, served, and opened in Chromium. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { onTestFinished } from 'vitest';
import { CHROMIUM, LAUNCH } from '../browser/chromium.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, 'examples/angular');

/** Whether Chromium and the app's dependencies are installed; if not, a message says once that its specs are skipped. */
export const hasExampleApp =
  CHROMIUM !== undefined && existsSync(join(folder, 'node_modules/.package-lock.json')); // npm writes it last

if (CHROMIUM !== undefined && !hasExampleApp) {
  console.log(
    'The example app is not installed: its specs are skipped (npm install --prefix examples/angular).',
  );
}

/** A browser with the app in it. */
export interface ExampleApp extends AsyncDisposable {
  readonly browser: Browser;
  /** The app's address, at the server of its files. */
  readonly url: string;
  /** Opens the app, which is closed when the test ends. */
  open(options?: BrowserContextOptions): Promise<Page>;
}

/** The path of the app on its server: a static page must work below any path. */
const PLACE = '/pages/timelines/';

/**
 * Builds the app with the current library, and serves its files unchanged below a path. Throws if `ng` prints
 * even a warning.
 *
 * @param name - the output's name: the output of another spec may be in use at the same time.
 */
export async function startExampleApp(
  name: string,
  configuration: 'production' | 'development' = 'production',
): Promise<ExampleApp> {
  const output = `.angular/specs/${name}`;
  await build(configuration, output);
  const served = join(folder, output, 'browser');
  const files = createServer(({ url = '' }, response) => {
    const path = join(served, url === PLACE ? 'index.html' : url.slice(PLACE.length));
    if (!url.startsWith(PLACE) || !existsSync(path)) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[extname(path)] }).end(readFileSync(path));
  });
  files.listen(0, '127.0.0.1');
  await once(files, 'listening');
  const url = `http://127.0.0.1:${(files.address() as AddressInfo).port}${PLACE}`;
  const browser = await chromium.launch(LAUNCH);

  return {
    browser,
    url,
    open: async (options) => {
      const context = await browser.newContext(options);
      onTestFinished(() => context.close());
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      files.close();
      files.closeAllConnections();
    },
  };
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

async function build(configuration: string, output: string): Promise<void> {
  const run = promisify(execFile);
  const library = join(folder, 'node_modules/mastodon-rx');
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const outDir = join(library, 'dist');
  await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--noCheck', '--outDir', outDir], {
    cwd: root,
  });
  cpSync(join(root, 'package.json'), join(library, 'package.json'));

  const ng = join(folder, 'node_modules/@angular/cli/bin/ng.js');
  const args = [ng, 'build', '--configuration', configuration, '--output-path', output];
  const { stdout, stderr } = await run(process.execPath, args, { cwd: folder });
  const told = stdout + stderr;
  if (/\bwarning\b/i.test(told)) throw new Error(told);
}
