// The README: a component that shows the home timeline. Shown in README.md.
import { Component } from '@angular/core';
import { injectTimeline, injectTimelines } from 'mastodon-rx/angular';

@Component({ template: '@for (p of posts(); track p.id) { <p [innerHTML]="p.content"></p> }' })
export class Home {
  readonly posts = injectTimeline(injectTimelines().user({ reconnect: true })).posts;
}
