/** A page that a server renders and a browser hydrates: the connections that each of them opens. */
import '@angular/compiler';
import '@angular/platform-server/init';
import { mergeApplicationConfig } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { provideServerRendering, renderApplication } from '@angular/platform-server';
import type { FakeMastodon } from 'mastodon-rx/testing';
import { chromium } from 'playwright';
import { expect, it, onTestFinished } from 'vitest';
import { filesOf } from '../bundle/bundle.ts';
import { fake } from '../helpers/fake.ts';
import { CHROMIUM, LAUNCH } from './chromium.ts';
import { configOf, LivePage } from './livePage.ts';
import { SCRIPT, serve } from './pages.ts';

/** Remembers the rendered elements, so that replaced ones can be detected. */
const DOCUMENT = `<html><body><app-root></app-root>
  <script>globalThis.rendered = document.querySelector('b')</script>
  ${SCRIPT}</body></html>`;

const render = (server: FakeMastodon): Promise<string> => {
  const config = mergeApplicationConfig(configOf(server.url, server.token), {
    providers: [provideServerRendering()],
  });
  return renderApplication((context) => bootstrapApplication(LivePage, config, context), {
    document: DOCUMENT,
  });
};

it.skipIf(CHROMIUM === undefined)(
  'hydration reuses the rendered elements, and opens the connections that the server did not open',
  async () => {
    const server = await fake();
    const html = await render(server);
    expect(html).toContain('<b>connecting</b>');
    expect(html).toContain('nothing yet');
    await fetch(`${server.url}/api/v1/streaming/health`); // an earlier request would have arrived by now
    expect(server.requests).toHaveLength(1);

    const files = await filesOf(`import './spec/browser/hydratedPage.ts'`);
    const url = await serve({ ...files, '/': html });
    const browser = await chromium.launch(LAUNCH);
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    const query = new URLSearchParams({ server: server.url, token: server.token });
    await page.goto(`${url}/?${query}`);
    await page.getByText('open', { exact: true }).waitFor();
    await server.waitForConnections(2);
    expect(server.connections.map(({ stream }) => stream).sort()).toEqual([['public'], ['user']]);
    server.post({ content: '<p>from the stream</p>' });
    await page.getByRole('article').getByText('from the stream').waitFor();

    expect(await page.evaluate(`rendered === document.querySelector('b')`)).toBe(true);
    expect(said).toContainEqual(expect.stringContaining('hydrated 1 component(s)'));
  },
  60_000,
);
