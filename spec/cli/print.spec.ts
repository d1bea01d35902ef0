import {
  MastodonMalformedEventError,
  MastodonStreamEndedError,
  type EventOf,
  type StreamEvent,
} from 'mastodon-rx';
import {
  fakeAccount,
  fakeAnnouncement,
  fakeAttachment,
  fakeConversation,
  fakeNotification,
  fakeStatus,
  type FakeNotificationPartial,
  type FakeStatusPartial,
} from 'mastodon-rx/testing';
import { describe, expect, it } from 'vitest';
import { jsonLine, printed, type PrintConfig } from '../../src/cli/print.ts';

const now = new Date(2026, 10, 21, 22, 41, 7);
const created_at = now.toISOString();
const config: PrintConfig = { width: Infinity, colour: false, now };
const stream = ['user'];

const ada = { acct: 'ada@there.example', display_name: 'Ada Lovelace' };

const update = (partial: FakeStatusPartial = {}): StreamEvent => {
  const payload = fakeStatus({ account: ada, created_at, content: '<p>Hello</p>', ...partial });
  return { type: 'update', payload: payload as unknown as EventOf<'update'>['payload'], stream };
};

const notification = (partial: FakeNotificationPartial): StreamEvent => {
  const payload = fakeNotification({ account: ada, created_at, ...partial });
  return {
    type: 'notification',
    payload: payload as unknown as EventOf<'notification'>['payload'],
    stream,
  };
};

const event = (type: string, payload?: unknown): StreamEvent =>
  ({ type, payload, stream }) as StreamEvent;

/** The printed lines. */
const linesOf = (of: StreamEvent, more: Partial<PrintConfig> = {}): string[] => {
  const text = printed(of, { ...config, ...more });
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text.split('\n').slice(0, -1);
};

describe('a post', () => {
  it('has a line with the time and the author, its text below, and an empty line after it', () => {
    expect(linesOf(update({ content: '<p>Hello<br>you</p><p>Bye</p>' }))).toEqual([
      '22:41:07  Ada Lovelace @ada@there.example',
      '          Hello',
      '          you',
      '',
      '          Bye',
      '',
    ]);
  });

  it.each<[string, FakeStatusPartial, string]>([
    [
      'a reply',
      {
        in_reply_to_id: '1',
        in_reply_to_account_id: '2',
        mentions: [{ id: '2', acct: 'bob', url: '' }],
      },
      '· answers @bob',
    ],
    [
      'a reply to an unknown account',
      { in_reply_to_id: '1', in_reply_to_account_id: '2' },
      '· answers',
    ],
    [
      'a thread',
      { account: { ...ada, id: '7' }, in_reply_to_id: '1', in_reply_to_account_id: '7' },
      '· goes on',
    ],
    ['an unlisted one', { visibility: 'unlisted' }, '· unlisted'],
    ['one for followers', { visibility: 'private' }, '· followers only'],
    ['one with a fork’s visibility', { visibility: 'mutuals_only' }, '· mutuals_only'],
    ['one of a bot', { account: { ...ada, bot: true } }, '[bot]'],
    [
      'one of another day',
      { created_at: new Date(2026, 10, 20, 22, 41, 7).toISOString() },
      '· 2026-11-20',
    ],
  ])('that is %s shows that', (_what, partial, tail) => {
    expect(linesOf(update(partial))[0]).toBe(`22:41:07  Ada Lovelace @ada@there.example ${tail}`);
  });

  it('that is a boost shows the boosted post', () => {
    const boosted = { account: { acct: 'bob', display_name: 'Bob' }, content: '<p>Boosted</p>' };
    expect(linesOf(update({ content: '', reblog: boosted }))).toEqual([
      '22:41:07  Ada Lovelace @ada@there.example boosts Bob @bob',
      '          Boosted',
      '',
    ]);
  });

  it('shows its content warning, media with their descriptions, and poll', () => {
    const poll = {
      id: '1',
      expired: false,
      expires_at: new Date(2026, 10, 28, 18, 0).toISOString(),
      multiple: false,
      votes_count: 4,
      own_votes: [1],
      options: [
        { title: 'Tea', votes_count: 1 },
        { title: 'Coffee', votes_count: 3 },
      ],
    };
    const media_attachments = [
      fakeAttachment({ description: 'A cat\non a mat' }),
      fakeAttachment({ type: 'gifv', description: null }),
    ];
    const post = update({ spoiler_text: 'Cats', sensitive: true, media_attachments, poll });
    expect(linesOf(post).slice(1)).toEqual([
      '          CW: Cats',
      '          Hello',
      '          [image, sensitive] A cat on a mat',
      '          [animation, sensitive] no description',
      '          ( ) Tea 25 %',
      '          (x) Coffee 75 %',
      '          poll: 4 votes, until 2026-11-28 18:00',
      '',
    ]);
  });

  it('shows multiple choices as boxes, and missing votes as none', () => {
    const options = [{ title: 'Tea', votes_count: null }, { title: 'Coffee' }];
    const poll = { id: '1', expired: true, multiple: true, votes_count: 1, options };
    expect(linesOf(update({ poll })).slice(2)).toEqual([
      '          [ ] Tea',
      '          [ ] Coffee',
      '          poll: 1 vote, ended',
      '',
    ]);
  });

  it.each([
    ['like Mastodon’s', { state: 'accepted', quoted_status: fakeStatus() }],
    ['like those of forks', fakeStatus()],
  ])('shows a quote %s', (_what, quote) => {
    expect(linesOf(update({ quote })).slice(1)).toEqual([
      '          Hello',
      '          │ Bob @bob',
      '          │ Hello from Bob',
      '',
    ]);
  });

  it.each([
    [{ state: 'revoked', quoted_status: null }, '│ a quoted post that is not shown: revoked'],
    [
      { state: 'blocked_account', quoted_status: null },
      '│ a quoted post that is not shown: blocked account',
    ],
    [{ state: 'accepted', quoted_status_id: '7' }, '│ a quoted post'],
  ])('shows why a quote is hidden: %j', (quote, line) => {
    expect(linesOf(update({ quote }))[2]).toBe(`          ${line}`);
  });

  it('without a display name shows the account name, and without text has no text line', () => {
    expect(linesOf(update({ account: { acct: 'ada', display_name: ' ' }, content: '' }))).toEqual([
      '22:41:07  ada @ada',
    ]);
  });

  it('is replaced by a line if a filter of this context warns about it, until the filter expires', () => {
    const filter = (filter_action: string, ...context: string[]) => ({
      filtered: [{ filter: { id: '1', title: 'Cats', context, filter_action } }],
    });
    const [expired] = filter('warn', 'home').filtered;
    Object.assign(expired!.filter, { expires_at: '2020-01-01T00:00:00.000Z' });
    expect(linesOf(update({ filtered: [expired!] }))[1]).toContain('Hello');
    expect(linesOf(update(filter('warn', 'public')))[1]).toContain('Hello');
    expect(linesOf(update(filter('blur', 'home')))[1]).toContain('Hello');
    expect(linesOf(update(filter('warn', 'home', 'public')))).toEqual([
      '22:41:07  Ada Lovelace @ada@there.example',
      '          not shown: your filter “Cats” matches',
      '',
    ]);
  });

  it('fits the width, also a narrow one', () => {
    const content = `<p>${'Some words to wrap, '.repeat(10)}${'x'.repeat(200)} 日本語${'の'.repeat(60)}</p>`;
    for (const width of [24, 40, 50, 80, 120]) {
      for (const line of linesOf(update({ content }), { width })) {
        const columns = Array.from(line).reduce((sum, each) => sum + (each > '\u2e80' ? 2 : 1), 0);
        expect(columns, line).toBeLessThanOrEqual(width);
      }
    }
    expect(linesOf(update({ content }), { width: 80 })[1]).toMatch(/^ {10}Some/);
    expect(linesOf(update({ content }), { width: 40 })[2]).toMatch(/^ {2}Some/);
  });
});

describe('a notification', () => {
  it.each([
    ['mention', {}, '★ Ada Lovelace @ada@there.example mentions you'],
    ['status', {}, '★ Ada Lovelace @ada@there.example posts'],
    ['reblog', {}, '★ Ada Lovelace @ada@there.example boosts your post'],
    ['favourite', {}, '★ Ada Lovelace @ada@there.example favourites your post'],
    ['follow', {}, '★ Ada Lovelace @ada@there.example follows you'],
    ['follow_request', {}, '★ Ada Lovelace @ada@there.example asks to follow you'],
    ['poll', {}, '★ A poll has ended: Ada Lovelace @ada@there.example'],
    ['update', {}, '★ Ada Lovelace @ada@there.example edits a post that you boosted'],
    ['quote', {}, '★ Ada Lovelace @ada@there.example quotes your post'],
    ['quoted_update', {}, '★ Ada Lovelace @ada@there.example edits a post that you quoted'],
    ['admin.sign_up', {}, '★ Ada Lovelace @ada@there.example signs up'],
    [
      'admin.report',
      { report: { id: '1', comment: 'spam', target_account: { ...fakeStatus().account } } },
      '★ Ada Lovelace @ada@there.example reports Bob @bob: “spam”',
    ],
    ['admin.report', {}, '★ Ada Lovelace @ada@there.example reports somebody'],
    [
      'severed_relationships',
      { event: { id: '1', type: 'domain_block', target_name: 'spam.example' } },
      '★ A block or suspension (spam.example) ended some of your relationships',
    ],
    [
      'moderation_warning',
      { moderation_warning: { id: '1', action: 'none', text: 'Be kind' } },
      '★ The moderators warn you: “Be kind”',
    ],
    ['annual_report', {}, '★ Your annual report is ready'],
    ['added_to_collection', {}, '★ Ada Lovelace @ada@there.example adds you to a collection'],
    [
      'collection_update',
      {},
      '★ Ada Lovelace @ada@there.example changes a collection that you are in',
    ],
    [
      'pleroma:emoji_reaction',
      { emoji: '🦐' },
      '★ Ada Lovelace @ada@there.example reacts to your post with 🦐',
    ],
    ['brand.new', {}, '★ Ada Lovelace @ada@there.example (brand.new)'],
    ['brand.new', { fallback: { title: '<b>Something</b> new' } }, '★ Something new'],
  ])('of type %s has its own text', (type, more, head) => {
    expect(linesOf(notification({ type, ...more }))[0]).toBe(`22:41:07  ${head}`);
  });

  it('shows its post, and the beginning of a post that was shown before', () => {
    const status = { content: `<p>${'word '.repeat(60)}</p>` };
    const [, whole = ''] = linesOf(notification({ type: 'mention', status }));
    const [, part = ''] = linesOf(notification({ type: 'favourite', status }));
    expect(whole).toHaveLength(10 + 60 * 5 - 1);
    expect(part).toMatch(/^ {10}(word )+word…$/);
    expect(part.length).toBeLessThanOrEqual(110);
  });
});

describe('all other events', () => {
  const account = fakeStatus({ account: ada }).account;

  it.each<[StreamEvent, string[]]>([
    [event('delete', '117420000000000001'), ['✗ post 117420000000000001 was deleted']],
    [event('announcement.delete', '8'), ['✗ announcement 8 was deleted']],
    [
      event('announcement', fakeAnnouncement({ published_at: created_at })),
      ['The server announces', 'Maintenance tonight', ''],
    ],
    [
      event('announcement.reaction', { announcement_id: '8', name: '🎉', count: 3 }),
      ['– reactions to announcement 8: 🎉 × 3'],
    ],
    [
      event('conversation', fakeConversation({ accounts: [account], last_status: { created_at } })),
      ['✉ Conversation with Ada Lovelace @ada@there.example', 'Hello from Ada Lovelace', ''],
    ],
    [
      event(
        'conversation',
        fakeConversation({ accounts: [account], last_status: { created_at, account: {} } }),
      ),
      ['✉ Conversation with Ada Lovelace @ada@there.example', 'Bob @bob:', 'Hello from Bob', ''],
    ],
    [
      event(
        'conversation',
        fakeConversation({ accounts: Array(7).fill(account), last_status: null }),
      ),
      [
        `✉ Conversation with ${Array(5).fill('Ada Lovelace @ada@there.example').join(', ')} and 2 others`,
      ],
    ],
    [event('filters_changed'), ['– your filters have changed']],
    [event('notifications_merged'), ['– filtered notifications were accepted']],
    [event('encrypted_message', {}), ['– an encrypted message']],
    [event('unknown', { name: 'lab.new', data: 1 }), ['– unknown event: lab.new']],
    [
      event('unknown', { name: 'update', data: {}, problems: ['Status/account: Account'] }),
      ['– event with an unexpected payload: update (Status/account: Account)'],
    ],
    [event('connected', { attempt: 0 }), ['– connected: user']],
    [event('connected', { attempt: 3 }), ['– connected again: user']],
    [
      event('disconnected', { error: new MastodonStreamEndedError(), retryIn: 2_345 }),
      ['– connection lost (The server ended the stream): next try in 2.3 s'],
    ],
    [
      event('disconnected', { error: new MastodonStreamEndedError(), retryIn: 300_000 }),
      ['– connection lost (The server ended the stream): next try in 5.0 min'],
    ],
    [
      event('malformed', {
        error: new MastodonMalformedEventError('invalid-json', 'update', 3),
        raw: '{',
      }),
      ['– The event "update" (number 3 of its connection) is not valid JSON, and was left out'],
    ],
    [event('warning', { code: 'response-buffered', message: 'Too quiet' }), ['warning: Too quiet']],
    [event('heartbeat', { comment: 'thump' }), []],
    [event('of_a_later_version'), ['– of_a_later_version']],
  ])('%j', (of, expected) => {
    const [head, ...body] = expected;
    const lines = [
      ...(head === undefined ? [] : [`22:41:07  ${head}`]),
      ...body.map((line) => (line === '' ? '' : `          ${line}`)),
    ];
    expect(linesOf(of)).toEqual(lines);
  });

  it('an edit is marked, and has the time of the edit', () => {
    const edited_at = new Date(2026, 10, 21, 22, 45).toISOString();
    const edit = { ...update({ edited_at }), type: 'status.update' } as StreamEvent;
    expect(linesOf(edit)).toEqual([
      '22:45:00  ✎ Ada Lovelace @ada@there.example edits',
      '          Hello',
      '',
    ]);
  });

  it('an invalid date is shown as the current time', () => {
    expect(linesOf(update({ created_at: 'yesterday' }))[0]).toMatch(/^22:41:07 /);
  });
});

describe('text of other people', () => {
  const nasty =
    '\u001b[2J\u001b]0;pwned\u0007\u009b31m\u202eevil\u202c\b\r\n00:00:00  Bank @bank\u2028x';
  const account = { acct: `x${nasty}`, username: nasty, display_name: nasty, bot: false };
  const poll = {
    id: nasty,
    expired: false,
    multiple: false,
    votes_count: 1,
    options: [{ title: nasty, votes_count: 1 }],
  };
  const post: FakeStatusPartial = {
    account,
    created_at,
    content: `<p>${nasty}&#27;[31m<a href="https://x/&#27;[31m">${nasty}</a></p>`,
    spoiler_text: nasty,
    visibility: nasty,
    in_reply_to_id: '1',
    in_reply_to_account_id: '2',
    mentions: [{ id: '2', acct: nasty, url: nasty }],
    media_attachments: [{ id: '1', type: nasty, url: nasty, description: nasty }],
    poll,
    quote: { state: 'accepted', quoted_status: fakeStatus({ account, content: nasty }) },
  };

  const events: StreamEvent[] = [
    update(post),
    update({ ...post, reblog: post }),
    update({ ...post, quote: { state: nasty, quoted_status: null } }),
    update({
      filtered: [{ filter: { id: '1', title: nasty, context: ['home'], filter_action: 'warn' } }],
    }),
    { ...update(post), type: 'status.update' } as StreamEvent,
    ...['mention', 'favourite', 'poll', nasty].map((type) =>
      notification({ type, account, status: post }),
    ),
    notification({
      type: 'admin.report',
      report: { id: '1', comment: nasty, target_account: fakeAccount(account) },
    }),
    notification({
      type: 'moderation_warning',
      moderation_warning: { id: '1', action: 'none', text: nasty },
    }),
    notification({
      type: 'severed_relationships',
      event: { id: '1', type: 'domain_block', target_name: nasty },
    }),
    notification({ type: 'reaction', emoji: nasty }),
    notification({ type: nasty, fallback: { title: nasty } }),
    event('conversation', fakeConversation({ accounts: [account], last_status: post })),
    event('announcement', fakeAnnouncement({ content: nasty, published_at: created_at })),
    event('announcement.reaction', { announcement_id: nasty, name: nasty, count: 1 }),
    event('announcement.delete', nasty),
    event('delete', nasty),
    event('unknown', { name: nasty, data: nasty }),
    event('unknown', { name: nasty, data: nasty, problems: [nasty] }),
    event('warning', { code: 'redirected', message: nasty }),
    event('disconnected', { error: new Error(nasty), retryIn: 1 }),
    event('malformed', { error: new Error(nasty), raw: nasty }),
    event(nasty),
  ];

  it.each(
    events.map(
      (each, index) => [index, each.type.slice(0, 20).replace(/\p{C}/gu, '?'), each] as const,
    ),
  )('cannot control the terminal (%i: %s)', (_index, _type, of) => {
    const text = printed(of, config);
    expect(text).toContain('evil');
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    // It cannot imitate another event either: a line that begins with a time is a head.
    expect(text.match(/^00:00:00/gm)).toBeNull();
  });

  it.each(events.map((each, index) => [index, each] as const))(
    'cannot control the terminal in JSON either, which keeps it (%i)',
    (_index, of) => {
      const line = jsonLine(of);
      expect(line.match(/\n/g)).toHaveLength(1);
      expect(line).not.toMatch(/(?!\n)[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    },
  );
});

describe('colours', () => {
  it('are printed on request, and only as styles', () => {
    const text = printed(update(), { ...config, colour: true });
    expect(text).toContain('\u001b[1mAda Lovelace\u001b[22m');
    // eslint-disable-next-line no-control-regex -- the styles themselves
    expect(text.replace(/\u001b\[\d+m/g, '')).toBe(printed(update(), config));
  });
});

describe('jsonLine', () => {
  it('is parsed to the same event', () => {
    const of = update({ content: 'a\u2028b\u202ec\u009bd\u007fe\n"\\' });
    expect(JSON.parse(jsonLine(of))).toEqual(of);
  });

  it('has null for an absent payload', () => {
    expect(jsonLine(event('filters_changed'))).toBe(
      '{"type":"filters_changed","payload":null,"stream":["user"]}\n',
    );
  });

  it('has the toJSON() of an error', () => {
    const of = event('disconnected', { error: new MastodonStreamEndedError(), retryIn: 7 });
    expect(JSON.parse(jsonLine(of))).toMatchObject({
      payload: { error: { name: 'MastodonStreamEndedError', retryable: true }, retryIn: 7 },
    });
  });
});
