/** The example app in Chromium, with a fake Mastodon, as its users see it. */
import { EventEmitter, once } from 'node:events';
import { fakeAttachment, fakeStatus, type FakeMastodon } from 'mastodon-rx/testing';
import type { BrowserContextOptions, Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OLDER_POSTS, POSTS } from '../../examples/angular/demo/cast.ts';
import { furnish as furnishDemo } from '../../examples/angular/demo/life.ts';
import { hasExampleApp, startExampleApp, type ExampleApp } from '../helpers/exampleApp.ts';
import {
  badge,
  openLive,
  post,
  postOf,
  signIn,
  usedBy,
  violationsOf,
} from '../helpers/exampleReader.ts';
import { fake } from '../helpers/fake.ts';
import { tlsServer } from '../helpers/tls.ts';

/** A picture without a server. */
const DOT = 'data:image/gif;base64,R0lGODlhAQABAIAAAMyZ/wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==';
const PIXEL = { url: DOT, preview_url: DOT };

const CARD = {
  ...{ url: 'https://news.example/a', type: 'link', provider_name: 'The News' },
  ...{ title: 'A headline', description: 'What it is about', image: DOT },
};

const isGone = (what: Locator): Promise<void> => what.waitFor({ state: 'detached' });

interface FeedWatch {
  /** The numbers of posts that were added to the list, removed from it, and changed in it. */
  made: number;
  gone: number;
  touched: number;
}

/** In the page: the counts of {@link watchFeed}. */
declare function tell(text: string): void;

/** Runs in the page: counts changes of the list, and reports the text of each new post. */
function watchFeed(): void {
  const watch: FeedWatch = { made: 0, gone: 0, touched: 0 };
  const made = new Set<Element | null>();
  const isPost = (node: Node): node is Element => node.nodeName === 'APP-POST';
  const observer = new MutationObserver((records) => {
    const posts = records.flatMap(({ addedNodes }) => [...addedNodes].filter(isPost));
    for (const each of posts) made.add(each);
    for (const { target, removedNodes } of records) {
      const post = (target as Element).closest('app-post');
      if (post && !made.has(post)) watch.touched++;
      watch.gone += [...removedNodes].filter(isPost).length;
    }
    watch.made += posts.length;
    for (const each of posts) tell(each.querySelector('.content')!.textContent);
  });
  observer.observe(document.querySelector('[role=feed]')!, { childList: true, subtree: true });
  Object.assign(globalThis, { watch });
}

describe.skipIf(!hasExampleApp)('the example app', { timeout: 60_000 }, () => {
  let app: ExampleApp;
  beforeAll(async () => {
    app = await startExampleApp('angular');
  }, 300_000);
  afterAll(() => app[Symbol.asyncDispose]());

  const live = (server: FakeMastodon, options?: BrowserContextOptions): Promise<Page> =>
    openLive(app, server, options);

  it('shows earlier, live and edited posts, and removes deleted ones', async () => {
    const server = await fake();
    server.post(post('before'));
    const page = await live(server);
    await postOf(page, 'before').waitFor();

    const { id } = server.post(post('while watching'));
    await postOf(page, 'while watching').waitFor();
    server.edit({ id, ...post('on second thoughts') });
    await postOf(page, 'on second thoughts').getByText('edited').waitFor();
    expect(await postOf(page, 'while watching').count()).toBe(0);
    server.remove(id);
    await isGone(postOf(page, 'on second thoughts'));
    expect(await page.getByRole('article').count()).toBe(1);
  });

  it('collects new posts while the user reads, and shows them on request', async () => {
    const server = await fake();
    server.post(post('the first'));
    const page = await live(server);
    await postOf(page, 'the first').focus();
    server.post(post('the second'));
    server.post(post('the third'));
    const more = page.getByRole('button', { name: '2 new posts' });
    await more.waitFor();
    expect(await page.getByRole('article').count()).toBe(1);
    await more.click();
    await postOf(page, 'the third').waitFor();
    expect(await page.getByRole('article').count()).toBe(3);
  });

  it('moves from post to post with j and k', async () => {
    const server = await fake();
    for (const text of ['the oldest', 'between', 'the newest']) server.post(post(text));
    const page = await live(server);
    await postOf(page, 'the newest').focus();
    const focused = page.locator('article:focus');
    await page.keyboard.press('j');
    expect(await focused.textContent()).toContain('between');
    await page.keyboard.press('j');
    expect(await focused.textContent()).toContain('the oldest');
    await page.keyboard.press('k');
    expect(await focused.textContent()).toContain('between');
  });

  it('shows the message of a 401, and sends no further request', async () => {
    const server = await fake();
    const page = await app.open();
    await signIn(page, server.url, 'wrong');
    await badge(page, 'Stopped').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('Invalid access token');
    const streams = server.requests.filter(({ path }) => path.startsWith('/api/v1/streaming/user'));
    expect(streams.filter(({ method }) => method === 'GET')).toHaveLength(1);
  });

  it('counts down while the server is away, and shows missed posts when it is back', async () => {
    const server = await fake();
    const page = await live(server);
    await server.stop();
    await badge(page, 'Not connected').waitFor();
    await page.getByText(/^next try in \d+ s$/).waitFor();
    server.post(post('missed'));
    await server.start();
    await badge(page, 'Live').waitFor();
    await postOf(page, 'missed').waitFor();
  });

  it('waits while the browser is offline, and reconnects when it is online', async () => {
    const server = await fake();
    const page = await live(server);
    await page.context().setOffline(true);
    await badge(page, 'Not connected').waitFor();
    await page.getByText('The browser is offline').waitFor();
    await server.waitForDisconnections();
    server.post(post('meanwhile'));
    await page.context().setOffline(false);
    await badge(page, 'Live').waitFor();
    await postOf(page, 'meanwhile').waitFor();
  });

  it('rejects a self-signed certificate', async () => {
    const { url } = await tlsServer();
    const page = await app.open();
    await signIn(page, url, 'token');
    await badge(page, 'Not connected').waitFor();
    await page.getByText('Failed to fetch').waitFor();
  });

  it('closes the connection with its timeline, when another timeline is chosen or all are closed', async () => {
    const server = await fake();
    const page = await live(server);
    const streams = () => server.connections.map(({ stream }) => stream);
    expect(streams()).toEqual([['user']]);
    await page.getByRole('button', { name: 'This server', exact: true }).click();
    // The server may see the two changes in either order.
    await expect.poll(streams, { timeout: 45_000 }).toEqual([['public:local']]);
    await page.getByRole('button', { name: 'Leave' }).click();
    await server.waitForDisconnections();
    await page.getByLabel('Access token').waitFor();
  });

  it('has every timeline', async () => {
    const server = await fake();
    const page = await live(server);
    const paths = new Map([
      ['Notifications', 'user/notification'],
      ['Conversations', 'direct'],
      ['Everything', 'public'],
      ['This server', 'public/local'],
      ['Other servers', 'public/remote'],
      ['With media', 'public?only_media=true'],
      ['Hashtag', 'hashtag?tag=rxjs'],
      ['Hashtag, this server', 'hashtag/local?tag=rxjs'],
      ['List', 'list?list=42'],
    ]);
    for (const [name, path] of paths) {
      await page.getByRole('button', { name, exact: true }).click();
      if (path.includes('tag=')) await page.getByLabel('Tag', { exact: true }).fill('#rxjs');
      if (path.includes('list=')) await page.getByLabel('Number of the list').fill('42');
      if (/(tag|list)=/.test(path)) await page.getByRole('button', { name: 'Show' }).click();
      const asked = () => server.requests.map((request) => request.path);
      await expect.poll(asked, { timeout: 45_000 }).toContain(`/api/v1/streaming/${path}`);
      await server.waitForDisconnections(1); // the connection of the timeline before
      await badge(page, 'Live').waitFor();
    }
  });

  it('runs no script of a post, and opens its links in another tab', async () => {
    const server = await fake();
    const page = await live(server);
    server.post({
      content: `<p>harmless</p>
        <script>globalThis.pwned = 'script'</script>
        <img src="nothing" onerror="globalThis.pwned = 'onerror'">
        <svg onload="globalThis.pwned = 'svg'"></svg>
        <iframe srcdoc="<script>parent.pwned = 'iframe'</script>"></iframe>
        <a href="javascript:globalThis.pwned = 'link'">here</a>
        <a href="https://somewhere.example/">there</a>
        <math><mtext><table><mglyph><style><img src onerror="globalThis.pwned = 'math'">`,
    });
    const content = postOf(page, 'harmless').locator('.content');
    await content.waitFor();
    await content.getByText('here', { exact: true }).click();
    const there = content.getByRole('link', { name: 'there' });
    expect(await there.getAttribute('rel')).toBe('noopener noreferrer');
    expect(await there.getAttribute('target')).toBe('_blank');
    expect(await content.locator('script, iframe, svg, [onerror], [onload]').count()).toBe(0);
    for (const image of await content.locator('img').all()) {
      await image.evaluate((it: HTMLImageElement) => it.decode().catch(() => undefined)); // it is not an image
    }
    for (const each of page.context().pages()) {
      expect(await each.evaluate('globalThis.pwned')).toBeUndefined();
    }
  });

  it('shows the descriptions of pictures, and sensitive content on request', async () => {
    const server = await fake();
    const media = (fields: object) => ({
      media_attachments: [fakeAttachment({ ...PIXEL, ...fields })],
    });
    server.post({ ...post('in full view'), ...media({ description: 'A dot' }) });
    server.post({ ...post('without words'), ...media({ description: null }) });
    server.post({ ...post('beside it'), ...media({ description: 'A blush' }), sensitive: true });
    server.post({
      ...post('the ending'),
      ...media({ description: 'A grave' }),
      spoiler_text: 'A film',
    });
    const page = await live(server);

    const wait = (name: string) => page.getByRole('img', { name, exact: true }).waitFor();
    await wait('A dot');
    await wait('image without a description');
    await postOf(page, 'beside it').getByText('beside it').waitFor();
    expect(await page.getByRole('img', { name: 'A blush' }).count()).toBe(0);
    await page.getByText('Sensitive media').click();
    await wait('A blush');

    expect(await page.getByText('the ending').isVisible()).toBe(false);
    expect(await page.getByRole('img', { name: 'A grave' }).count()).toBe(0);
    await page.locator('summary', { hasText: 'A film' }).press('Enter');
    await page.getByText('the ending').waitFor();
    await wait('A grave');
  });

  it('shows custom emoji, quoted posts, and the target of a link', async () => {
    const server = await fake();
    const emoji = (shortcode: string) => ({ shortcode, url: PIXEL.url, static_url: PIXEL.url });
    server.post({
      account: { display_name: 'Bob :cat:', emojis: [emoji('cat')] },
      content: '<p>says :hi: at 12:30:00, and :unknown:</p><p class="quote-inline">RE: a link</p>',
      emojis: [emoji('hi'), emoji('30')],
      quote: {
        state: 'accepted',
        quoted_status: fakeStatus({
          account: { acct: 'ren@remote.example' },
          content: '<p>quoted :dog:</p>',
          emojis: [emoji('dog')],
        }),
      },
    });
    server.post({ ...post('not agreed'), quote: { state: 'pending', quoted_status: null } });
    server.post({ ...post('reads'), card: CARD });
    const page = await live(server);

    const says = postOf(page, 'says');
    await says.waitFor();
    expect(await says.locator('header .emoji').getAttribute('alt')).toBe(':cat:');
    const content = says.locator('.content').first();
    expect(await content.locator('.emoji').getAttribute('title')).toBe(':hi:');
    expect(await content.innerText()).toBe('says  at 12:30:00, and :unknown:');
    const quote = says.getByRole('blockquote');
    expect(await quote.locator('.author').innerText()).toContain('@ren@remote.example');
    expect(await quote.locator('.content .emoji').getAttribute('alt')).toBe(':dog:');
    expect(await quote.getByRole('link').getAttribute('href')).toMatch(
      /^https:\/\/remote\.example\//,
    );

    await postOf(page, 'not agreed').getByText('has not agreed yet').waitFor();

    const card = postOf(page, 'reads').getByRole('link', {
      name: 'The News A headline What it is about',
    });
    expect(await card.getAttribute('href')).toBe('https://news.example/a');
    expect(await card.getAttribute('rel')).toBe('noopener noreferrer');
    expect(await card.locator('img').getAttribute('src')).toBe(PIXEL.url);
  });

  it('links only to web pages, and loads pictures only from the server', async () => {
    const server = await fake();
    const page = await live(server);
    const url = 'javascript:globalThis.pwned = true';
    server.post({
      content: `<p>harmless :evil: <a href="${url}">here</a></p>`,
      url,
      account: { avatar_static: url },
      emojis: [{ shortcode: 'evil', url, static_url: url }],
      media_attachments: [
        fakeAttachment({ url, preview_url: url }),
        fakeAttachment({ url, type: 'video' }),
      ],
    });
    server.post({ ...post('by card'), card: { ...CARD, url } });
    server.post({
      ...post('by quote'),
      quote: { state: 'accepted', quoted_status: fakeStatus({ ...post('bad'), url }) },
    });
    server.post({ ...post('by its picture'), card: { ...CARD, image: url } });
    await postOf(page, 'by its picture').waitFor();
    const { length } = await page
      .locator('[href^="javascript"], [src^="javascript"], [poster]')
      .all();
    expect(length).toBe(0);
    const links = (text: string) => postOf(page, text).locator('a[href]:not(.content a)').count();
    const open = 1; // the post itself, if its address is valid
    expect(await links('harmless')).toBe(0);
    expect(await links('by card')).toBe(open);
    expect(await links('by quote')).toBe(open);
    expect(await links('by its picture')).toBe(open + 1);
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
  });

  it('keeps nothing of an hour of posts, 200 a minute', async () => {
    const server = await fake({ historyLimit: 100 });
    const page = await live(server);
    const posts = async (count: number): Promise<void> => {
      for (let sent = 0; sent < count; sent += 300) {
        for (let n = 0; n < 299; n++) server.post(post(`number ${sent + n}`));
        server.post(post(`the last of ${count}, ${sent + 300}`));
        await postOf(page, `the last of ${count}, ${sent + 300}`).waitFor();
      }
    };
    await posts(3_000); // until everything that is kept has reached its bound
    const before = await usedBy(page);
    await posts(9_000);
    const after = await usedBy(page);
    expect(await page.getByRole('article').count()).toBe(80);
    expect(after.heap - before.heap).toBeLessThan(2_000_000);
    expect(after.nodes).toBeLessThan(50_000); // those of all posts would be ten times as many
  }, 240_000);

  it('adds one element for a new post, changes no other, and leaves the browser idle', async () => {
    const server = await fake();
    const page = await live(server);
    for (let n = 0; n < 79; n++) server.post(post(`number ${n}`));
    server.post(post('the last before'));
    await postOf(page, 'the last before').waitFor();
    expect(await page.getByRole('article').count()).toBe(80);

    const told = new EventEmitter();
    await page.exposeFunction('tell', (text: string) => void told.emit(text));
    await page.evaluate(watchFeed);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const busy = async (): Promise<number> => {
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'TaskDuration')!.value * 1_000;
    };
    const before = await busy();
    for (let n = 0; n < 40; n++) {
      const shown = once(told, `live ${n}`);
      server.post(post(`live ${n}`));
      await shown;
    }
    const each = ((await busy()) - before) / 40;

    const feed = await page.evaluate<FeedWatch>('watch');
    expect(feed).toMatchObject({ made: 40, gone: 40, touched: 0 });
    expect(each).toBeLessThan(75); // ms of its thread: at 200 a minute a quarter of it
  });

  describe('fits its window', () => {
    const picture = process.env['PICTURES']; // a folder, if the pictures of docs are to be renewed
    const screen = { width: 1200, height: 900 };
    it.each<[string, BrowserContextOptions]>([
      ['wide', { viewport: screen }],
      ['dark', { viewport: screen, colorScheme: 'dark' }],
      ['offline', { viewport: screen }],
      ['narrow', { viewport: { width: 390, height: 844 } }],
      ['notifications', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
      ['gap', { viewport: screen }],
    ])('%s', async (look, options) => {
      const server = await fake();
      furnishDemo(server);
      const page = await live(server, options);
      const article = page.getByRole('article');
      await article.first().hover();
      for (const each of POSTS.slice(0, 3)) server.post(each);
      await page.getByRole('button', { name: '3 new posts' }).waitFor();
      if (look === 'dark') await page.getByRole('blockquote').first().scrollIntoViewIfNeeded();
      if (look === 'offline') {
        await page.context().setOffline(true);
        await page.getByText('The browser is offline').waitFor();
      }
      if (look === 'notifications') {
        await page.getByRole('button', { name: 'Notifications' }).click();
        await article.getByText('and 5 others like your post').waitFor();
      }
      if (look === 'gap') {
        await server.stop();
        for (let turn = 0; turn < 60; turn++) server.post(OLDER_POSTS[turn % 2]);
        await server.start();
        const news = page.getByRole('button', { name: '43 new posts' });
        await news.waitFor();
        await page.mouse.move(0, 0); // away from the posts, which shows the new ones
        await news.waitFor({ state: 'hidden' });
        const gap = page.getByRole('button', { name: 'Show the posts that are missing here' });
        await gap.evaluate((button) => button.scrollIntoView({ block: 'center' }));
      }
      const [has, wants] = await page.evaluate(() => {
        const { clientWidth, scrollWidth } = document.documentElement;
        return [clientWidth, scrollWidth];
      });
      expect(wants).toBe(has);
      if (picture) await page.screenshot({ path: `${picture}/angular-${look}.png` });
    });
  });

  describe('has no violation of axe', () => {
    const furnish = (server: FakeMastodon): void => {
      server.post({ ...post('said in German'), language: 'de', spoiler_text: 'A warning' });
      server.post({ reblog: post('a <a href="https://somewhere.example/">link</a>') });
      server.post({
        ...post('with a poll'),
        poll: {
          ...{ id: '1', expired: false, multiple: false, votes_count: 3 },
          options: [
            { title: 'yes', votes_count: 2 },
            { title: 'no', votes_count: 1 },
          ],
        },
      });
      server.post({ ...post('a picture'), media_attachments: [fakeAttachment(PIXEL)] });
      server.post({
        ...post('hidden'),
        sensitive: true,
        media_attachments: [fakeAttachment({ ...PIXEL, description: null })],
      });
      server.post({
        content: '<p>a quote :hi:</p>',
        emojis: [{ shortcode: 'hi', ...PIXEL, static_url: DOT }],
        quote: { state: 'accepted', quoted_status: fakeStatus(post('is quoted')) },
      });
      server.post({ ...post('leads on'), card: CARD });
      server.notify();
    };

    it('before a sign-in, and after a failed one', async () => {
      const page = await app.open();
      expect(await violationsOf(page)).toEqual([]);
      await signIn(page, 'http://insecure.example', 'token');
      await page.getByRole('alert').waitFor();
      expect(await violationsOf(page)).toEqual([]);
    });

    it.each<[string, BrowserContextOptions]>([
      ['by day', { colorScheme: 'light' }],
      ['at night', { colorScheme: 'dark' }],
      ['on a phone', { viewport: { width: 360, height: 740 } }],
    ])('%s', async (_when, options) => {
      const server = await fake();
      furnish(server);
      const page = await live(server, options);
      await postOf(page, 'with a poll').focus();
      server.post(post('waits'));
      await page.getByRole('button', { name: '1 new post' }).waitFor();
      expect(await violationsOf(page)).toEqual([]);

      await page.context().setOffline(true);
      await badge(page, 'Not connected').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await page.context().setOffline(false);
      await badge(page, 'Live').waitFor();

      await page.getByRole('button', { name: 'Notifications' }).click();
      await badge(page, 'Live').waitFor();
      expect(await violationsOf(page)).toEqual([]);
    });
  });
});
