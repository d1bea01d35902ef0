/** A real server-side rendering, like that of `@angular/ssr`. */
import '@angular/compiler';
import '@angular/platform-server/init';
import {
  Component,
  provideZoneChangeDetection,
  provideZonelessChangeDetection,
  VERSION,
} from '@angular/core';
import { bootstrapApplication, provideClientHydration } from '@angular/platform-browser';
import { provideServerRendering, renderApplication } from '@angular/platform-server';
import { injectTimeline, injectTimelines, provideTimelines } from 'mastodon-rx/angular';
import { describe, expect, it } from 'vitest';
import { fake } from '../helpers/fake.ts';

const LiveList = Component({
  selector: 'app-root',
  template: `<b>{{ posts.status() }}</b
    ><i>{{ posts.posts().length }}</i>`,
})(
  class {
    readonly #timelines = injectTimelines();
    readonly posts = injectTimeline(this.#timelines.public({ reconnect: true, catchUp: true }));

    constructor() {
      this.#timelines.user().subscribe();
      this.#timelines.healthy$.subscribe();
    }
  },
);

describe('a page that is rendered by a server', () => {
  it.each([
    ['without a zone', () => provideZonelessChangeDetection()],
    [
      'with zone.js',
      async () => {
        await import('zone.js');
        return provideZoneChangeDetection();
      },
    ],
  ])(
    '%s is finished at once, shows no post, and has opened no connection',
    async (_, detection) => {
      const server = await fake();
      const changeDetection = await detection();
      const config = { baseUrl: server.url, accessToken: server.token };
      const html = await renderApplication(
        (context) =>
          bootstrapApplication(
            LiveList,
            {
              providers: [
                changeDetection,
                provideServerRendering(),
                provideClientHydration(),
                provideTimelines(config),
              ],
            },
            context,
          ),
        { document: '<html><body><app-root></app-root></body></html>' },
      );

      expect(html).toContain(`ng-version="${VERSION.full}"`);
      expect(html).toContain('<b>connecting</b>');
      expect(html).toContain('<i>0</i>');
      expect(html).not.toContain(server.token);
      await fetch(`${server.url}/api/v1/streaming/health`);
      expect(server.requests).toHaveLength(1);
    },
  );
});
