// A timeline as Angular's own resource. Shown in docs/angular.md.
import { type Signal } from '@angular/core';
import { rxResource } from '@angular/core/rxjs-interop';
import { toTimeline } from 'mastodon-rx';
import { injectTimelines } from 'mastodon-rx/angular';

export function tagResource(tag: Signal<string>) {
  const timelines = injectTimelines();
  return rxResource({
    params: () => tag(),
    stream: ({ params }) => timelines.hashtag(params, { backfill: 40 }).pipe(toTimeline()),
    defaultValue: [],
  });
}
