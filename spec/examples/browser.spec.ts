/** examples/browser in Chromium, served by Vite, which resolves the library through package.json. */
import { chromium, type Browser, type Page } from 'playwright';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CHROMIUM, LAUNCH } from '../browser/chromium.ts';
import { fake } from '../helpers/fake.ts';

describe.skipIf(CHROMIUM === undefined)('the page without a framework', { timeout: 60_000 }, () => {
  let vite: ViteDevServer;
  let browser: Browser;
  beforeAll(async () => {
    vite = await createServer({
      configFile: false,
      root: new URL('../../examples/browser', import.meta.url).pathname,
      server: { host: '127.0.0.1', port: 0, hmr: false },
      logLevel: 'silent',
    });
    await vite.listen();
    browser = await chromium.launch(LAUNCH);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await vite.close();
  });

  async function open(server: string, token: string): Promise<Page> {
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    page.on('dialog', (dialog) => void dialog.accept(token));
    await page.goto(`${vite.resolvedUrls!.local[0]!}?server=${server}`);
    return page;
  }

  it('shows the text of posts, their edits and deletions, and runs none of their HTML', async () => {
    const server = await fake();
    const page = await open(server.url, server.token);
    const articles = page.getByRole('article');
    await page.getByText('open').waitFor();
    const { id } = server.post({
      content: '<p>here</p><img src="x" onerror="globalThis.pwned = true">',
    });
    await articles.getByText('here').waitFor();
    expect(await articles.locator('*').count()).toBe(0);
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
    server.edit({ id, content: '<p>there</p>' });
    await articles.getByText('there').waitFor();
    server.remove(id);
    await articles.waitFor({ state: 'detached' });
  });

  it('starts with the newest posts, and loads older ones on request', async () => {
    const server = await fake();
    for (let n = 1; n <= 50; n++) server.post({ content: `<p>number ${n}.</p>` });
    const page = await open(server.url, server.token);
    const articles = page.getByRole('article');
    const older = page.getByRole('button', { name: 'Older posts' });
    await articles.getByText('number 31.').waitFor();
    expect(await articles.count()).toBe(20);
    server.failNextRest(403);
    await older.click();
    await page.getByRole('button', { name: 'Older posts (try again)' }).click();
    await articles.getByText('number 11.').waitFor();
    await older.click();
    await articles.getByText('bob: number 1.', { exact: true }).waitFor();
    expect(await articles.count()).toBe(50);
    expect(await older.getAttribute('aria-disabled')).toBe('false'); // the server has not reported the end yet
    await older.click();
    await page.locator('[aria-disabled=true]').waitFor();
  });

  it('hides posts of a hide filter, and folds those of a warn filter, with its name', async () => {
    const server = await fake();
    const matching = (title: string, filter_action: 'warn' | 'hide') => ({
      content: `<p>matches ${title}</p>`,
      filtered: [{ filter: { id: '1', title, context: ['public'], filter_action } }],
    });
    server.post(matching('old adverts', 'hide'));
    const page = await open(server.url, server.token);
    await page.getByText('open').waitFor();
    server.post(matching('adverts', 'hide'));
    server.post(matching('series', 'warn'));
    const summary = page.getByText('A warning, shown because of your filter series');
    await summary.waitFor();
    expect(await page.getByText('matches').count()).toBe(1);
    expect(await page.getByText('matches series').isVisible()).toBe(false);
    await summary.click();
    await page.getByText('matches series').waitFor();
    server.post({ content: 'another one' });
    await page.getByText('another one').waitFor();
    expect(await page.getByText('matches series').isVisible()).toBe(true);
  });

  it('counts down while the server is away, and reconnects', async () => {
    const server = await fake();
    const page = await open(server.url, server.token);
    await page.getByText('open').waitFor();
    await server.stop();
    await page.getByText(/waiting, next try in \d+ s/).waitFor();
    await server.start();
    await page.getByText('open').waitFor();
  });

  it('shows the message of a 401', async () => {
    const server = await fake();
    const page = await open(server.url, 'wrong');
    await page.getByText(/^failed .*Invalid access token/).waitFor();
  });
});
