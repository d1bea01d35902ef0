/** A page that a server renders and that a browser hydrates, with the same code. */
import { Component, type ApplicationConfig } from '@angular/core';
import { provideClientHydration } from '@angular/platform-browser';
import { injectTimeline, injectTimelines, provideTimelines } from 'mastodon-rx/angular';

export const LivePage = Component({
  selector: 'app-root',
  template: `
    <b>{{ posts.status() }}</b>
    @for (post of posts.posts(); track post.id) {
      <article [innerHTML]="post.content"></article>
    } @empty {
      <i>nothing yet</i>
    }
  `,
})(
  class {
    readonly #timelines = injectTimelines();
    readonly posts = injectTimeline(this.#timelines.public({ reconnect: true, catchUp: true }));

    constructor() {
      this.#timelines.user({ reconnect: true }).subscribe(); // nothing unsubscribes it with the component
    }
  },
);

export const configOf = (baseUrl: string, accessToken: string): ApplicationConfig => ({
  providers: [provideClientHydration(), provideTimelines({ baseUrl, accessToken })],
});
