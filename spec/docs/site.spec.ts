/** The site of `npm run docs`: guides beside the reference, without dead links. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pages } from '../generate/blocks.ts';

const root = resolve(import.meta.dirname, '../..');
const site = mkdtempSync(join(tmpdir(), 'mastodon-rx-site-'));

beforeAll(async () => {
  const typedoc = join(root, 'node_modules/typedoc/bin/typedoc');
  await promisify(execFile)(process.execPath, [typedoc, '--out', site], { cwd: root });
}, 240_000);
afterAll(() => rmSync(site, { recursive: true, force: true }));

/** The pages, without the repository's files that guides link to: those are copied unchanged. */
const htmlFiles = (): string[] =>
  readdirSync(site, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.html') && !file.startsWith('media/'),
  );

it('the site has a page for each guide and for each operator', () => {
  const files = htmlFiles();
  const guides = pages().filter((page) => page.startsWith('docs/'));
  expect(guides.length).toBeGreaterThan(20);
  for (const guide of guides) {
    expect(files).toContain(`documents/${guide.replace('/', '_').replace('.md', '.html')}`);
  }
  expect(files).toContain('functions/index.toTimeline.html');
});

it('the site has no dead link', () => {
  const broken = htmlFiles().flatMap((file) => {
    const html = readFileSync(join(site, file), 'utf8');
    const targets = [...html.matchAll(/(?:href|src)="([^"#?:]+)(?:#[^"]*)?"/g)].map(
      ([, to = '']) => to,
    );
    return targets
      .filter((to) => !existsSync(join(site, dirname(file), decodeURIComponent(to))))
      .map((to) => `${file}: ${to}`);
  });
  expect([...new Set(broken)]).toEqual([]);
});

it('the site can be searched', () => {
  expect(statSync(join(site, 'assets/search.js')).size).toBeGreaterThan(10_000);
});
