/** What a page does until the streams are loaded, and where they cannot be: in a real Chromium. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Timelines, TimelinesConfig } from 'mastodon-rx';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CHROMIUM, LAUNCH } from '../browser/chromium.ts';
import { fake } from '../helpers/fake.ts';
import { filesOf } from './bundle.ts';

type Name = 'user' | 'public';

/** What the page below offers. */
interface Listening {
  readonly create: (config: TimelinesConfig) => Timelines;
  timelines: Timelines;
  /** What each stream said: the events' types, and in the end the error's name. */
  readonly said: Partial<Record<Name, string[]>>;
  readonly listen: (name: Name) => void;
  readonly leave: (name: Name) => void;
}
declare global {
  var page: Listening;
}

const PAGE = `
  import { createTimelines } from 'mastodon-rx';
  const subscriptions = {};
  const said = {};
  globalThis.page = {
    create: createTimelines,
    said,
    listen: (stream) => {
      const words = (said[stream] ??= []);
      subscriptions[stream] = page.timelines[stream]().subscribe({
        next: ({ type, payload }) => {
          if (type !== 'heartbeat') words.push(payload.error ? type + ' ' + payload.error.name : type);
        },
        error: ({ name, retryable }) => words.push(name + ' ' + retryable),
      });
    },
    leave: (stream) => subscriptions[stream].unsubscribe(),
  };`;

describe.skipIf(CHROMIUM === undefined)(
  'the streams, which a page loads with the first',
  { timeout: 30_000 },
  () => {
    let browser: Browser;
    let files: ReadonlyMap<string, string>;
    beforeAll(async () => {
      [browser, files] = await Promise.all([chromium.launch(LAUNCH), filesOf(PAGE)]);
    }, 60_000);
    afterAll(() => browser.close());

    const isStreams = (url: string): boolean => url.includes('/streams');

    /** The page, from a server that has not the streams for it as often as it is to. */
    async function open() {
      const asked: string[] = [];
      const failing = { times: 0 };
      let ready: Promise<void> | undefined;
      const server = createServer((request, response) => {
        const { url = '' } = request;
        asked.push(url);
        const text =
          url === '/' ? '<script type="module" src="bundle.js"></script>' : files.get(url.slice(1));
        const answer = (): void => {
          response.setHeader('content-type', url === '/' ? 'text/html' : 'text/javascript');
          response.writeHead(text === undefined ? 404 : 200).end(text);
        };
        if (!isStreams(url)) answer();
        else if (failing.times-- > 0) response.writeHead(503).end();
        else if (ready) void ready.then(answer);
        else answer();
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => {
        server.close();
        server.closeAllConnections();
      });
      const context = await browser.newContext();
      onTestFinished(() => context.close());
      const opened = await context.newPage();
      await opened.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await opened.waitForFunction(() => 'page' in globalThis);
      /** Keeps the streams back; returns how to let them go. */
      const held = (): (() => void) => {
        let letGo = (): void => undefined;
        ready = new Promise((resolve) => (letGo = resolve));
        return () => {
          letGo();
        };
      };
      return { opened, asked, failing, held };
    }

    const create = (opened: Page, config: TimelinesConfig): Promise<void> =>
      opened.evaluate((given) => {
        globalThis.page.timelines = globalThis.page.create(given);
      }, config);
    const listen = (opened: Page, name: Name): Promise<void> =>
      opened.evaluate((of) => globalThis.page.listen(of), name);
    const said = async (opened: Page, name: Name, word: string): Promise<readonly string[]> => {
      const all = await opened.waitForFunction(
        ([of, wanted]) => {
          const words = globalThis.page.said[of as Name] ?? [];
          return words.includes(wanted!) && words;
        },
        [name, word],
      );
      return all.jsonValue() as Promise<readonly string[]>;
    };

    it('are not asked for before, and once for all of them', async () => {
      const server = await fake();
      const { opened, asked } = await open();
      await create(opened, { baseUrl: server.url, accessToken: server.token });
      expect(asked).toContain('/bundle.js');
      expect(asked.filter(isStreams)).toEqual([]);
      await listen(opened, 'user');
      await listen(opened, 'public');
      await said(opened, 'user', 'connected');
      await said(opened, 'public', 'connected');
      expect(asked.filter(isStreams)).toHaveLength(1);
    });

    it('that cannot be loaded are a connection that cannot be made: reconnect tries again', async () => {
      const server = await fake();
      const { opened, failing } = await open();
      failing.times = 2;
      await create(opened, { baseUrl: server.url, accessToken: server.token, reconnect: 20 });
      await listen(opened, 'public');
      expect(await said(opened, 'public', 'connected')).toEqual([
        ...Array<string>(2).fill('disconnected MastodonNetworkError'),
        'connected',
      ]);
    });

    it('without reconnect that is an error, and the next stream tries anew', async () => {
      const server = await fake();
      const { opened, failing } = await open();
      failing.times = 1;
      await create(opened, { baseUrl: server.url, accessToken: server.token });
      await listen(opened, 'public');
      expect(await said(opened, 'public', 'MastodonNetworkError true')).toHaveLength(1);
      await listen(opened, 'user');
      expect(await said(opened, 'user', 'connected')).toEqual(['connected']);
    });

    it('open nothing for whoever has left while they were loaded', async () => {
      const server = await fake();
      const { opened, held } = await open();
      await create(opened, { baseUrl: server.url, accessToken: server.token });
      const letGo = held();
      await listen(opened, 'user');
      await opened.evaluate(() => globalThis.page.leave('user'));
      await listen(opened, 'public');
      letGo();
      await said(opened, 'public', 'connected');
      expect(server.connections).toHaveLength(1);
      expect(server.requests.filter(({ path }) => path.includes('/streaming/user'))).toEqual([]);
    });
  },
);
