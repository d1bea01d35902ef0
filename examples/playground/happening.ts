/** Declares the events of the page: what happens on the server, and what the stream emits. */
import type { StreamEvent } from 'mastodon-rx';

/** The options of the stream that the page can switch. */
export interface Switches {
  readonly reconnect: boolean;
  readonly catchUp: boolean;
  readonly backfill: boolean;
}

/** One event of the page. `post` is the number of a post, as the page shows it. */
export type Happening =
  | { readonly type: 'posted'; readonly post: number }
  | { readonly type: 'removed'; readonly post: number }
  | { readonly type: 'fault'; readonly name: string; readonly text: string }
  | { readonly type: 'subscribed'; readonly switches: Switches }
  | { readonly type: 'event'; readonly event: StreamEvent; readonly post: number | undefined }
  | { readonly type: 'failed'; readonly error: Error };
