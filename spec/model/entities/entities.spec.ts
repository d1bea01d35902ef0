import type * as t from 'io-ts';
import { describe, expect, it } from 'vitest';
import { Account, CustomEmoji, Field, Role } from '../../../src/model/entities/account.ts';
import {
  AccountWarning,
  Notification,
  RelationshipSeveranceEvent,
  Report,
} from '../../../src/model/entities/notification.ts';
import { Announcement, AnnouncementReaction } from '../../../src/model/entities/announcement.ts';
import { Collection } from '../../../src/model/entities/collection.ts';
import { Conversation } from '../../../src/model/entities/conversation.ts';
import { Filter, FilterResult } from '../../../src/model/entities/filter.ts';
import { MediaAttachment, Poll, PreviewCard } from '../../../src/model/entities/media.ts';
import { Mention, Tag } from '../../../src/model/entities/tag.ts';
import { NOTIFICATION_TYPES } from '../../../src/model/entities/notificationTypes.ts';
import { Status } from '../../../src/model/entities/status.ts';
import {
  account,
  capturedEntities,
  CODECS,
  DIALECTS,
  status,
  type Json,
} from '../../helpers/entities.ts';
import { guardOf, problemsOf } from '../../helpers/shapes.ts';

const notification = (more: Json = {}): Json => ({
  id: '20',
  type: 'mention',
  created_at: '2026-11-21T19:01:02.345Z',
  account: account(),
  ...more,
});

const filter: Json = { id: '1', title: 'Cats', context: ['home'], filter_action: 'hide' };

/** Each codec, a value with only its required fields, and the problem that is reported if one of them is missing. */
const ENTITIES: [codec: t.Mixed, minimal: Json, required: Record<string, string>][] = [
  [
    Account,
    account(),
    {
      id: 'string',
      username: 'string',
      acct: 'string',
      display_name: 'string',
      note: 'string',
      url: 'string | null',
      avatar: 'string',
      avatar_static: 'string',
      header: 'string',
      header_static: 'string',
      locked: 'boolean',
      created_at: 'string',
      followers_count: 'number',
      following_count: 'number',
      statuses_count: 'number',
      emojis: 'Array<CustomEmoji>',
      fields: 'Array<Field>',
    },
  ],
  [
    Status,
    status(),
    {
      id: 'string',
      created_at: 'string',
      account: 'Account',
      content: 'string',
      visibility: 'string',
      sensitive: 'boolean',
      spoiler_text: 'string',
      uri: 'string',
      url: 'string | null',
      in_reply_to_id: 'string | null',
      in_reply_to_account_id: 'string | null',
      replies_count: 'number',
      reblogs_count: 'number',
      favourites_count: 'number',
      media_attachments: 'Array<MediaAttachment>',
      mentions: 'Array<Mention>',
      tags: 'Array<Tag>',
      emojis: 'Array<CustomEmoji>',
    },
  ],
  [
    Notification,
    notification(),
    { id: 'string', type: 'string', created_at: 'string', account: 'Account' },
  ],
  [
    Conversation,
    { id: '1', unread: true, accounts: [account()] },
    { id: 'string', unread: 'boolean', accounts: 'Array<Account>' },
  ],
  [Announcement, { id: '8', content: '<p>Soon</p>' }, { id: 'string', content: 'string' }],
  [
    AnnouncementReaction,
    { name: '🎉', count: 3, announcement_id: '8' },
    { name: 'string', count: 'number', announcement_id: 'string' },
  ],
  [
    CustomEmoji,
    { shortcode: 'cat', url: 'u', static_url: 's' },
    { shortcode: 'string', url: 'string', static_url: 'string' },
  ],
  [Field, { name: 'Site', value: 'x' }, { name: 'string', value: 'string' }],
  [Role, { name: 'admin' }, { name: 'string' }],
  [
    MediaAttachment,
    { id: '5', type: 'image', url: null },
    { id: 'string', type: 'string', url: 'string | null' },
  ],
  [
    Poll,
    { id: '7', expired: false, multiple: false, votes_count: 0, options: [{ title: 'yes' }] },
    {
      id: 'string',
      expired: 'boolean',
      multiple: 'boolean',
      votes_count: 'number',
      options: 'Array<PollOption>',
    },
  ],
  [
    PreviewCard,
    { url: 'u', title: '', description: '', type: 'link' },
    { url: 'string', title: 'string', description: 'string', type: 'string' },
  ],
  [
    Mention,
    { id: '1', acct: 'ada', url: null },
    { id: 'string', acct: 'string', url: 'string | null' },
  ],
  [Tag, { name: 'rxjs', url: 'u' }, { name: 'string', url: 'string' }],
  [
    Filter,
    { id: '1', title: 'Cats', context: ['home'] },
    {
      id: 'string',
      title: 'string',
      context: 'Array<string>',
    },
  ],
  [FilterResult, { filter }, { filter: 'Filter' }],
  [Collection, { id: '3', name: 'People' }, { id: 'string', name: 'string' }],
  [Report, { id: '1', target_account: account() }, { id: 'string', target_account: 'Account' }],
  [RelationshipSeveranceEvent, { id: '1', type: 'domain_block' }, { id: 'string', type: 'string' }],
  [AccountWarning, { id: '1', action: 'none' }, { id: 'string', action: 'string' }],
];

const REQUIRED = ENTITIES.flatMap(([codec, minimal, required]) =>
  Object.entries(required).map(
    ([key, type]) => [`${codec.name}/${key}: ${type}`, codec, minimal, key] as const,
  ),
);

/** The fields that can be null. */
const NULLABLE: [codec: t.Mixed, keys: string][] = [
  [
    Account,
    `url uri bot group discoverable indexable noindex suspended limited memorial hide_collections
     last_status_at avatar_description header_description show_media show_media_replies show_featured
     feature_approval roles role source mute_expires_at moved`,
  ],
  [
    Status,
    `url in_reply_to_id in_reply_to_account_id edited_at language quotes_count application card poll
     favourited reblogged muted bookmarked pinned filtered text quote_approval tagged_collections
     local_only quote_id reblog quote`,
  ],
  [
    Notification,
    'group_key filtered status report event moderation_warning collection fallback emoji emoji_url',
  ],
  [Conversation, 'last_status'],
  [
    Announcement,
    `starts_at ends_at all_day published_at updated_at read mentions statuses tags emojis reactions`,
  ],
  [AnnouncementReaction, 'me url static_url'],
  [CustomEmoji, 'visible_in_picker category'],
  [Field, 'verified_at'],
  [Role, 'id color permissions highlighted'],
  [
    MediaAttachment,
    'url preview_url remote_url preview_remote_url text_url meta description blurhash',
  ],
  [Poll, 'expires_at voters_count voted own_votes emojis'],
  [
    PreviewCard,
    `language author_name author_url authors provider_name provider_url html width height image
     image_description embed_url blurhash published_at`,
  ],
  [Mention, 'url username'],
  [Filter, 'expires_at keywords statuses'],
  [FilterResult, 'keyword_matches status_matches'],
  [
    Collection,
    `account_id uri url description language local sensitive discoverable tag item_count items
     created_at updated_at`,
  ],
  [
    Report,
    `action_taken action_taken_at category comment forwarded created_at status_ids rule_ids
     collection_ids`,
  ],
  [RelationshipSeveranceEvent, 'purged target_name followers_count following_count created_at'],
  [AccountWarning, 'text status_ids target_account appeal created_at'],
];

const minimalOf = (codec: t.Mixed): Json => ENTITIES.find(([other]) => other === codec)?.[1] ?? {};

const NULLABLE_FIELDS = NULLABLE.flatMap(([codec, keys]) =>
  keys.split(/\s+/).map((key) => [`${codec.name}/${key}`, codec, key] as const),
);

const without = (value: Json, key: string): Json =>
  Object.fromEntries(Object.entries(value).filter(([other]) => other !== key));

describe('the captures of a real server', () => {
  const captured = capturedEntities();

  it('hold each entity that a stream sends', () => {
    expect(new Set(captured.map(({ event }) => event))).toEqual(new Set(CODECS.keys()));
    expect(captured.length).toBeGreaterThan(25);
  });

  it.each(captured)('are accepted by their codecs: $event of $file', ({ codec, payload }) => {
    expect(problemsOf(codec, payload)).toEqual([]);
    expect(codec.is(payload)).toBe(true);
    expect(guardOf(codec)(payload)).toBe(true);
  });
});

describe('a post of', () => {
  it.each(Object.entries(DIALECTS))(
    '%s is accepted, and keeps its unknown fields',
    (_server, post) => {
      expect(problemsOf(Status, post)).toEqual([]);
      expect(guardOf(Status)(post)).toBe(true);
      expect(Status.decode(post)).toEqual({ _tag: 'Right', right: post });
    },
  );
});

describe.each(ENTITIES.map((entity) => [entity[0].name, ...entity] as const))(
  '%s',
  (_name, codec, minimal, required) => {
    it('accepts a value with only the required fields', () => {
      expect(Object.keys(minimal).sort()).toEqual(Object.keys(required).sort());
      expect(problemsOf(codec, minimal)).toEqual([]);
      expect(guardOf(codec)(minimal)).toBe(true);
    });

    it('decodes to the same object, so that decoding can be skipped', () => {
      const result = codec.decode(minimal);
      expect(result._tag === 'Right' && result.right).toBe(minimal);
    });
  },
);

describe('a field', () => {
  it.each(REQUIRED)('that is missing is reported as %s', (problem, codec, minimal, key) => {
    const value = without(minimal, key);
    expect(guardOf(codec)(value)).toBe(false);
    expect(problemsOf(codec, value)).toEqual([problem]);
  });

  it.each(NULLABLE_FIELDS)('can be null: %s', (_path, codec, key) => {
    expect(guardOf(codec)({ ...minimalOf(codec), [key]: null })).toBe(true);
  });

  it.each(NULLABLE_FIELDS)('cannot be of another type: %s', (path, codec, key) => {
    const wrong = [7, 'text', {}].map((other) => ({ ...minimalOf(codec), [key]: other }));
    const turnedDown = wrong.filter((value) => !guardOf(codec)(value));

    expect(turnedDown.length).toBeGreaterThan(0);
    for (const value of turnedDown) {
      for (const problem of problemsOf(codec, value)) expect(problem.startsWith(path)).toBe(true);
    }
  });

  it.each<[problem: string, codec: t.Mixed, value: Json]>([
    ['Status/id: string', Status, status({ id: 10 })],
    ['Status/in_reply_to_id: string | null', Status, status({ in_reply_to_id: 10 })],
    ['Status/account: Account/id: string', Status, status({ account: account({ id: 1 }) })],
    ['Status/quote_id: string | null', Status, status({ quote_id: 9 })],
    ['Notification/id: string', Notification, notification({ id: 20 })],
    [
      'Notification/report: Report/status_ids: Array<string>/0: string',
      Notification,
      notification({ report: { id: '1', target_account: account(), status_ids: [10] } }),
    ],
    [
      'AnnouncementReaction/announcement_id: string',
      AnnouncementReaction,
      { name: '🎉', count: 3, announcement_id: 8 },
    ],
  ])('that is an id cannot be a number: %s', (problem, codec, value) => {
    expect(guardOf(codec)(value)).toBe(false);
    expect(problemsOf(codec, value)).toEqual([problem]);
  });
});

describe('an enumeration', () => {
  it.each<[what: string, codec: t.Mixed, value: Json]>([
    ['a visibility', Status, status({ visibility: 'neighbours' })],
    ['a type of notification', Notification, notification({ type: 'pleroma:emoji_reaction' })],
    ['a type of media', MediaAttachment, { id: '5', type: 'hologram', url: null }],
    ['a type of card', PreviewCard, { url: 'u', title: '', description: '', type: 'app' }],
    ['a filter action', Filter, { ...filter, filter_action: 'sing' }],
    ['a filter context', Filter, { ...filter, context: ['elsewhere'] }],
    ['the state of a quote', Status, status({ quote: { state: 'odd', quoted_status: null } })],
    ['a moderation action', AccountWarning, { id: '1', action: 'tickle' }],
  ])('accepts an unknown %s', (_what, codec, value) => {
    expect(guardOf(codec)(value)).toBe(true);
  });

  it.each(NOTIFICATION_TYPES)('of notifications contains %s', (type) => {
    expect(guardOf(Notification)(notification({ type }))).toBe(true);
  });
});

describe('a post within a post', () => {
  /** The innermost post of a boost of a quote of a boost. */
  const nested = (innermost: Json): Json =>
    status({
      reblog: status({
        quote: { state: 'accepted', quoted_status: status({ reblog: innermost }) },
      }),
    });

  it('is accepted at any depth', () => {
    expect(guardOf(Status)(nested(status()))).toBe(true);
  });

  it('is checked at any depth', () => {
    const value = nested(without(status(), 'content'));
    expect(guardOf(Status)(value)).toBe(false);
    expect(problemsOf(Status, value)).toEqual([
      'Status/reblog: Status/quote: Quote/quoted_status: Status/reblog: Status/content: string',
    ]);
  });

  it.each([
    ['nothing', null],
    ['a quote', { state: 'accepted', quoted_status: status() }],
    ['a quote that may not be shown', { state: 'revoked', quoted_status: null }],
    ['a quote by its id', { state: 'accepted', quoted_status_id: '9' }],
    ['a quote by its id that may not be shown', { state: 'deleted', quoted_status_id: null }],
    ['a post without a wrapper', status()],
  ])('can quote %s', (_what, quote) => {
    expect(guardOf(Status)(status({ quote }))).toBe(true);
  });

  it.each([
    ['an empty object', {}, ['state: string', 'quoted_status: Status | null']],
    ['only a state', { state: 'accepted' }, ['quoted_status: Status | null']],
    [
      'an invalid post',
      { state: 'accepted', quoted_status: without(status(), 'uri') },
      ['quoted_status: Status/uri: string'],
    ],
  ])('cannot quote %s', (_what, quote, problems) => {
    expect(guardOf(Status)(status({ quote }))).toBe(false);
    expect(problemsOf(Status, status({ quote }))).toEqual(
      problems.map((problem) => `Status/quote: Quote/${problem}`),
    );
  });

  it('cannot quote text', () => {
    expect(problemsOf(Status, status({ quote: '9' }))).toEqual([
      'Status/quote: Quote | ShallowQuote | Status | null',
    ]);
  });

  it('includes accounts that have moved', () => {
    const moved = account({ moved: account({ moved: account({ fields: [{ name: 'Site' }] }) }) });
    expect(problemsOf(Status, status({ account: moved }))).toEqual([
      'Status/account: Account/moved: Account/moved: Account/fields: Array<Field>/0: Field/value: string',
    ]);
  });
});

describe('a payload from JSON', () => {
  const parse = (text: string): unknown => JSON.parse(text);

  it('can have a field named __proto__, which stays a field', () => {
    const text = JSON.stringify(status()).replace('{', '{"__proto__":{"content":7,"polluted":1},');
    const value = parse(text);

    expect(guardOf(Status)(value)).toBe(true);
    expect(Status.decode(value)).toMatchObject({ _tag: 'Right' });
    expect(JSON.stringify(value)).toBe(text);
    expect({}).not.toHaveProperty('polluted');
  });

  it('does not inherit a missing field from one named __proto__', () => {
    const value = parse(
      JSON.stringify(without(status(), 'content')).replace('{', '{"__proto__":{"content":"x"},'),
    );

    expect(guardOf(Status)(value)).toBe(false);
    expect(problemsOf(Status, value)).toEqual(['Status/content: string']);
  });

  it.each([null, 'text', 7, true, [], [status()]])('is not a post: %j', (value) => {
    expect(guardOf(Status)(value)).toBe(false);
    expect(problemsOf(Status, value)).toEqual(['Status']);
  });
});
