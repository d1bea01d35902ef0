/** Replaces a post by its newer version, in boosts and quotes of it, too. */
import type { Quote, ShallowQuote, Status } from '../model/entities/status.ts';

/**
 * Compares two versions: above 0 if `a` was edited later than `b`, 0 if neither was; a post that was never edited
 * is the oldest.
 */
export function compareEdits(a: Status, b: Status): number {
  const left = a.edited_at ?? '';
  const right = b.edited_at ?? '';
  if (left === right) return 0;
  if (left === '' || right === '') return left === '' ? -1 : 1;
  // Servers write milliseconds, microseconds or none.
  return Date.parse(left) - Date.parse(right) || 0;
}

/** The fields of a post that depend on its viewer. */
const VIEWER_FIELDS = ['favourited', 'reblogged', 'muted', 'bookmarked', 'pinned'] as const;

/**
 * Returns a newer version of a post with the viewer's fields of the older one, if the newer one has none: edits on
 * `public` and `hashtag` streams are rendered without a viewer. Mastodon's own client does the same.
 *
 * @see https://github.com/mastodon/mastodon/issues/36161
 */
export function withViewer(version: Status, current: Status): Status {
  const kept = VIEWER_FIELDS.filter((field) => current[field] != null);
  if (kept.length === 0 || VIEWER_FIELDS.some((field) => version[field] != null)) return version;
  const { poll, quote_approval: approval } = version;
  return Object.assign(
    { ...version },
    ...kept.map((field) => ({ [field]: current[field] })),
    poll && { poll: { ...current.poll, ...poll } },
    approval && {
      quote_approval: { ...approval, current_user: current.quote_approval?.current_user },
    },
  ) as Status;
}

/**
 * Returns the ids of the posts that a post boosts or quotes, at any depth at which they are shown. A post that a
 * quoted post quotes only by its id is not shown.
 */
export function namedIn(post: Status): readonly string[] {
  if (!post.reblog && !post.quote && !post.quote_id) return NOBODY;
  const ids = new Set<string>();
  collect(post, 'boosted', ids);
  return [...ids];
}

const NOBODY: readonly string[] = [];

function collect(
  { reblog, quote, quote_id }: Status,
  embeddedAs: EmbeddedAs,
  ids: Set<string>,
): void {
  if (reblog) {
    ids.add(reblog.id);
    collect(reblog, embeddedAs, ids);
  }
  const quoted = quotedIn(quote);
  if (quoted) {
    ids.add(quoted.id);
    collect(quoted, 'quoted', ids);
  }
  const id = quotedIdIn(quote) ?? quote_id;
  if (id && embeddedAs === 'boosted') ids.add(id);
}

/** The ways in which a post contains another. */
export type EmbeddedAs = 'boosted' | 'quoted';

/** Returns the version to show instead of a copy of a post within another, often the copy itself. */
export type Choose = (copy: Status, embeddedAs: EmbeddedAs) => Status;

/**
 * Calls `choose` for each copy of a post within a post, from the outermost, and returns the post with the chosen
 * versions; the same object if nothing differs.
 */
export function withVersions(post: Status, choose: Choose): Status {
  const { reblog, quote } = post;
  const quoted = quotedIn(quote);
  const newReblog = reblog && versionOf(reblog, 'boosted', choose);
  const newQuoted = quoted && versionOf(quoted, 'quoted', choose);
  if (newReblog === reblog && newQuoted === quoted) return post;
  return {
    ...post,
    ...(newReblog && { reblog: newReblog }),
    ...(quote && newQuoted && { quote: requoted(quote, newQuoted) }),
  };
}

function versionOf(copy: Status, embeddedAs: EmbeddedAs, choose: Choose): Status {
  const chosen = choose(copy, embeddedAs);
  return chosen === copy ? withVersions(copy, choose) : chosen;
}

/**
 * Returns a post as the server shows it within another: a quoted post has only the id of its own quote. It also
 * keeps posts that quote each other from growing with each edit.
 */
export function asShownIn(embeddedAs: EmbeddedAs, post: Status): Status {
  const { quote } = post;
  if (embeddedAs === 'boosted' || !quote) return post;
  const quoted_status_id = quotedIn(quote)?.id ?? quotedIdIn(quote) ?? null;
  return { ...post, quote: { state: stateOf(quote), quoted_status_id } };
}

type AnyQuote = Quote | ShallowQuote | Status;

/**
 * Returns the post in a quote. Forks before Mastodon 4.4 send the bare post; Iceshrimp sends both forms in one
 * object.
 */
function quotedIn(quote: AnyQuote | null | undefined): Status | null {
  if (!quote) return null;
  if ('quoted_status' in quote) return quote.quoted_status;
  return 'id' in quote ? quote : null;
}

const quotedIdIn = (quote: AnyQuote | null | undefined): string | null =>
  quote && 'quoted_status_id' in quote ? quote.quoted_status_id : null;

const stateOf = (quote: AnyQuote): Quote['state'] => ('state' in quote ? quote.state : 'accepted');

function requoted(quote: AnyQuote, quoted: Status): AnyQuote {
  const bare = 'id' in quote ? { ...quote, ...quoted } : quote;
  return 'quoted_status' in quote ? { ...bare, quoted_status: quoted } : bare;
}
