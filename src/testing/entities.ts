/**
 * Builds complete entities with invented content, as a server sends them. Given fields replace the defaults, and
 * unknown fields are kept.
 */
import type {
  FakeAccount,
  FakeAccountPartial,
  FakeAnnouncement,
  FakeAnnouncementPartial,
  FakeAttachment,
  FakeAttachmentPartial,
  FakeConversation,
  FakeConversationPartial,
  FakeNotification,
  FakeNotificationPartial,
  FakeStatus,
  FakeStatusPartial,
} from './entityTypes.ts';
import { processIds, type Ids } from './ids.ts';

const FILES = 'https://files.local.example';

/** Makes an account: by default `bob` of this server; with an `@` in `acct`, an account of another server. */
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

/** Returns the id of an account; the same name has the same id in every process. */
function idOf(acct: string): string {
  let hash = 0n;
  for (const character of acct) {
    hash = (hash * 31n + BigInt(character.codePointAt(0) ?? 0)) % 1_000_000_000n;
  }
  return (110_000_001_000_000_000n + hash).toString();
}

const approval = () => ({ automatic: ['public'], manual: [], current_user: 'unknown' });

const tagUrl = (name: string): string => `https://local.example/tags/${encodeURIComponent(name)}`;

/** Makes a public post by {@link fakeAccount} with a new id, created now. */
export const fakeStatus = (partial: FakeStatusPartial = {}): FakeStatus =>
  makeStatus(processIds, partial);

/** Makes a post with an id and dates from `ids`. */
export function makeStatus(ids: Ids, partial: FakeStatusPartial): FakeStatus {
  const { account, reblog, tags = [], ...fields } = partial;
  const author = fakeAccount(account);
  const { id = ids.nextId() } = fields;
  return {
    id,
    created_at: ids.now(),
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
    reblog: reblog ? makeStatus(ids, reblog) : null,
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

/** Makes an image, for a post's `media_attachments`. */
export function fakeAttachment(partial: FakeAttachmentPartial = {}): FakeAttachment {
  return {
    id: processIds.nextId(),
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

/** The types of notifications that are about a post. */
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

/** Makes a notification: by default a mention with its post. */
export const fakeNotification = (partial: FakeNotificationPartial = {}): FakeNotification =>
  makeNotification(processIds, partial);

/** Makes a notification with ids and dates from `ids`. */
export function makeNotification(ids: Ids, partial: FakeNotificationPartial): FakeNotification {
  const { account, status, ...fields } = partial;
  const { id = ids.nextId(), type = 'mention' } = fields;
  const isAboutStatus = status !== undefined || ABOUT_A_STATUS.has(type);
  return {
    id,
    type,
    created_at: ids.now(),
    group_key: `ungrouped-${id}`,
    account: fakeAccount(account ?? status?.account),
    ...(isAboutStatus
      ? { status: makeStatus(ids, { ...(account && { account }), ...status }) }
      : {}),
    ...fields,
  };
}

/** Makes a conversation with one other account, and its last post, a direct one. */
export const fakeConversation = (partial: FakeConversationPartial = {}): FakeConversation =>
  makeConversation(processIds, partial);

/** Makes a conversation with ids and dates from `ids`. */
export function makeConversation(ids: Ids, partial: FakeConversationPartial): FakeConversation {
  const { accounts = [{}], last_status, ...fields } = partial;
  const [account] = accounts;
  return {
    id: ids.nextId(),
    unread: true,
    accounts: accounts.map((each) => fakeAccount(each)),
    last_status:
      last_status === null
        ? null
        : makeStatus(ids, {
            visibility: 'direct',
            ...(account && { account }),
            ...last_status,
          }),
    ...fields,
  };
}

/** Makes an announcement of the server, published now. */
export function fakeAnnouncement(partial: FakeAnnouncementPartial = {}): FakeAnnouncement {
  const now = processIds.now();
  return {
    id: processIds.nextId(),
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
