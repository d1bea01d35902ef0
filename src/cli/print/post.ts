/** Writes posts: the author, the text, quotes, media and polls. */
import type { ServerPayloads } from '../../index.ts';
import { isApplied, type HideContext } from '../../model/appliedFilters.ts';
import { textOfHtml } from '../html.ts';
import { oneLine, truncateName } from '../text.ts';
import { dateOf, dayOf, timeOf, type Block, type Paint, type Part } from './layout.ts';
import { whoOf } from './people.ts';

type Status = ServerPayloads['update'];
type Media = Status['media_attachments'][number];
type Poll = NonNullable<Status['poll']>;

export function postBlock(status: Status, context: HideContext, paint: Paint): Block {
  const who = whoOf(status.account, paint);
  const shown = status.reblog ?? status;
  const head = status.reblog
    ? `${who} ${paint('green', 'boosts')} ${whoOf(status.reblog.account, paint)}`
    : who;
  return filtered(status, context, paint, {
    head: head + tailOf(shown, paint),
    body: postParts(shown, paint),
    at: status.created_at,
  });
}

export function editBlock(status: Status, context: HideContext, paint: Paint): Block {
  const head = `${paint('yellow', '✎')} ${whoOf(status.account, paint)} ${paint('yellow', 'edits')}`;
  return filtered(status, context, paint, {
    head: head + tailOf(status, paint),
    body: postParts(status, paint),
    at: status.edited_at,
  });
}

/**
 * Replaces a post that a filter warns about by the filter's matches; `hideFiltered()` has removed the hidden ones.
 */
function filtered(
  { filtered: results }: Status,
  context: HideContext,
  paint: Paint,
  block: Block,
): Block {
  const warning = results?.find((result) => isApplied(result, 'warn', context))?.filter;
  if (!warning) return block;
  const text = `not shown: your filter “${truncateName(oneLine(warning.title), 60)}” matches`;
  return { ...block, body: [{ text: paint('dim', text) }] };
}

/** Returns the end of a post's head: the account that it replies to, and its visibility. */
export function tailOf(status: Status, paint: Paint): string {
  const { in_reply_to_id: id, in_reply_to_account_id: to, account, mentions, visibility } = status;
  const repliedTo = mentions.find((mention) => mention.id === to);
  const reply =
    id === null
      ? ''
      : to === account.id
        ? 'goes on'
        : repliedTo
          ? `answers @${truncateName(oneLine(repliedTo.acct), 80)}`
          : 'answers';
  const seenBy = VISIBILITIES.get(visibility) ?? oneLine(visibility);
  return [reply, seenBy]
    .filter((words) => words !== '')
    .map((words) => paint('dim', ` · ${words}`))
    .join('');
}

const VISIBILITIES: ReadonlyMap<string, string> = new Map([
  ['public', ''],
  ['unlisted', 'unlisted'],
  ['private', 'followers only'],
  ['direct', 'direct'],
]);

export function postParts(status: Status, paint: Paint): Part[] {
  const { spoiler_text: warning, content, media_attachments: media, poll, sensitive } = status;
  return [
    ...(warning === '' ? [] : [{ text: paint('yellow', `CW: ${oneLine(warning)}`) }]),
    ...textPart(content),
    ...quoteParts(status, paint),
    ...media.map((medium) => ({ text: mediaText(medium, sensitive, paint) })),
    ...(poll ? pollParts(poll, paint) : []),
  ];
}

export function textPart(html: string): Part[] {
  const text = textOfHtml(html);
  return text === '' ? [] : [{ text }];
}

/** Writes a quoted post. Forks send the bare post; Mastodon sends a `Quote`, and only the id within another quote. */
function quoteParts({ quote }: Status, paint: Paint): Part[] {
  if (!quote) return [];
  const mark = '│ ';
  const status = 'account' in quote ? quote : 'quoted_status' in quote ? quote.quoted_status : null;
  if (status) {
    const parts = [
      { text: whoOf(status.account, paint) },
      ...postParts({ ...status, quote: null }, paint),
    ];
    return parts.map(({ text }) => ({ text, mark }));
  }
  const state = 'state' in quote ? quote.state : '';
  const why =
    state === 'accepted' ? 'a quoted post' : `a quoted post that is not shown: ${oneLine(state)}`;
  return [{ text: paint('dim', why.replaceAll('_', ' ')), mark }];
}

function mediaText({ type, description }: Media, sensitive: boolean, paint: Paint): string {
  const kind = type === 'unknown' ? 'file' : type === 'gifv' ? 'animation' : oneLine(type);
  const label = paint('blue', `[${kind}${sensitive ? ', sensitive' : ''}]`);
  const alt = oneLine(description ?? '');
  return `${label} ${alt === '' ? paint('dim', 'no description') : alt}`;
}

function pollParts(
  { options, multiple, own_votes: ownVotes, ...poll }: Poll,
  paint: Paint,
): Part[] {
  const total = options.reduce((sum, option) => sum + (option.votes_count ?? 0), 0);
  const lines = options.map(({ title, votes_count: votes }, index) => {
    const isOwn = ownVotes?.includes(index) === true;
    const box = multiple ? (isOwn ? '[x]' : '[ ]') : isOwn ? '(x)' : '( )';
    const share = total > 0 && votes != null ? ` ${Math.round((100 * votes) / total)} %` : '';
    return { text: `${box} ${oneLine(title)}${paint('dim', share)}` };
  });
  const ends = dateOf(poll.expires_at);
  const until = poll.expired
    ? ', ended'
    : ends
      ? `, until ${dayOf(ends)} ${timeOf(ends).slice(0, 5)}`
      : '';
  const votes = `${poll.votes_count} ${poll.votes_count === 1 ? 'vote' : 'votes'}`;
  return [...lines, { text: paint('dim', `poll: ${votes}${until}`) }];
}
