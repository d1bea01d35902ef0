/** Provides a live list of conversations as signals. */
import type { Signal } from '@angular/core';
import type { Conversation } from '../model/entities/conversation.ts';
import { toConversations, type ToConversationsConfig } from '../operators/toConversations.ts';
import {
  goOnWith,
  injectList,
  type LiveList,
  type LiveListConfig,
  type Source,
} from './liveList.ts';

/** The options of {@link injectConversations}: those of `toConversations`, and the injector. */
export interface LiveConversationsConfig extends ToConversationsConfig, LiveListConfig {}

/** A live list of direct conversations, for templates. */
export interface LiveConversations extends LiveList {
  /** The conversations, the one with the newest post first. */
  readonly conversations: Signal<readonly Conversation[]>;
}

/**
 * Returns the direct conversations of a stream as signals, over one subscription that lasts until its injector is
 * destroyed. It treats a function as the source, errors, and server-side rendering like `injectTimeline()`.
 *
 * ```ts
 * readonly letters = injectConversations(injectTimelines().direct({ backfill: 20 }));
 * ```
 *
 * @param source - `direct()`. Its errors are in `status` and `error`.
 * @throws `MastodonIllegalArgumentError` if the config is wrong; Angular's `NG0203` outside an injection context,
 * without an `injector`.
 */
export function injectConversations(
  source: Source | (() => Source),
  { injector, ...config }: LiveConversationsConfig = {},
): LiveConversations {
  const [conversations, list] = injectList<Conversation>(source, injector, {
    caller: injectConversations,
    config,
    toList: (scrolling, kept) =>
      toConversations({ ...config, ...scrolling, ...goOnWith(kept, config.limit) }),
  });
  return { conversations, ...list };
}
