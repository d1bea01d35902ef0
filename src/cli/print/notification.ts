/** Writes notifications and conversations. */
import type { ServerPayloads } from '../../index.ts';
import { textOfHtml } from '../html.ts';
import { oneLine, truncateName } from '../text.ts';
import type { Block, Paint } from './layout.ts';
import { whoOf } from './people.ts';
import { postParts, tailOf } from './post.ts';

type Notification = ServerPayloads['notification'];

/** The ends of sentences that begin with the account's name. */
const DEEDS: ReadonlyMap<string, string> = new Map([
  ['mention', 'mentions you'],
  ['status', 'posts'],
  ['reblog', 'boosts your post'],
  ['favourite', 'favourites your post'],
  ['follow', 'follows you'],
  ['follow_request', 'asks to follow you'],
  ['update', 'edits a post that you boosted'],
  ['quote', 'quotes your post'],
  ['quoted_update', 'edits a post that you quoted'],
  ['admin.sign_up', 'signs up'],
  ['added_to_collection', 'adds you to a collection'],
  ['collection_update', 'changes a collection that you are in'],
]);

/** The types whose post the user has seen before: the beginning of its text identifies it. */
const ABOUT_OLD_POSTS: ReadonlySet<string> = new Set([
  'reblog',
  'favourite',
  'pleroma:emoji_reaction',
  'reaction',
  'quoted_update',
]);

export function notificationBlock(notification: Notification, paint: Paint): Block {
  const { type, status, created_at: at } = notification;
  const head = `${paint('magenta', '★')} ${notificationHead(notification, paint)}`;
  if (!status) return { head, at };
  if (!ABOUT_OLD_POSTS.has(type)) {
    return { head: head + tailOf(status, paint), body: postParts(status, paint), at };
  }
  const excerpt = truncateName(textOfHtml(status.content).replace(/\s+/g, ' '), 100);
  return { head, body: excerpt === '' ? [] : [{ text: paint('dim', excerpt) }], at };
}

function notificationHead(notification: Notification, paint: Paint): string {
  const { type, account, report, event, moderation_warning: warning, emoji } = notification;
  const who = whoOf(account, paint);
  const deed = (words: string): string => `${who} ${paint('magenta', words)}`;
  const words = DEEDS.get(type);
  if (words !== undefined) return deed(words);

  switch (type) {
    case 'poll':
      return `${paint('magenta', 'A poll has ended:')} ${who}`;
    case 'admin.report':
      return report
        ? `${deed('reports')} ${whoOf(report.target_account, paint)}${quoted(report.comment)}`
        : deed('reports somebody');
    case 'severed_relationships':
      return paint(
        'magenta',
        `A block or suspension${of(event?.target_name)} ended some of your relationships`,
      );
    case 'moderation_warning':
      return paint('magenta', `The moderators warn you${quoted(warning?.text)}`);
    case 'annual_report':
      return paint('magenta', 'Your annual report is ready');
    case 'pleroma:emoji_reaction':
    case 'reaction':
      return deed(`reacts to your post${emoji ? ` with ${oneLine(emoji)}` : ''}`);
    default: {
      const fallback = textOfHtml(notification.fallback?.title ?? '');
      return fallback === '' ? deed(`(${oneLine(type)})`) : paint('magenta', oneLine(fallback));
    }
  }
}

const of = (name: string | null | undefined): string => (name ? ` (${oneLine(name)})` : '');

const quoted = (text: string | null | undefined): string =>
  text ? `: “${truncateName(oneLine(text), 200)}”` : '';

export function conversationBlock(
  { accounts, last_status: status }: ServerPayloads['conversation'],
  paint: Paint,
): Block {
  const people = accounts.slice(0, 5).map((account) => whoOf(account, paint));
  const others = accounts.length > 5 ? ` and ${accounts.length - 5} others` : '';
  const head = `${paint('magenta', '✉')} Conversation with ${people.join(', ')}${others}`;
  if (!status) return { head };
  // With only one other account, the head already names the author, unless it is the user.
  const isSaid = accounts.length === 1 && accounts[0]?.id === status.account.id;
  const author = isSaid ? [] : [{ text: `${whoOf(status.account, paint)}:` }];
  return { head, body: [...author, ...postParts(status, paint)], at: status.created_at };
}
