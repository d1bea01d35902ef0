// The home timeline, which can be scrolled, with the status of its connection. Shown in docs/angular.md.
import { Component } from '@angular/core';
import { injectTimeline, injectTimelines } from 'mastodon-rx/angular';

@Component({
  selector: 'app-root',
  host: { '(window:scroll)': 'loadOlderNearTheEnd()' },
  template: `
    <p class="badge" role="status">
      {{ home.status() }}
      @if (home.status() === 'waiting') {
        <button (click)="home.retry()">
          Try now ({{ ((home.retryIn() ?? 0) / 1000).toFixed() }} s)
        </button>
      }
    </p>
    @for (post of home.posts(); track post.id) {
      <article>
        <b>{{ post.account.acct }}</b>
        <div [innerHTML]="post.content"></div>
      </article>
    }
  `,
  styles: '.badge { position: sticky; top: 0; padding: 1em; background: gold; }',
})
export class App {
  readonly home = injectTimeline(
    injectTimelines().user({ reconnect: true, catchUp: true, backfill: 40 }),
  );

  loadOlderNearTheEnd(): void {
    const below = document.body.scrollHeight - window.scrollY - window.innerHeight;
    if (below < 1_000) this.home.loadOlder(); // does nothing while a page is being loaded
  }
}
