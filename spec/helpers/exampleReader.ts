/** Uses examples/angular in Chromium: signs in, and looks for elements. */
import axe from 'axe-core';
import type { FakeMastodon } from 'mastodon-rx/testing';
import type { BrowserContextOptions, Locator, Page } from 'playwright';
import type { ExampleApp } from './exampleApp.ts';

export const post = (text: string) => ({ content: `<p>${text}</p>` });

export async function signIn(page: Page, server: string, token: string): Promise<void> {
  await page.getByLabel('Server').fill(server);
  await page.getByLabel('Access token').fill(token);
  await page.getByRole('button', { name: 'Watch' }).click();
}

export const badge = (page: Page, text: string): Locator =>
  page.locator('.badge').getByText(text, { exact: true });

export const postOf = (page: Page, text: string): Locator =>
  page.getByRole('article').filter({ hasText: text });

/** Opens the home timeline of a server, and resolves when it is live. */
export async function openLive(
  app: ExampleApp,
  server: FakeMastodon,
  options?: BrowserContextOptions,
): Promise<Page> {
  const page = await app.open(options);
  page.setDefaultTimeout(45_000);
  await signIn(page, server.url, server.token);
  await page.mouse.move(0, 0); // a pointer above the posts keeps new ones hidden
  await badge(page, 'Live').waitFor();
  await server.waitForConnections();
  return page;
}

/** Returns the violations that axe finds: the rule, and the element. */
export async function violationsOf(page: Page): Promise<unknown[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

/** Returns the page's heap, in bytes, and its DOM nodes, after a garbage collection. */
export async function usedBy(page: Page): Promise<{ heap: number; nodes: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes } = await session.send('Memory.getDOMCounters');
  await session.detach();
  return { heap: usedSize, nodes };
}
