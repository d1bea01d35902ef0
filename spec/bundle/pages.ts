/** What pages import: the cases that are measured. */

/** An app with a list, a badge and its errors told apart: all that an ordinary page calls. */
export const ORDINARY = `
  export {
    createTimelines, ofType, toTimeline, distinctEvents, cursorOf,
    connectionState, sharedTimeline, retryNow,
    MastodonError, MastodonApiError, MastodonUnauthorizedError,
  } from 'mastodon-rx';`;

/** The least that shows a post. */
export const LEAST = `
  import { createTimelines, ofType } from 'mastodon-rx';
  export const posts$ = (config) => createTimelines(config).public().pipe(ofType('update'));`;

/** Everything there is, with each codec and the listener classes. */
export const WHOLE = `export * from 'mastodon-rx';`;
