/** Loads the WebSocket transport on demand, or not at all, in a real Chromium. */
import type { Timelines, TimelinesConfig } from 'mastodon-rx';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CHROMIUM, LAUNCH } from '../browser/chromium.ts';
import { SCRIPT, serve } from '../browser/pages.ts';
import { fake } from '../helpers/fake.ts';
import { filesOf } from './bundle.ts';

type Name = 'user' | 'public';

/** The functions of the page below. */
interface Listening {
  readonly create: (config: TimelinesConfig) => Timelines;
  timelines: Timelines;
  /** The output of each stream: the events' types, and at the end the error's name. */
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
  'the WebSocket transport, which the first stream over it loads',
  { timeout: 30_000 },
  () => {
    let browser: Browser;
    let files: Readonly<Record<string, string>>;
    beforeAll(async () => {
      [browser, files] = await Promise.all([chromium.launch(LAUNCH), filesOf(PAGE)]);
    }, 60_000);
    afterAll(() => browser.close());

    const TRANSPORT = '**/transport-*';

    /** The page, with functions that fail or delay its requests for the transport. */
    async function open() {
      const url = await serve({ ...files, '/': SCRIPT });
      const context = await browser.newContext();
      onTestFinished(() => context.close());
      const opened = await context.newPage();
      const asked: string[] = [];
      opened.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await opened.goto(url);
      await opened.waitForFunction(() => 'page' in globalThis);
      const fail = (times: number): Promise<unknown> =>
        opened.route(TRANSPORT, (route) => route.fulfill({ status: 503 }), { times });
      /** Delays the transport; resolves to a function that ends the delay. */
      const hold = async (): Promise<() => void> => {
        let letGo = (): void => undefined;
        const gone = new Promise<void>((resolve) => (letGo = resolve));
        await opened.route(TRANSPORT, async (route) => {
          await gone;
          await route.continue();
        });
        return letGo;
      };
      return { opened, asked, fail, hold };
    }

    const isTransport = (path: string): boolean => path.includes('/transport-');

    const create = (opened: Page, config: TimelinesConfig): Promise<void> =>
      opened.evaluate((given) => {
        globalThis.page.timelines = globalThis.page.create({ transport: 'websocket', ...given });
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

    it('is not requested before, and once for all of them', async () => {
      const server = await fake();
      const { opened, asked } = await open();
      await create(opened, { baseUrl: server.url, accessToken: server.token });
      expect(asked).toContain('/bundle.js');
      expect(asked.filter(isTransport)).toEqual([]);
      await listen(opened, 'user');
      await listen(opened, 'public');
      await said(opened, 'user', 'connected');
      await said(opened, 'public', 'connected');
      expect(asked.filter(isTransport)).toHaveLength(1);
    });

    it('is requested again by reconnect if it could not be loaded', async () => {
      const server = await fake();
      const { opened, fail } = await open();
      await fail(2);
      await create(opened, {
        baseUrl: server.url,
        accessToken: server.token,
        reconnect: { delay: 20 },
      });
      await listen(opened, 'public');
      expect(await said(opened, 'public', 'connected')).toEqual([
        ...Array<string>(2).fill('disconnected MastodonNetworkError'),
        'connected',
      ]);
    });

    it('is an error without reconnect, and is requested again by the next stream', async () => {
      const server = await fake();
      const { opened, fail } = await open();
      await fail(1);
      await create(opened, { baseUrl: server.url, accessToken: server.token });
      await listen(opened, 'public');
      expect(await said(opened, 'public', 'MastodonNetworkError true')).toHaveLength(1);
      await listen(opened, 'user');
      expect(await said(opened, 'user', 'connected')).toEqual(['connected']);
    });

    it('opens nothing for a stream that has been unsubscribed from meanwhile', async () => {
      const server = await fake();
      const { opened, hold } = await open();
      await create(opened, { baseUrl: server.url, accessToken: server.token });
      const letGo = await hold();
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
