/** The imports of the pages whose size is measured. */

/** An app over SSE: a list, a status indicator, and a listener. Its size has a budget. */
export const SSE_APP = `
  export {
    createTimelines, ofType, toTimeline, connectionState, toListener, StreamListener,
  } from 'mastodon-rx';`;

/** The minimum for a list of posts. */
export const LEAST = `
  import { createTimelines, ofType } from 'mastodon-rx';
  export const posts$ = (config) => createTimelines(config).public().pipe(ofType('update'));`;

/** Everything in the main entry. */
export const WHOLE = `export * from 'mastodon-rx';`;

/** A page that shows the library without a server. */
export const MEMORY = `export * from 'mastodon-rx/testing/memory';`;

/** For {@link SSE_APP}, in bytes minified and gzipped, without rxjs and the WebSocket transport. */
export const BUDGET = 22_000;
