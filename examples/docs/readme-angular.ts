// The README: a component that shows the home timeline. Shown in README.md.
import { Component } from '@angular/core';
import { injectTimeline, injectTimelines } from 'mastodon-rx/angular';

@Component({
  selector: 'app-home',
  template: '@for (post of home.statuses(); track post.id) { <p [innerHTML]="post.content"></p> }',
})
export class Home {
  readonly home = injectTimeline(injectTimelines().user({ reconnect: true, catchUp: true }));
}
