/**
 * `mastodon-rx/angular/testing`: timelines over a fake Mastodon, for specs of components.
 */
export { provideFakeTimelines } from './provideFakeTimelines.ts';
