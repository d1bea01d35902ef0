/**
 * Builders of whole entities with invented content, in the shape in which a server sends them. What
 * is given replaces the default, and unknown fields are kept.
 */
import { nextId } from './ids.ts';

interface AccountFields {
  id: string;
  username: string;
  acct: string;
  display_name: string;
  locked: boolean;
  bot: boolean;
  discoverable: boolean | null;
  indexable: boolean;
  group: boolean;
  created_at: string;
  note: string;
  url: string;
  uri: string;
  avatar: string;
  avatar_static: string;
  avatar_description: string;
  header: string;
  header_static: string;
  header_description: string;
  followers_count: number;
  following_count: number;
  statuses_count: number;
  last_status_at: string | null;
  hide_collections: boolean | null;
  emojis: readonly unknown[];
  fields: readonly unknown[];
}

/** An account, as {@link fakeAccount} makes it. */
export interface FakeAccount extends AccountFields, Record<string, unknown> {}

/** Any fields of an account. */
export interface FakeAccountPartial extends Partial<AccountFields>, Record<string, unknown> {}

interface StatusFields {
  id: string;
  created_at: string;
  in_reply_to_id: string | null;
  in_reply_to_account_id: string | null;
  sensitive: boolean;
  spoiler_text: string;
  visibility: string;
  language: string | null;
  uri: string;
  url: string | null;
  replies_count: number;
  reblogs_count: number;
  favourites_count: number;
  quotes_count: number;
  edited_at: string | null;
  content: string;
  media_attachments: readonly unknown[];
  mentions: readonly unknown[];
  tags: readonly { readonly name: string }[];
  emojis: readonly unknown[];
  quote: unknown;
  card: unknown;
  poll: unknown;
  application: unknown;
  filtered?: readonly unknown[];
}

/** A post, as {@link fakeStatus} makes it: with `favourited` and the like, as in a home timeline. */
export interface FakeStatus extends StatusFields {
  account: FakeAccount;
  reblog: FakeStatus | null;
  [field: string]: unknown;
}

/** Any fields of a post; its account may be a partial one. */
export interface FakeStatusPartial extends Partial<StatusFields> {
  account?: FakeAccountPartial;
  reblog?: FakeStatusPartial | null;
  [field: string]: unknown;
}

interface NotificationFields {
  id: string;
  type: string;
  created_at: string;
  group_key: string;
}

/** A notification, as {@link fakeNotification} makes it. */
export interface FakeNotification extends NotificationFields {
  account: FakeAccount;
  status?: FakeStatus;
  [field: string]: unknown;
}

/** Any fields of a notification; its account and its post may be partial ones. */
export interface FakeNotificationPartial extends Partial<NotificationFields> {
  account?: FakeAccountPartial;
  status?: FakeStatusPartial;
  [field: string]: unknown;
}

/** A conversation, as {@link fakeConversation} makes it. */
export interface FakeConversation {
  id: string;
  unread: boolean;
  accounts: readonly FakeAccount[];
  last_status: FakeStatus | null;
  [field: string]: unknown;
}

/** Any fields of a conversation; its accounts and its post may be partial ones. */
export interface FakeConversationPartial {
  id?: string;
  unread?: boolean;
  accounts?: readonly FakeAccountPartial[];
  last_status?: FakeStatusPartial | null;
  [field: string]: unknown;
}

interface AnnouncementFields {
  id: string;
  content: string;
  starts_at: string | null;
  ends_at: string | null;
  all_day: boolean;
  published_at: string;
  updated_at: string;
  mentions: readonly unknown[];
  statuses: readonly unknown[];
  tags: readonly unknown[];
  emojis: readonly unknown[];
  reactions: readonly unknown[];
}

/** An announcement, as {@link fakeAnnouncement} makes it. */
export interface FakeAnnouncement extends AnnouncementFields, Record<string, unknown> {}

/** Any fields of an announcement. */
export interface FakeAnnouncementPartial
  extends Partial<AnnouncementFields>, Record<string, unknown> {}

const FILES = 'https://files.local.example';

/** An account: `bob` of this server; an `acct` with an `@` makes it one of another server. */
export function fakeAccount(partial: FakeAccountPartial = {}): FakeAccount {
  const username = partial.username ?? partial.acct?.split('@')[0] ?? 'bob';
  const { acct = username } = partial;
  const host = acct.split('@')[1] ?? 'local.example';
  const avatar = `${FILES}/avatars/${username}.png`;
  const header = `${FILES}/headers/${username}.jpg`;
  return {
    id: ACCOUNT_IDS.get(acct) ?? idOf(acct),
    username,
    acct,
    display_name: username.charAt(0).toUpperCase() + username.slice(1),
    locked: false,
    bot: false,
    discoverable: true,
    indexable: true,
    group: false,
    created_at: '2022-11-05T00:00:00.000Z',
    note: `<p>The invented account ${username}</p>`,
    url: `https://${host}/@${username}`,
    uri: `https://${host}/users/${username}`,
    avatar,
    avatar_static: avatar,
    avatar_description: '',
    header,
    header_static: header,
    header_description: '',
    followers_count: 1204,
    following_count: 311,
    statuses_count: 40_917,
    last_status_at: '2026-11-20',
    hide_collections: false,
    show_media: true,
    show_media_replies: true,
    show_featured: true,
    emojis: [],
    feature_approval: approval(),
    ...(acct.includes('@') ? {} : { noindex: false, roles: [] }),
    fields: [],
    ...partial,
  };
}

const ACCOUNT_IDS: ReadonlyMap<string, string> = new Map([
  ['alice', '109876543210987001'],
  ['bob', '109876543210987002'],
  ['ren@remote.example', '110000000000000009'],
]);

/** The same name has the same id, in every process. */
function idOf(acct: string): string {
  let hash = 0n;
  for (const character of acct) {
    hash = (hash * 31n + BigInt(character.codePointAt(0) ?? 0)) % 1_000_000_000n;
  }
  return (110_000_001_000_000_000n + hash).toString();
}

const approval = (): object => ({ automatic: ['public'], manual: [], current_user: 'unknown' });

const tagUrl = (name: string): string => `https://local.example/tags/${encodeURIComponent(name)}`;

/** A public post of {@link fakeAccount} with a new id, written right now. */
export function fakeStatus(partial: FakeStatusPartial = {}): FakeStatus {
  const { account, reblog, tags = [], ...fields } = partial;
  const author = fakeAccount(account);
  const { id = nextId() } = fields;
  return {
    id,
    created_at: new Date().toISOString(),
    in_reply_to_id: null,
    in_reply_to_account_id: null,
    sensitive: false,
    spoiler_text: '',
    visibility: 'public',
    language: 'en',
    uri: `${author.uri}/statuses/${id}`,
    url: `${author.url}/${id}`,
    replies_count: 0,
    reblogs_count: 0,
    favourites_count: 0,
    quotes_count: 0,
    edited_at: null,
    favourited: false,
    reblogged: false,
    muted: false,
    bookmarked: false,
    filtered: [],
    content: `<p>Hello from ${author.display_name}</p>`,
    reblog: reblog ? fakeStatus(reblog) : null,
    account: author,
    media_attachments: [],
    mentions: [],
    tags: tags.map((tag) => ({ url: tagUrl(tag.name), ...tag })),
    emojis: [],
    tagged_collections: [],
    quote: null,
    card: null,
    poll: null,
    quote_approval: approval(),
    application: { name: 'Web', website: null },
    ...fields,
  };
}

/** A picture, for a post's `media_attachments`. */
export function fakeAttachment(partial: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: nextId(),
    type: 'image',
    url: `${FILES}/media/original/a.png`,
    preview_url: `${FILES}/media/small/a.png`,
    remote_url: null,
    preview_remote_url: null,
    text_url: null,
    meta: {
      original: { width: 2048, height: 1365, size: '2048x1365', aspect: 1.5003663003663004 },
      small: { width: 588, height: 392, size: '588x392', aspect: 1.5 },
    },
    description: 'Cherry trees in front of a temple',
    blurhash: 'UFA]{0xu00of~qj[4nRj%MRjM{WBayRjofof',
    ...partial,
  };
}

/** The kinds of notifications that are about a post. */
const ABOUT_A_STATUS: ReadonlySet<string> = new Set([
  'mention',
  'status',
  'reblog',
  'favourite',
  'poll',
  'update',
  'quote',
  'quoted_update',
]);

/** A notification: a mention with its post, where no other `type` is said. */
export function fakeNotification(partial: FakeNotificationPartial = {}): FakeNotification {
  const { account, status, ...fields } = partial;
  const { id = nextId(), type = 'mention' } = fields;
  const isAboutStatus = status !== undefined || ABOUT_A_STATUS.has(type);
  return {
    id,
    type,
    created_at: new Date().toISOString(),
    group_key: `ungrouped-${id}`,
    account: fakeAccount(account ?? status?.account),
    ...(isAboutStatus ? { status: fakeStatus({ ...(account && { account }), ...status }) } : {}),
    ...fields,
  };
}

/** A conversation with one other account, and its last post, a direct one. */
export function fakeConversation(partial: FakeConversationPartial = {}): FakeConversation {
  const { accounts = [{}], last_status, ...fields } = partial;
  const [account] = accounts;
  return {
    id: nextId(),
    unread: true,
    accounts: accounts.map((each) => fakeAccount(each)),
    last_status:
      last_status === null
        ? null
        : fakeStatus({ visibility: 'direct', ...(account && { account }), ...last_status }),
    ...fields,
  };
}

/** An announcement of the server, published right now. */
export function fakeAnnouncement(partial: FakeAnnouncementPartial = {}): FakeAnnouncement {
  const now = new Date().toISOString();
  return {
    id: nextId(),
    content: '<p>Maintenance tonight</p>',
    starts_at: null,
    ends_at: null,
    all_day: false,
    published_at: now,
    updated_at: now,
    mentions: [],
    statuses: [],
    tags: [],
    emojis: [],
    reactions: [],
    ...partial,
  };
}
