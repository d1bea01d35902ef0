/** The viewer's own filters: what they hide is not here any more, and what they warn of is. */
import type { FilterContext, Status } from 'mastodon-rx';

/** Returns the titles of the filters that treat a post, or what it boosts, in this way where it is shown. */
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
