/** Tells which of the viewer's filters apply to a post, and in which context it is shown. */
import type { FilterResult } from './entities/filter.ts';

/** The contexts of a filter, by Mastodon's names. */
export const FILTER_CONTEXTS = ['home', 'notifications', 'public', 'thread', 'account'] as const;

/** A context of a filter, by Mastodon's names: where the posts are shown. */
export type HideContext = 'home' | 'notifications' | 'public' | 'thread' | 'account';

/** Returns the context in which an event of this type is shown if it comes from this stream. */
export function filterContextOf(type: string, [name = '']: readonly string[]): HideContext {
  if (type === 'notification') return 'notifications';
  if (type === 'conversation') return 'thread';
  return /^(public|hashtag)/.test(name) ? 'public' : 'home';
}

/** Tells whether a filter that matched has this action in this context, and has not expired. */
export function isApplied(
  { filter: { filter_action, expires_at, context: contexts } }: FilterResult,
  action: string,
  context: HideContext,
): boolean {
  const isOver = expires_at ? Date.parse(expires_at) <= Date.now() : false;
  return filter_action === action && !isOver && contexts.includes(context);
}
