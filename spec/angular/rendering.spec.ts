/** A server that renders for real, as `@angular/ssr` does it. */
import '@angular/compiler';
import '@angular/platform-server/init';
import { Component } from '@angular/core';
import { bootstrapApplication, provideClientHydration } from '@angular/platform-browser';
import { provideServerRendering, renderApplication } from '@angular/platform-server';
import { injectTimeline, injectTimelines, provideTimelines } from 'mastodon-rx/angular';
import { describe, expect, it } from 'vitest';
import { fake } from '../helpers/fake.ts';

const LiveList = Component({
  selector: 'app-root',
  template: `<b>{{ posts.connection() }}</b
    ><i>{{ posts.statuses().length }}</i>`,
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

describe('a page that a server renders', () => {
  it('is done at once, shows no post, and has opened no connection', async () => {
    const server = await fake();
    const config = { baseUrl: server.url, accessToken: server.token };
    const html = await renderApplication(
      (context) =>
        bootstrapApplication(
          LiveList,
          {
            providers: [
              provideServerRendering(),
              provideClientHydration(),
              provideTimelines(config),
            ],
          },
          context,
        ),
      { document: '<html><body><app-root></app-root></body></html>' },
    );

    expect(html).toContain('<b>connecting</b>');
    expect(html).toContain('<i>0</i>');
    expect(html).not.toContain(server.token);
    await fetch(`${server.url}/api/v1/streaming/health`);
    expect(server.requests).toHaveLength(1);
  });
});
