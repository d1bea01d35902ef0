/** The example app in Chromium: older posts, gaps, notifications, conversations, filters; and its demo without a server. */
import type { FakeMastodon, FakeStatusPartial } from 'mastodon-rx/testing';
import type { BrowserContextOptions, Locator, Page } from 'playwright';
import { interval } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hasExampleApp, startExampleApp, type ExampleApp } from '../helpers/exampleApp.ts';
import { badge, openLive, post, postOf, usedBy, violationsOf } from '../helpers/exampleReader.ts';
import { fake } from '../helpers/fake.ts';

const LONG_TIMEOUT = { timeout: 45_000 };

const postsTo = (server: FakeMastodon, count: number, name = 'number'): void => {
  for (let n = 1; n <= count; n++) server.post(post(`${name} ${n}.`));
};

const articles = (page: Page): Locator => page.getByRole('article');

const older = (page: Page): Locator => page.getByRole('button', { name: /^Show older/ });

/** Returns the text of the focused element. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => document.querySelector(':focus')?.textContent ?? '');

const olderRequests = ({ requests }: FakeMastodon): number =>
  requests.filter(({ method, path }) => method === 'GET' && path.includes('max_id=')).length;

/** Returns the number of hidden new posts, as the text of the button that shows them. */
async function waiting(page: Page): Promise<number> {
  const texts = await page.locator('.new button').allInnerTexts();
  return texts.length === 0 ? 0 : Number.parseInt(texts[0]!, 10);
}

/** Alice's filter with this title, and a post that it matches. */
const filtered = (
  action: 'warn' | 'hide' | 'blur',
  title: string,
  more: object = {},
): FakeStatusPartial => ({
  ...post(`matches ${title}`),
  filtered: [
    {
      filter: {
        ...{ id: '1', title, context: ['home', 'notifications'], filter_action: action },
        ...{ expires_at: null, ...more },
      },
      keyword_matches: ['matches'],
      status_matches: null,
    },
  ],
});

describe.skipIf(!hasExampleApp)('the lists of the example app', { timeout: 60_000 }, () => {
  let app: ExampleApp;
  beforeAll(async () => {
    app = await startExampleApp('lists');
  }, 300_000);
  afterAll(() => app[Symbol.asyncDispose]());

  const live = (server: FakeMastodon, options?: BrowserContextOptions): Promise<Page> =>
    openLive(app, server, options);

  describe('the demo', () => {
    it('is live in a static page below a path, and requests nothing but its files', async () => {
      const page = await app.open();
      const requested: string[] = [];
      page.on('request', (request) => requested.push(request.url()));
      await page.getByRole('button', { name: 'Use the demo server' }).click();
      await page.mouse.move(0, 0); // a pointer above the posts keeps new ones hidden
      await badge(page, 'Live').waitFor();
      await articles(page).first().waitFor();
      const first = await articles(page).first().getAttribute('aria-labelledby');
      const newest = () => articles(page).first().getAttribute('aria-labelledby');
      await expect.poll(newest, LONG_TIMEOUT).not.toBe(first);
      await older(page).scrollIntoViewIfNeeded();
      await expect.poll(() => articles(page).count(), LONG_TIMEOUT).toBeGreaterThan(50);
      const others = requested.filter(
        (url) => !url.startsWith(app.url) && !url.startsWith('data:'),
      );
      expect(others).toEqual([]);
      await page.getByRole('button', { name: 'Leave' }).click();
      await page.getByLabel('Access token').waitFor();
    });

    it.each<[string, BrowserContextOptions]>([
      ['by day', { colorScheme: 'light' }],
      ['at night, on a phone', { colorScheme: 'dark', viewport: { width: 360, height: 740 } }],
    ])('has no violation of axe: %s', async (_when, options) => {
      const page = await app.open(options);
      await page.getByRole('button', { name: 'Use the demo server' }).click();
      for (const name of ['Home', 'Notifications', 'Conversations']) {
        await page.getByRole('button', { name, exact: true }).click();
        await articles(page).first().waitFor();
        expect(await violationsOf(page)).toEqual([]);
        const [has, wants] = await page.evaluate(() => {
          const { clientWidth, scrollWidth } = document.documentElement;
          return [clientWidth, scrollWidth];
        });
        expect(wants).toBe(has);
      }
    });
  });

  describe('older posts', () => {
    it('are loaded when their end comes near, until there are no more', async () => {
      const server = await fake();
      postsTo(server, 130);
      const page = await live(server);
      await postOf(page, 'number 130.').waitFor();
      expect(await articles(page).count()).toBe(40);
      expect(olderRequests(server)).toBe(0);
      const toEnd = () => page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      await expect
        .poll(async () => (await toEnd(), articles(page).count()), LONG_TIMEOUT)
        .toBe(130);
      await page.getByText('There is nothing older').waitFor();
      await page.getByText('These are all 130 posts.').waitFor({ state: 'attached' });
      expect(await articles(page).last().innerText()).toContain('number 1.');
      expect(olderRequests(server)).toBe(6); // the last page is empty
    });

    it('are loaded by the button, which moves the focus to the first of them', async () => {
      const server = await fake();
      postsTo(server, 70);
      const page = await live(server);
      await postOf(page, 'number 70.').waitFor();
      // A screen reader presses the button without scrolling to it.
      await older(page).evaluate((button: HTMLElement) => button.click());
      await expect.poll(() => focused(page), LONG_TIMEOUT).toContain('number 30.');
      expect(await page.getByRole('feed').getAttribute('aria-busy')).toBe('false');
      await older(page).focus();
      // The focus scrolls it near, so that the next page is loaded; the keyboard focus stays where it is.
      await expect.poll(() => articles(page).count(), LONG_TIMEOUT).toBe(70);
      expect(await focused(page)).toContain('Show older posts');
      await page.keyboard.press('Enter');
      await expect.poll(() => focused(page), LONG_TIMEOUT).toContain('There is nothing older');
      await page.keyboard.press('Enter');
      expect(olderRequests(server)).toBe(3); // the last page is empty
    });

    it('that fail to load show an error, and are loaded again on request', async () => {
      const server = await fake();
      postsTo(server, 60);
      const page = await live(server);
      await postOf(page, 'number 60.').waitFor();
      server.failNextRest(403);
      await older(page).scrollIntoViewIfNeeded();
      await page.getByRole('alert').getByText('The older posts could not be loaded.').waitFor();
      expect(await articles(page).count()).toBe(40);
      await older(page).click();
      await expect.poll(() => articles(page).count(), LONG_TIMEOUT).toBe(60);
      expect(await page.getByRole('alert').count()).toBe(0);
    });

    it('stay in place while 200 a minute arrive on top, and the number of kept posts is bounded', async () => {
      const server = await fake();
      postsTo(server, 500, 'history');
      const page = await live(server);
      await postOf(page, 'history 500.').waitFor();
      const arriving = interval(300).subscribe((n) => server.post(post(`live ${n}.`)));
      onTestFinished(() => arriving.unsubscribe());

      await postOf(page, 'history 497.').hover();
      await page.evaluate(`globalThis.reading = new (${String(Reading)})()`);
      /** Returns how far, in px, the read post has moved at most while two others arrived. */
      const readTo = async (count: number): Promise<number> => {
        let furthest = 0;
        while ((await articles(page).count()) < count) {
          const before = await waiting(page);
          for (let turn = 0; turn < 3; turn++) {
            await page.mouse.wheel(0, 700);
            await page.evaluate(() => reading.settle());
          }
          await page.evaluate(() => reading.begin());
          await expect.poll(() => waiting(page), LONG_TIMEOUT).toBeGreaterThan(before + 1);
          furthest = Math.max(furthest, await page.evaluate(() => reading.moved()));
        }
        return furthest;
      };
      expect(await readTo(400)).toBeLessThan(1);
      expect(olderRequests(server)).toBeGreaterThanOrEqual(18);
      expect(await violationsOf(page)).toEqual([]);
      arriving.unsubscribe();

      // Up to the bound of kept posts, and past it.
      await page.locator('.new button').click();
      await page.mouse.move(0, 0);
      for (let round = 0; round < 7; round++) {
        postsTo(server, 300, `round ${round}, number`);
        await postOf(page, `round ${round}, number 300.`).waitFor();
      }
      const used = await usedBy(page);
      await articles(page).nth(2).hover();
      const again = interval(300).subscribe((n) => server.post(post(`again ${n}.`)));
      onTestFinished(() => again.unsubscribe());
      expect(await readTo(400)).toBeLessThan(1);
      again.unsubscribe();
      await page.locator('.new button').click();
      await page.mouse.move(0, 0);
      await expect.poll(() => articles(page).count(), LONG_TIMEOUT).toBe(80);
      const after = await usedBy(page);
      expect(after.heap - used.heap).toBeLessThan(2_000_000);
      expect(after.nodes - used.nodes).toBeLessThan(10_000);
    }, 240_000);
  });

  describe('a gap', () => {
    it('is a button between two posts, which loads the missing ones and gives them the focus', async () => {
      const server = await fake();
      server.post(post('before.'));
      const page = await live(server);
      await postOf(page, 'before.').waitFor();
      await server.stop();
      postsTo(server, 70, 'meanwhile');
      await server.start();
      await badge(page, 'Live').waitFor();
      const fill = page.getByRole('button', { name: 'Show the posts that are missing here' });
      await fill.waitFor();
      // 40 newest ones, the gap, and the post before it.
      const texts = () => articles(page).allTextContents();
      expect((await texts()).at(-2)).toContain('Show the posts that are missing here');
      expect((await texts()).at(-3)).toContain('meanwhile 31.');
      expect(await violationsOf(page)).toEqual([]);

      await fill.press('Enter');
      await expect.poll(() => focused(page), LONG_TIMEOUT).toContain('meanwhile 30.');
      await fill.press('Enter');
      await expect.poll(() => focused(page), LONG_TIMEOUT).toContain('meanwhile 10.');
      await fill.waitFor({ state: 'detached' });
      expect(await articles(page).count()).toBe(71);
    });
  });

  describe('notifications', () => {
    it('are grouped, and load older pages', async () => {
      const server = await fake();
      const liked = server.post(post('is liked'));
      const notify = (n: number) =>
        server.notify({
          ...{ type: 'favourite', account: { acct: `fan${n}`, display_name: `Fan ${n}` } },
          ...{ status: liked, group_key: `favourite-${liked.id}` },
        });
      for (let n = 1; n <= 50; n++) server.notify({ type: 'follow', account: { acct: `f${n}` } });
      for (let n = 1; n <= 3; n++) notify(n);
      const page = await live(server);
      await page.getByRole('button', { name: 'Notifications' }).click();
      await page.mouse.move(0, 0);
      await postOf(page, 'Fan 3 and 2 others like your post').getByText('is liked').waitFor();
      expect(await articles(page).count()).toBe(38);
      notify(4);
      await postOf(page, 'Fan 4 and 3 others like your post').waitFor();
      expect(await articles(page).count()).toBe(38);
      await older(page).scrollIntoViewIfNeeded();
      await expect.poll(() => articles(page).count(), LONG_TIMEOUT).toBe(51);
    });
  });

  describe('conversations', () => {
    it('move up at their next post, and wait while the user reads', async () => {
      const server = await fake();
      const talk = (name: string, text: string, id?: string) =>
        server.converse({
          ...(id === undefined ? {} : { id }),
          accounts: [{ acct: name, display_name: name }],
          last_status: post(text),
        });
      const { id } = talk('Ada', 'the first');
      talk('Ben', 'the second');
      const page = await live(server);
      await page.getByRole('button', { name: 'Conversations' }).click();
      await page.mouse.move(0, 0);
      await postOf(page, 'the first').waitFor();
      const names = () => page.locator('article .author strong').allInnerTexts();
      expect(await names()).toEqual(['Ben', 'Ada']);
      talk('Ada', 'and another thing', id);
      await postOf(page, 'and another thing').waitFor();
      expect(await names()).toEqual(['Ada', 'Ben']);
      await postOf(page, 'the second').focus();
      talk('Cem', 'a stranger');
      await page.getByRole('button', { name: '1 new conversation' }).click();
      await postOf(page, 'a stranger').waitFor();
    });
  });

  describe('filters', () => {
    it('hide posts, or warn about them with the filter’s name', async () => {
      const server = await fake();
      server.post(filtered('hide', 'Old adverts'));
      server.post(filtered('warn', 'Old series'));
      const page = await live(server);
      server.post(filtered('hide', 'Adverts'));
      server.post(filtered('hide', 'Elsewhere', { context: ['public'] }));
      server.post(filtered('warn', 'Over', { expires_at: '2020-01-01T00:00:00.000Z' }));
      server.post({ reblog: filtered('warn', 'Series') });
      await postOf(page, 'A warning, shown because of your filter “Series”').waitFor();
      const shown = await articles(page).allInnerTexts();
      expect(shown).toHaveLength(4);
      expect(await page.getByText('matches Elsewhere').isVisible()).toBe(true);
      expect(await page.getByText('matches Over').isVisible()).toBe(true);
      const warned = postOf(page, 'because of your filter “Old series”');
      expect(await page.getByText('matches Old series').isVisible()).toBe(false);
      expect(await violationsOf(page)).toEqual([]);
      await warned.locator('summary').press('Enter');
      await page.getByText('matches Old series').waitFor();
    });
  });
});

/** In the page: the measurements of {@link Reading}. */
declare const reading: Reading;

/** In the page: reports how far the post in the middle of the window has moved without scrolling. */
class Reading {
  #watched: Element | undefined;
  #top = 0;

  begin(): void {
    const middle = document.documentElement.clientHeight / 2;
    const posts = [...document.querySelectorAll('[aria-posinset]')];
    this.#watched = posts.find((each) => each.getBoundingClientRect().bottom > middle);
    this.#top = this.#watched!.getBoundingClientRect().top;
  }

  /** In px. */
  async moved(): Promise<number> {
    await this.settle();
    if (!this.#watched?.isConnected) return Infinity;
    return Math.abs(this.#watched.getBoundingClientRect().top - this.#top);
  }

  /** Resolves when nothing has scrolled for some frames, in which new elements get their real height. */
  async settle(): Promise<void> {
    for (let still = 0; still < 6;) {
      const before = scrollY;
      await new Promise(requestAnimationFrame);
      still = scrollY === before ? still + 1 : 0;
    }
  }
}
