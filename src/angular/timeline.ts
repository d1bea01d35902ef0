/** A live timeline as signals. */
import type { Signal } from '@angular/core';
import type { Status } from '../model/entities/status.ts';
import { toTimeline, type ToTimelineConfig } from '../operators/toTimeline.ts';
import {
  goOnWith,
  injectList,
  type LiveList,
  type LiveListConfig,
  type Source,
} from './liveList.ts';

/** The options of {@link injectTimeline}: those of `toTimeline`, and where it lives. */
export interface LiveTimelineConfig extends ToTimelineConfig, LiveListConfig {}

/** A live timeline, for templates. */
export interface LiveTimeline extends LiveList {
  /** The posts, newest first; edited and deleted as it happens. */
  readonly posts: Signal<readonly Status[]>;
}

/**
 * Returns a timeline as signals, over one subscription that lasts until its injector is destroyed.
 *
 * A function as the source is a reactive one: when a signal that it reads changes, the stream is left for
 * the one that it then returns, and the list begins anew. The subscription is made by an effect: with
 * the first change detection. While the server renders it is not made at all; `posts` is empty and
 * `status` is `'connecting'` there, as it does in the browser when hydration begins.
 *
 * ```ts
 * readonly #timelines = injectTimelines();
 * readonly tag = input.required<string>();
 * readonly posts = injectTimeline(() => this.#timelines.hashtag(this.tag(), { reconnect: true }));
 * ```
 *
 * @param source - a stream of events; what it errors with is told by `status` and `error`.
 * @throws `MastodonIllegalArgumentError` if the config is wrong; Angular's `NG0203` outside an
 * injection context, without an `injector`.
 */
export function injectTimeline(
  source: Source | (() => Source),
  { injector, ...config }: LiveTimelineConfig = {},
): LiveTimeline {
  const [posts, list] = injectList<Status>(source, injector, {
    caller: injectTimeline,
    config,
    toList: (scrolling, kept) =>
      toTimeline({ ...config, ...scrolling, ...goOnWith(kept, config.limit) }),
  });
  return { posts, ...list };
}
