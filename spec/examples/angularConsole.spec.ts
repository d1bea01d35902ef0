/** A development build of the example app, in whose console Angular reports problems. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasExampleApp, startExampleApp, type ExampleApp } from '../helpers/exampleApp.ts';
import { fake } from '../helpers/fake.ts';

describe.skipIf(!hasExampleApp)(
  'a development build of the example app',
  { timeout: 60_000 },
  () => {
    let app: ExampleApp;
    beforeAll(async () => {
      app = await startExampleApp('console', 'development');
    }, 300_000);
    afterAll(() => app[Symbol.asyncDispose]());

    it('has an empty console while timelines come and go', async () => {
      const server = await fake();
      const page = await app.open();
      const said: string[] = [];
      page.on('console', (message) => {
        // The pictures of invented people do not exist.
        if (message.text().startsWith('Failed to load resource')) return;
        if (['warning', 'error'].includes(message.type())) said.push(message.text());
      });
      await page.getByLabel('Server').fill(server.url);
      await page.getByLabel('Access token').fill(server.token);
      await page.getByRole('button', { name: 'Watch' }).click();
      await server.waitForConnections();
      for (const name of ['Notifications', 'Everything', 'This server', 'Home']) {
        server.post({ content: `before ${name}` });
        await page.getByRole('button', { name, exact: true }).click();
        await server.waitForDisconnections(1);
        await server.waitForConnections();
      }
      expect(said).toEqual([]);
    });
  },
);
