import { readdirSync, readFileSync } from 'node:fs';
import type * as t from 'io-ts';
import { Announcement, AnnouncementReaction } from '../../src/model/entities/announcement.ts';
import { Conversation } from '../../src/model/entities/conversation.ts';
import { Notification } from '../../src/model/entities/notification.ts';
import { Status } from '../../src/model/entities/status.ts';

const FIXTURES = new URL('../fixtures/', import.meta.url);

/** A payload of a recorded stream, and its codec. */
export interface Captured {
  readonly file: string;
  readonly event: string;
  readonly codec: t.Mixed;
  readonly payload: unknown;
}

/** The codec of each event whose payload is an entity. */
export const CODECS: ReadonlyMap<string, t.Mixed> = new Map<string, t.Mixed>([
  ['update', Status],
  ['status.update', Status],
  ['notification', Notification],
  ['conversation', Conversation],
  ['announcement', Announcement],
  ['announcement.reaction', AnnouncementReaction],
]);

/** The body of a recorded response, without its head and the framing of its chunks. */
function dechunked(recorded: Buffer): string {
  const pieces: Buffer[] = [];
  let at = recorded.indexOf('\r\n\r\n') + 4;
  for (;;) {
    const end = recorded.indexOf('\r\n', at);
    const length = end < 0 ? 0 : parseInt(recorded.toString('latin1', at, end), 16);
    if (!(length > 0)) return Buffer.concat(pieces).toString();
    pieces.push(recorded.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
}

function* eventsOfStream(file: string): Generator<[event: string, data: string]> {
  const body = dechunked(readFileSync(new URL(file, FIXTURES)));
  // Only at line feeds: a regular expression would also split at the U+2028 in a post.
  let event = '';
  for (const line of body.split('\n')) {
    if (line.startsWith('event: ')) event = line.slice(7);
    if (line.startsWith('data: ')) yield [event, line.slice(6)];
  }
}

function* eventsOfFrames(file: string): Generator<[event: string, data: string]> {
  for (const line of readFileSync(new URL(file, FIXTURES), 'utf8').trim().split('\n')) {
    const { s } = JSON.parse(line) as { s: string };
    const frame = JSON.parse(s) as { event?: string; payload?: unknown };
    if (frame.event !== undefined) yield [frame.event, String(frame.payload)];
  }
}

/** Every entity of every capture: server-sent events and WebSocket frames. */
export function capturedEntities(): Captured[] {
  const captured: Captured[] = [];
  for (const file of readdirSync(FIXTURES)) {
    const isStream = file.endsWith('.raw.http');
    if (!isStream && !file.endsWith('.jsonl')) continue;
    for (const [event, data] of isStream ? eventsOfStream(file) : eventsOfFrames(file)) {
      const codec = CODECS.get(event);
      if (codec) captured.push({ file, event, codec, payload: JSON.parse(data) as unknown });
    }
  }
  return captured;
}

/** A JSON object, which a spec changes before it is decoded. */
export type Json = Record<string, unknown>;

/** An account with the fields that all servers send, and no others. */
export const account = (more: Json = {}): Json => ({
  id: '1',
  username: 'ada',
  acct: 'ada',
  display_name: 'Ada',
  note: '<p>counts</p>',
  url: 'https://here.example/@ada',
  avatar: 'https://here.example/a.png',
  avatar_static: 'https://here.example/a.png',
  header: 'https://here.example/h.png',
  header_static: 'https://here.example/h.png',
  locked: false,
  created_at: '2022-11-05T00:00:00.000Z',
  followers_count: 1,
  following_count: 2,
  statuses_count: 3,
  emojis: [],
  fields: [],
  ...more,
});

/** A post with the fields that all servers send, and no others. */
export const status = (more: Json = {}): Json => ({
  id: '10',
  created_at: '2026-11-21T19:00:00.123Z',
  account: account(),
  content: '<p>Hello</p>',
  visibility: 'public',
  sensitive: false,
  spoiler_text: '',
  uri: 'https://here.example/users/ada/statuses/10',
  url: 'https://here.example/@ada/10',
  in_reply_to_id: null,
  in_reply_to_account_id: null,
  replies_count: 0,
  reblogs_count: 0,
  favourites_count: 0,
  media_attachments: [],
  mentions: [],
  tags: [],
  emojis: [],
  ...more,
});

const emoji = {
  shortcode: 'cat',
  url: 'https://e.example/c.png',
  static_url: 'https://e.example/c.png',
};

/** The same minimal post with the additional fields of servers of other versions and kinds. */
export const DIALECTS: Readonly<Record<string, Json>> = {
  'Mastodon 4.0, public stream': status({
    language: null,
    edited_at: null,
    reblog: null,
    card: null,
    poll: {
      id: '7',
      expires_at: null,
      expired: false,
      multiple: false,
      votes_count: 0,
      voters_count: null,
      options: [{ title: 'yes', votes_count: null }],
      emojis: [],
    },
    account: account({
      bot: false,
      discoverable: null,
      group: false,
      last_status_at: null,
      noindex: false,
    }),
    media_attachments: [
      {
        id: '5',
        type: 'unknown',
        url: null,
        preview_url: null,
        remote_url: 'https://there.example/5.bin',
        preview_remote_url: null,
        text_url: null,
        meta: null,
        description: null,
        blurhash: null,
      },
    ],
  }),
  'Mastodon 4.4, a quote of a quote': status({
    quote: {
      state: 'accepted',
      quoted_status: status({ quote: { state: 'accepted', quoted_status_id: '9' } }),
    },
    quote_approval: { automatic: ['public'], manual: [], current_user: 'automatic' },
  }),
  'Mastodon 4.6, with a collection': status({
    tagged_collections: [
      {
        id: '3',
        name: 'People',
        tag: null,
        items: [{ id: '4', state: 'accepted' }],
        item_count: 1,
      },
    ],
    quotes_count: 0,
  }),
  'glitch-soc': status({ local_only: false, content_type: 'text/markdown' }),
  Pleroma: status({
    application: { name: 'Web', website: null },
    language: null,
    favourited: false,
    pinned: false,
    text: null,
    card: {
      type: 'link',
      url: 'https://l.example',
      title: '',
      description: '',
      image: null,
      provider_name: 'l.example',
      provider_url: 'https://l.example',
      pleroma: { opengraph: {} },
    },
    account: account({
      bot: false,
      fields: [{ name: 'Site', value: 'https://ada.example' }],
      source: { note: '', sensitive: false, fields: [], pleroma: { actor_type: 'Person' } },
      pleroma: { ap_id: 'https://here.example/users/ada', tags: [] },
    }),
    media_attachments: [
      {
        id: '-123',
        type: 'image',
        url: 'https://m.example/1',
        remote_url: 'https://m.example/1',
        preview_url: 'https://m.example/1',
        text_url: 'https://m.example/1',
        description: null,
        pleroma: { mime_type: 'image/png' },
      },
    ],
    mentions: [{ id: 'AbC', acct: 'bob', username: null, url: 'https://here.example/users/bob' }],
    pleroma: { local: true, emoji_reactions: [] },
  }),
  'Akkoma, a quote': status({ application: null, quote_id: '9', quote: status(), akkoma: {} }),
  GoToSocial: status({
    id: '01FBVD42CQ3ZEEVMW180SBX03B',
    language: 'en',
    visibility: 'mutuals_only',
    interaction_policy: { can_reply: { always: ['public'], with_approval: [] } },
    account: account({ bot: false, discoverable: true, role: { name: 'user' } }),
    filtered: [
      {
        filter: {
          id: '1',
          title: 'Cats',
          context: ['home'],
          filter_action: 'warn',
          expires_at: null,
          keywords: [{ id: '2', keyword: 'cat', whole_word: true }],
          statuses: [{ id: '3', phrase: '10' }],
        },
        keyword_matches: ['cat'],
        status_matches: null,
      },
    ],
    poll: {
      id: '01G',
      expired: false,
      multiple: true,
      votes_count: 0,
      options: [{ title: 'yes' }],
      emojis: [emoji],
    },
  }),
  'Iceshrimp, a quote': status({
    quote: { state: 'accepted', quoted_status: status(), ...status() },
    quote_id: '10',
    text: 'Hello',
    content_type: 'text/x.misskeymarkdown',
    favourited: null,
    reblogged: null,
    muted: null,
    pinned: null,
    filtered: null,
    application: null,
    card: null,
    reactions: [{ name: '🦐', count: 1, me: false }],
    media_attachments: [
      { id: '5', type: 'flash', url: '', preview_url: '', meta: { width: 1, height: 1 } },
    ],
    account: account({ fqn: 'ada@here.example', moved: null, bot: false }),
  }),
  Firefish: status({
    plain_content: 'Hello',
    language: null,
    pinned: null,
    emojis: [{ ...emoji, visible_in_picker: true, category: null }],
    poll: {
      id: '10',
      expires_at: null,
      expired: false,
      multiple: false,
      votes_count: 1,
      options: [{ title: 'yes', votes_count: 1 }],
      voted: false,
      own_votes: [],
    },
    account: account({ moved: null }),
  }),
};
