/** examples/playground in Chromium, built as a static page, in virtual time: what the page shows for each guarantee. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { build, preview, type PreviewServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CHROMIUM, LAUNCH } from '../browser/chromium.ts';

const MEANWHILE = 'Drop, with 3 posts meanwhile';

/** The page in Chromium, and its clock. */
class Playground {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async press(button: string): Promise<void> {
    await this.page.getByRole('button', { name: button, exact: true }).click();
  }

  async turn(name: string): Promise<void> {
    await this.page.getByRole('switch', { name }).click();
  }

  async pass(seconds: number): Promise<void> {
    await this.page.clock.runFor(seconds * 1_000);
  }

  status(): Promise<string> {
    return this.page.getByRole('status').innerText();
  }

  /** The lines of the log without their times and without heartbeats: `connected The connection is open`. */
  async log(): Promise<string[]> {
    const lines = await this.page.getByRole('log').getByRole('listitem').allInnerTexts();
    return lines
      .map((line) => line.replace(/\s+/g, ' ').replace(/^[\d.]+ s /, ''))
      .filter((line) => !line.startsWith('heartbeat'));
  }

  /** The lines of the log from the last one on that begins like this. */
  async logSince(start: string): Promise<string[]> {
    const lines = await this.log();
    const starts = lines.map((line) => line.startsWith(start));
    return lines.slice(starts.lastIndexOf(true));
  }

  /** The number of posts with each outcome: `{ posted: 3, … }`. */
  async score(): Promise<Record<string, number>> {
    const names = await this.page.getByRole('term').allInnerTexts();
    const counts = await this.page.getByRole('definition').allInnerTexts();
    return Object.fromEntries(names.map((name, n) => [name, Number(counts[n])]));
  }

  /** The number of these elements in the diagram. */
  drawn(selector: string): Promise<number> {
    return this.page.locator(`#diagram ${selector}`).count();
  }

  async violations(): Promise<unknown[]> {
    await this.page.evaluate(axe.source);
    const running = this.page.evaluate<axe.AxeResults>('axe.run()');
    await this.pass(1); // axe waits, too
    const { violations } = await running;
    return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
  }
}

describe.skipIf(CHROMIUM === undefined)('the playground', { timeout: 60_000 }, () => {
  let outDir: string;
  let vite: PreviewServer;
  let browser: Browser;
  beforeAll(async () => {
    const root = new URL('../../examples/playground', import.meta.url).pathname;
    outDir = await mkdtemp(join(tmpdir(), 'playground-'));
    const config = { configFile: false, root, logLevel: 'silent', build: { outDir } } as const;
    await build(config);
    vite = await preview({ ...config, preview: { host: '127.0.0.1', port: 0 } });
    browser = await chromium.launch(LAUNCH);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await vite.close();
    await rm(outDir, { recursive: true });
  });

  /** The page when its first stream is open. With reduced motion, time passes faster. */
  async function open(options?: BrowserContextOptions): Promise<Playground> {
    const page = await browser.newPage({ reducedMotion: 'reduce', ...options });
    onTestFinished(() => page.close());
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    onTestFinished(() => expect(errors).toEqual([]));
    await page.clock.install({ time: 0 });
    await page.clock.pauseAt(3_600_000); // from here on time passes only by pass()
    await page.goto(vite.resolvedUrls!.local[0]!);
    await page.getByRole('log').getByText('subscribe', { exact: true }).waitFor();
    const playground = new Playground(page);
    await playground.pass(2);
    expect(await playground.status()).toBe('open');
    return playground;
  }

  /** The page without automatic posts. */
  async function openQuiet(): Promise<Playground> {
    const playground = await open();
    await playground.turn('Others post');
    return playground;
  }

  it('loses nothing with reconnect and catchUp', async () => {
    const playground = await openQuiet();
    await playground.press(MEANWHILE);
    await playground.pass(5);
    expect(await playground.logSince('drop + 3')).toEqual([
      'drop + 3 The connection breaks, and three posts follow',
      expect.stringMatching(
        /^disconnected The connection to mastodon.example broke.* Waits 0.\d s$/,
      ),
      'post Post 1 is written',
      'post Post 2 is written',
      'post Post 3 is written',
      'connected The connection is open, at attempt 2',
      'update Post 1 is recovered over REST',
      'update Post 2 is recovered over REST',
      'update Post 3 is recovered over REST',
      'caught-up 3 recovered, nothing is missing',
    ]);
    expect(await playground.score()).toEqual({
      ...{ posted: 3, 'arrived live': 0, recovered: 3, lost: 0, 'arrived twice': 0 },
    });
    expect(await playground.drawn('.marble.recovered')).toBe(3);
    expect(await playground.drawn('.way.recovered')).toBe(3);
    expect(await playground.drawn('.lost')).toBe(0);
  });

  it('loses the posts during the lost connection without catchUp', async () => {
    const playground = await openQuiet();
    await playground.turn('catchUp');
    await playground.pass(1);
    await playground.press(MEANWHILE);
    await playground.pass(5);
    await playground.press('Post');
    await playground.pass(1);
    expect(await playground.score()).toEqual({
      ...{ posted: 4, 'arrived live': 1, recovered: 0, lost: 3, 'arrived twice': 0 },
    });
    expect(await playground.drawn('.lost')).toBe(3);
    await playground.page.getByText('the posts of the meantime are lost').waitFor();
  });

  it('ends with an error without reconnect, and starts again on request', async () => {
    const playground = await openQuiet();
    await playground.turn('reconnect');
    await playground.pass(1);
    await playground.press('End the response');
    await playground.press('Post');
    await playground.pass(5);
    expect(await playground.status()).toBe('failed');
    expect(await playground.log()).toContain(
      'error The stream ends with an error: The server ended the stream',
    );
    expect(await playground.score()).toMatchObject({ posted: 1, lost: 1 });
    expect(await playground.drawn('.marble.error')).toBe(1);
    await playground.press('Subscribe anew');
    await playground.pass(2);
    expect(await playground.status()).toBe('open');
  });

  it('starts with the newest posts with backfill', async () => {
    const playground = await openQuiet();
    for (let n = 0; n < 5; n++) await playground.press('Post');
    await playground.pass(1);
    await playground.turn('backfill');
    await playground.pass(3);
    expect(await playground.logSince('subscribe')).toEqual([
      'subscribe With { reconnect: true, catchUp: true, backfill: 3 }',
      'connected The connection is open',
      'update Post 3 is recovered over REST',
      'update Post 4 is recovered over REST',
      'update Post 5 is recovered over REST',
      'caught-up 3 recovered, nothing is missing',
    ]);
  });

  it.each([
    ['Drop the connection', ['broke'], 5],
    ['End the response', ['The server ended the stream'], 5],
    ['Silence for 9 s', ['7000 ms'], 20],
    ['Restart the server', ['broke', 'ECONNREFUSED'], 15],
    ['503, twice', ['broke', '(503)', '(503)'], 15],
    ['429, for 5 s', ['broke', '(429)'], 15],
  ])('%s: reconnects with the post that was missed', async (button, losses, seconds) => {
    const playground = await openQuiet();
    await playground.press(button);
    await playground.press('Post');
    await playground.pass(seconds);
    const lines = await playground.log();
    const lost = lines.filter((line) => line.startsWith('disconnected'));
    for (const [n, loss] of losses.entries()) expect(lost[n]).toContain(loss);
    expect(await playground.status()).toBe('open');
    expect(await playground.drawn('.marble.disconnected')).toBe(lost.length);
    expect(await playground.score()).toEqual({
      ...{ posted: 1, 'arrived live': 0, recovered: 1, lost: 0, 'arrived twice': 0 },
    });
  });

  it('ends with an error when its token is revoked', async () => {
    const playground = await openQuiet();
    await playground.press('Revoke the token');
    await playground.pass(5);
    expect(await playground.status()).toBe('failed');
    expect((await playground.log()).at(-1)).toMatch(/^error .*\(401\): Invalid access token$/);
    await playground.press('Subscribe anew');
    await playground.pass(2);
    expect(await playground.status()).toBe('open');
  });

  it('shows heartbeats in one line, and deletes a post on request', async () => {
    const playground = await openQuiet();
    await playground.pass(10);
    await playground.page.getByText(/^The server is alive \([45] times\)$/).waitFor();
    await playground.press('Post');
    await playground.pass(1);
    await playground.press('Delete the newest post');
    await playground.pass(1);
    expect(await playground.logSince('post')).toEqual([
      'post Post 1 is written',
      'update Post 1 arrives live',
      'delete Post 1 is deleted',
      'delete Post 1 was deleted',
    ]);
    expect(await playground.drawn('.marble.delete')).toBe(2); // one per lane
  });

  it.each<[string, BrowserContextOptions]>([
    ['by day', { colorScheme: 'light' }],
    ['at night', { colorScheme: 'dark' }],
    ['on a phone', { viewport: { width: 360, height: 740 } }],
  ])('has no violation of axe: %s', async (_when, options) => {
    const playground = await open(options);
    await playground.press(MEANWHILE);
    await playground.pass(1);
    expect(await playground.violations()).toEqual([]);
    await playground.press('Revoke the token');
    await playground.pass(15);
    expect(await playground.status()).toBe('failed');
    expect(await playground.violations()).toEqual([]);
    const [has, wants] = await playground.page.evaluate(() => {
      const { clientWidth, scrollWidth } = document.documentElement;
      return [clientWidth, scrollWidth];
    });
    expect(wants).toBe(has);
  });

  const picture = process.env['PICTURES']; // a folder, if docs want a new picture
  it.runIf(picture)('has its picture in the docs', async () => {
    const playground = await open({
      viewport: { width: 1080, height: 890 },
      reducedMotion: 'no-preference',
    });
    await playground.pass(8);
    await playground.press(MEANWHILE);
    await playground.pass(5);
    await playground.turn('catchUp');
    await playground.pass(3);
    await playground.press(MEANWHILE);
    await playground.pass(6);
    await playground.page.mouse.move(0, 0);
    await playground.page.evaluate('scrollTo(0, 0)');
    await playground.page.screenshot({ path: `${picture}/playground.png` });
  });
});
