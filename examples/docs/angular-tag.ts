// A timeline that follows a signal. Shown in docs/angular.md.
import { Component, input } from '@angular/core';
import { injectTimeline, injectTimelines } from 'mastodon-rx/angular';

@Component({ selector: 'app-tag', template: '{{ posts.posts().length }}' })
export class Tag {
  readonly #timelines = injectTimelines();
  readonly tag = input.required<string>();
  readonly posts = injectTimeline(() => this.#timelines.hashtag(this.tag(), { reconnect: true }), {
    limit: 80,
  });
}
