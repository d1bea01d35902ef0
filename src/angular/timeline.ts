/** Provides a live timeline as signals. */
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

/** The options of {@link injectTimeline}: those of `toTimeline`, and the injector. */
export interface LiveTimelineConfig extends ToTimelineConfig, LiveListConfig {}

/** A live timeline, for templates. */
export interface LiveTimeline extends LiveList {
  /** The posts, newest first; edits and deletions are applied. */
  readonly posts: Signal<readonly Status[]>;
}

/**
 * Returns a timeline as signals, over one subscription that lasts until its injector is destroyed.
 *
 * A function as the source is reactive: when a signal that it reads changes, the stream is replaced by the one that
 * it then returns, and the list starts again. An effect subscribes, with the first change detection. During
 * server-side rendering there is no subscription: `posts` is empty and `status` is `'connecting'`, as in the
 * browser when hydration begins.
 *
 * ```ts
 * readonly #timelines = injectTimelines();
 * readonly tag = input.required<string>();
 * readonly posts = injectTimeline(() => this.#timelines.hashtag(this.tag(), { reconnect: true }));
 * ```
 *
 * @param source - a stream of events. Its errors are in `status` and `error`.
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
