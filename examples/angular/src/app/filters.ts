/** The viewer's own filters that warn; the library has already removed the posts that others hide. */
import type { FilterContext, Status } from 'mastodon-rx';

/** Returns the titles of the filters with this action that match a post, or the post it boosts, in a context. */
export function titlesOf(
  action: 'warn' | 'blur',
  { filtered, reblog }: Status,
  context: FilterContext,
): readonly string[] {
  const titles = [...(filtered ?? []), ...(reblog?.filtered ?? [])]
    .map(({ filter }) => filter)
    .filter((each) => each.filter_action === action && each.context.includes(context))
    .filter(({ expires_at }) => !expires_at || Date.parse(expires_at) > Date.now())
    .map(({ title }) => title);
  return [...new Set(titles)];
}
