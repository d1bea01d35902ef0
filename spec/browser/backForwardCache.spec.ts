/** Chromium's own back/forward cache, which Playwright disables elsewhere. */
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { filesOf } from '../bundle/bundle.ts';
import { fake } from '../helpers/fake.ts';
import { CHROMIUM, LAUNCH } from './chromium.ts';
import { SCRIPT, serve } from './pages.ts';

/** A timeout for a busy machine. */
const LONG_TIMEOUT = { timeout: 45_000 };

describe.skipIf(CHROMIUM === undefined)(
  'a page in the back/forward cache',
  { timeout: 60_000 },
  () => {
    let files: Readonly<Record<string, string>>;
    let browser: Browser;
    beforeAll(async () => {
      files = await filesOf(`import './spec/browser/leftPage.ts'`);
      const ignoreDefaultArgs = ['--disable-back-forward-cache'];
      browser = await chromium.launch({ ...LAUNCH, ignoreDefaultArgs });
    }, 60_000);
    afterAll(() => browser.close());

    const seen = (page: Page) => page.evaluate<unknown[]>('seen');

    it.each(['sse', 'websocket'])(
      'has no stream, and reopens it with the missed events when it is shown again: %s',
      async (transport) => {
        const server = await fake();
        const url = await serve({
          ...files,
          '/': `<title>here</title>${SCRIPT}`,
          '/elsewhere': '<title>elsewhere</title>',
        });
        const context = await browser.newContext();
        onTestFinished(() => context.close());
        const page = await context.newPage();
        const query = new URLSearchParams({ server: server.url, token: server.token, transport });
        await page.goto(`${url}/?${query}`);
        await server.waitForConnections();
        server.post({ content: 'before' });
        await expect.poll(() => seen(page), LONG_TIMEOUT).toContain('before');

        await page.goto(`${url}/elsewhere`);
        await server.waitForDisconnections();
        server.post({ content: 'meanwhile' });
        await page.goBack({ waitUntil: 'commit' });
        await server.waitForConnections();
        await expect.poll(() => seen(page), LONG_TIMEOUT).toContain('meanwhile');
        server.post({ content: 'after' });
        await expect.poll(() => seen(page), LONG_TIMEOUT).toContain('after');

        // The same page, not a new one: its state is still there.
        expect(await seen(page)).toEqual([
          { persisted: false },
          'before',
          'The page was left',
          { persisted: true },
          'meanwhile',
          'after',
        ]);
      },
    );
  },
);
