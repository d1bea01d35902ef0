/** examples/browser in Chromium, served by Vite, which finds the library as package.json tells it. */
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

  it('shows the text of posts and what becomes of them, and runs none of their HTML', async () => {
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

  it('counts down while the server is away, and comes back', async () => {
    const server = await fake();
    const page = await open(server.url, server.token);
    await page.getByText('open').waitFor();
    await server.stop();
    await page.getByText(/waiting, next try in \d+ s/).waitFor();
    await server.start();
    await page.getByText('open').waitFor();
  });

  it('says what a 401 says', async () => {
    const server = await fake();
    const page = await open(server.url, 'wrong');
    await page.getByText(/^failed .*Invalid access token/).waitFor();
  });
});
