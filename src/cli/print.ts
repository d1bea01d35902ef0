/** One event in, its text for people or its line of JSON out. Pure: what it needs to know it is given. */
import { styleText } from 'node:util';
import type { BaseEvent, EventOf, MastodonError, ServerPayloads, StreamEvent } from '../index.ts';
import { textOfHtml } from './html.ts';
import { clean, oneLine, truncateName, wrap } from './text.ts';

type Status = ServerPayloads['update'];
type Account = Status['account'];
type Notification = ServerPayloads['notification'];
type Media = Status['media_attachments'][number];
type Poll = NonNullable<Status['poll']>;

/** What {@link printed} must know of the place where its text is shown. */
export interface PrintConfig {
  /** In columns; `Infinity`: lines are not broken. */
  readonly width: number;
  readonly colour: boolean;
  /** When the event came, which is when it happened where the server does not say. */
  readonly now: Date;
}

/** The event as a block of lines, each with its line feed; nothing where there is nothing to see. */
export function printed(event: StreamEvent, config: PrintConfig): string {
  const paint = config.colour ? inColour : plain;
  const block = blockOf(event, paint);
  return block ? render(block, config, paint) : '';
}

/**
 * The event as one line of JSON: always with `type`, `payload` and `stream`. A payload that is undefined
 * is null, an error is what its `toJSON` says. Characters that could steer a terminal are escaped, as
 * JSON allows; whoever parses the line gets them back.
 */
export function jsonLine(event: StreamEvent): string {
  const { type, payload = null, stream, ...others } = event;
  const json = JSON.stringify({ type, payload, stream, ...others });
  return `${json.replace(UNPRINTABLE, escapeOf)}\n`;
}

const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/g;

const escapeOf = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

// Colours

type Format = Parameters<typeof styleText>[0];

/** Gives a text a style, or leaves it as it is. */
type Paint = (format: Format, text: string) => string;

// Whoever calls has decided about colours; Node 22 would look at the environment once more.
const inColour: Paint = (format, text) =>
  text === '' ? '' : styleText(format, text, { validateStream: false });

const plain: Paint = (_format, text) => text;

// Blocks

/** What is shown of one event: a line that says what happened, and lines below it. */
interface Block {
  readonly head: string;
  readonly body?: readonly Part[];
  /** ISO 8601; left out or unreadable: now. */
  readonly at?: string | null | undefined;
}

/** Text below a head, perhaps of several lines, each of which begins with `mark`. */
interface Part {
  readonly text: string;
  readonly mark?: string;
}

function render({ head, body = [], at }: Block, { width, now }: PrintConfig, paint: Paint): string {
  const when = dateOf(at) ?? now;
  const isToday = when.toDateString() === now.toDateString();
  const dated = isToday ? head : `${head} ${paint('dim', `· ${dayOf(when)}`)}`;
  const indent = width < 50 ? 2 : TIME_WIDTH;

  const [first = '', ...rest] = wrap(dated, width - TIME_WIDTH);
  const lines = [`${paint('dim', timeOf(when))}  ${first}`];
  lines.push(...rest.map((line) => ' '.repeat(TIME_WIDTH) + line));
  for (const { text, mark = '' } of body) {
    const room = width - indent - mark.length;
    lines.push(...wrap(text, room).map((line) => ' '.repeat(indent) + paint('dim', mark) + line));
  }
  // What has a body is set off by an empty line, so that the eye finds where a post ends.
  if (body.length > 0) lines.push('');
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/** `HH:MM:SS` and two spaces. */
const TIME_WIDTH = 10;

const two = (value: number): string => String(value).padStart(2, '0');

const timeOf = (date: Date): string =>
  [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');

const dayOf = (date: Date): string =>
  [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');

function dateOf(text: string | null | undefined): Date | undefined {
  const date = new Date(text ?? NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function blockOf(event: StreamEvent, paint: Paint): Block | undefined {
  const note = (text: string): Block => ({ head: paint('dim', `– ${clean(text)}`) });
  const context = contextOf(event.stream);

  switch (event.type) {
    case 'update':
      return postBlock(event.payload, context, paint);
    case 'status.update':
      return editBlock(event.payload, context, paint);
    case 'delete':
      return {
        head: `${paint('red', '✗')} ${paint('dim', `post ${oneLine(event.payload)} was deleted`)}`,
      };
    case 'notification':
      return notificationBlock(event.payload, paint);
    case 'conversation':
      return conversationBlock(event.payload, paint);
    case 'announcement':
      return {
        head: paint('magenta', 'The server announces'),
        body: textPart(event.payload.content),
        at: event.payload.published_at,
      };
    case 'announcement.reaction': {
      const { announcement_id: id, name, count } = event.payload;
      const reaction = `${oneLine(name)} × ${count}`;
      return note(`reactions to announcement ${oneLine(id)}: ${reaction}`);
    }
    case 'announcement.delete':
      return {
        head: `${paint('red', '✗')} ${paint('dim', `announcement ${oneLine(event.payload)} was deleted`)}`,
      };
    case 'filters_changed':
      return note('your filters have changed');
    case 'notifications_merged':
      return note('filtered notifications were let through');
    case 'encrypted_message':
      return note('an encrypted message');
    case 'unknown':
      return note(unknownText(event.payload));
    case 'heartbeat':
      return undefined;
    case 'connected': {
      const { attempt } = event.payload;
      return note(`${attempt === 0 ? 'connected' : 'connected again'}: ${labelOf(event)}`);
    }
    case 'disconnected': {
      const { error, retryIn } = event.payload;
      return note(`connection lost (${wordsOf(error)}): next try in ${secondsOf(retryIn)}`);
    }
    case 'caught-up': {
      const { recovered, complete } = event.payload;
      const gap = complete ? '' : ', and there was more';
      return note(`caught up: ${recovered} missed meanwhile${gap}`);
    }
    case 'malformed':
      return note(`${wordsOf(event.payload.error)}, and was left out`);
    case 'warning':
      return { head: paint('yellow', `warning: ${clean(event.payload.message)}`) };
    default:
      return note((event as StreamEvent).type);
  }
}

const labelOf = ({ stream }: BaseEvent<string, unknown>): string => stream.map(oneLine).join(' ');

const wordsOf = (error: MastodonError): string => oneLine(error.message).replace(/\.$/, '');

const secondsOf = (time: number): string =>
  time < 60_000 ? `${(time / 1_000).toFixed(1)} s` : `${(time / 60_000).toFixed(1)} min`;

function unknownText({ name, problems }: EventOf<'unknown'>['payload']): string {
  const misfit = problems?.[0];
  const event = `an event that is not known here: ${truncateName(oneLine(name), 60)}`;
  return misfit === undefined
    ? event
    : `an event of another shape than known here: ${oneLine(name)} (${oneLine(misfit)})`;
}

// People

function nameOf({ display_name: displayName, username }: Account): string {
  const name = oneLine(displayName);
  return truncateName(name === '' ? oneLine(username) : name, 40);
}

const whoOf = (account: Account, paint: Paint): string => {
  const name = `${paint('bold', nameOf(account))} ${paint('cyan', `@${truncateName(oneLine(account.acct), 80)}`)}`;
  return account.bot === true ? `${name} ${paint('dim', '[bot]')}` : name;
};

// Posts

function postBlock(status: Status, context: string, paint: Paint): Block {
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

function editBlock(status: Status, context: string, paint: Paint): Block {
  const head = `${paint('yellow', '✎')} ${whoOf(status.account, paint)} ${paint('yellow', 'edits')}`;
  return filtered(status, context, paint, {
    head: head + tailOf(status, paint),
    body: postParts(status, paint),
    at: status.edited_at,
  });
}

/** Says of a post that a filter warns of what matches, in its place; `hideFiltered()` has taken out what is hidden. */
function filtered(
  { filtered: results }: Status,
  context: string,
  paint: Paint,
  block: Block,
): Block {
  const filters = (results ?? [])
    .map(({ filter }) => filter)
    .filter(({ context: contexts }) => contexts.includes(context));
  const warning = filters.find(({ filter_action: action }) => action === 'warn');
  if (!warning) return block;
  const text = `not shown: your filter “${truncateName(oneLine(warning.title), 60)}” matches`;
  return { ...block, body: [{ text: paint('dim', text) }] };
}

/** Where a filter must apply for it to apply here. */
function contextOf([name = '']: readonly string[]): string {
  if (name === 'user:notification') return 'notifications';
  return name === 'user' || name === 'list' ? 'home' : 'public';
}

/** What else is to be known of a post: whom it answers, and who may see it. */
function tailOf(status: Status, paint: Paint): string {
  const { in_reply_to_id: id, in_reply_to_account_id: to, account, mentions, visibility } = status;
  const answered = mentions.find((mention) => mention.id === to);
  const reply =
    id === null
      ? ''
      : to === account.id
        ? 'goes on'
        : answered
          ? `answers @${truncateName(oneLine(answered.acct), 80)}`
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

function postParts(status: Status, paint: Paint): Part[] {
  const { spoiler_text: warning, content, media_attachments: media, poll, sensitive } = status;
  return [
    ...(warning === '' ? [] : [{ text: paint('yellow', `CW: ${oneLine(warning)}`) }]),
    ...textPart(content),
    ...quoteParts(status, paint),
    ...media.map((medium) => ({ text: mediaText(medium, sensitive, paint) })),
    ...(poll ? pollParts(poll, paint) : []),
  ];
}

function textPart(html: string): Part[] {
  const text = textOfHtml(html);
  return text === '' ? [] : [{ text }];
}

/** Forks quote a post bare, Mastodon wraps it up, and gives the id alone within a quote. */
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

function pollParts({ options, multiple, own_votes: own, ...poll }: Poll, paint: Paint): Part[] {
  const total = options.reduce((sum, option) => sum + (option.votes_count ?? 0), 0);
  const lines = options.map(({ title, votes_count: votes }, index) => {
    const isOwn = own?.includes(index) === true;
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

// Notifications

/** What has happened, as the end of a sentence that begins with who did it. */
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
  ['added_to_collection', 'puts you into a collection'],
  ['collection_update', 'changes a collection that you are in'],
]);

/** Where the post is one's own, or known already, its beginning says which one it is. */
const ABOUT_OLD_POSTS: ReadonlySet<string> = new Set([
  'reblog',
  'favourite',
  'pleroma:emoji_reaction',
  'reaction',
  'quoted_update',
]);

function notificationBlock(notification: Notification, paint: Paint): Block {
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
      return paint('magenta', 'Your annual report is there');
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

function conversationBlock(
  { accounts, last_status: status }: ServerPayloads['conversation'],
  paint: Paint,
): Block {
  const people = accounts.slice(0, 5).map((account) => whoOf(account, paint));
  const others = accounts.length > 5 ? ` and ${accounts.length - 5} others` : '';
  const head = `${paint('magenta', '✉')} Conversation with ${people.join(', ')}${others}`;
  if (!status) return { head };
  // With one other only, who writes is said already, unless it is oneself.
  const isSaid = accounts.length === 1 && accounts[0]?.id === status.account.id;
  const author = isSaid ? [] : [{ text: `${whoOf(status.account, paint)}:` }];
  return { head, body: [...author, ...postParts(status, paint)], at: status.created_at };
}
