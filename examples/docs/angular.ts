// A whole app: the home timeline, and how its connection is doing. Shown in docs/angular.md.
import { Component } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { injectTimeline, injectTimelines, provideTimelines } from 'mastodon-rx/angular';

@Component({
  selector: 'app-root',
  template: `
    <p role="status">{{ home.status() }}</p>
    @if (home.status() === 'waiting') {
      <button (click)="home.retry()">Try now ({{ (home.retryIn() ?? 0) / 1000 }} s)</button>
    }
    @for (post of home.posts(); track post.id) {
      <article [innerHTML]="post.content"></article>
    }
  `,
})
class App {
  readonly home = injectTimeline(injectTimelines().user({ reconnect: true, catchUp: true }));
}

bootstrapApplication(App, {
  providers: [provideTimelines({ baseUrl: 'https://mastodon.social', accessToken: 'your token' })],
}).catch(console.error);
