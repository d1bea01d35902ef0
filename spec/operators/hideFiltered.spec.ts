import type { FilterResult } from 'mastodon-rx/entities';
import { fakeConversation, fakeNotification, fakeStatus } from 'mastodon-rx/testing';
import { of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { MastodonIllegalArgumentError } from '../../src/model/errors.ts';
import type { BaseEvent } from '../../src/model/events.ts';
import type { TimelinePage } from '../../src/model/timelineStream.ts';
import { hideFiltered, type HideFilteredConfig } from '../../src/operators/hideFiltered.ts';

const HOUR = 3_600_000;

/** What the server says of a post that a filter matches. */
const match = (filter: Partial<FilterResult['filter']> = {}): FilterResult[] => [
  {
    filter: {
      ...{ id: '1', title: 'spoilers', filter_action: 'hide', expires_at: null },
      ...{ context: ['home', 'notifications', 'public', 'thread'], ...filter },
    },
    keyword_matches: ['spoiler'],
  },
];

const update = (status: object, stream = ['user']): BaseEvent<string, unknown> => ({
  ...{ type: 'update', payload: status, stream },
});

/** The payloads that pass. */
function passing(
  events: readonly BaseEvent<string, unknown>[],
  config?: HideFilteredConfig,
): unknown[] {
  let passed: unknown[] = [];
  of(...events)
    .pipe(hideFiltered(config), toArray())
    .subscribe((all) => (passed = all.map(({ payload }) => payload)));
  return passed;
}

describe('hideFiltered', () => {
  it.each([
    ['a post', update(fakeStatus({ filtered: match() }))],
    ['a boost of one', update(fakeStatus({ reblog: fakeStatus({ filtered: match() }) }))],
    [
      'a post that quotes one',
      update(
        fakeStatus({
          quote: { state: 'accepted', quoted_status: fakeStatus({ filtered: match() }) },
        }),
      ),
    ],
    [
      'a boost of a post that quotes one',
      update(
        fakeStatus({
          reblog: fakeStatus({
            quote: { state: 'accepted', quoted_status: fakeStatus({ filtered: match() }) },
          }),
        }),
      ),
    ],
    ['an edit of one', { ...update(fakeStatus({ filtered: match() })), type: 'status.update' }],
    [
      'a notification about one',
      {
        ...{ type: 'notification', stream: ['user'] },
        payload: fakeNotification({ type: 'mention', status: fakeStatus({ filtered: match() }) }),
      },
    ],
    [
      'a conversation whose newest post is one',
      {
        ...{ type: 'conversation', stream: ['direct'] },
        payload: fakeConversation({ last_status: fakeStatus({ filtered: match() }) }),
      },
    ],
  ])('takes out %s', (_what, event) => {
    expect(passing([event])).toEqual([]);
  });

  it.each([
    ['a post that no filter matches', fakeStatus({ filtered: [] })],
    ['one of a server without filters', { ...fakeStatus(), filtered: undefined }],
    ['one that is to be warned of', fakeStatus({ filtered: match({ filter_action: 'warn' }) })],
    ['one that is to be blurred', fakeStatus({ filtered: match({ filter_action: 'blur' }) })],
    [
      'one whose filter has expired',
      fakeStatus({ filtered: match({ expires_at: new Date(Date.now() - HOUR).toISOString() }) }),
    ],
    [
      'one whose filter is for elsewhere',
      fakeStatus({ filtered: match({ context: ['account'] }) }),
    ],
  ])('lets %s pass, as it is', (_what, status) => {
    expect(passing([update(status)])).toEqual([status]);
  });

  it('goes by the post of a notification, which has a field of the same name', () => {
    const events = [true, false].map((filtered) => ({
      ...{ type: 'notification', stream: ['user'] },
      payload: { ...fakeNotification({ type: 'mention', status: fakeStatus() }), filtered },
    }));
    expect(passing(events)).toHaveLength(2);
  });

  it('lets what has no post pass', () => {
    const events = [
      { type: 'delete', payload: '1', stream: ['user'] },
      { type: 'filters_changed', payload: undefined, stream: ['user'] },
      { type: 'heartbeat', payload: { comment: 'thump' }, stream: ['user'] },
    ];
    expect(passing(events)).toHaveLength(3);
  });

  it.each([
    ['user', 'home'],
    ['list', 'home'],
    ['public:local', 'public'],
    ['hashtag', 'public'],
  ])('takes the context of %s for %s', (stream, context) => {
    const here = fakeStatus({ filtered: match({ context: [context] }) });
    const contexts = ['home', 'public'].filter((other) => other !== context);
    const elsewhere = fakeStatus({ filtered: match({ context: contexts }) });
    expect(passing([update(here, [stream]), update(elsewhere, [stream])])).toEqual([elsewhere]);
  });

  it('takes the context that it is given', () => {
    const status = fakeStatus({ filtered: match({ context: ['thread'] }) });
    expect(passing([update(status)])).toHaveLength(1);
    expect(passing([update(status)], { context: 'thread' })).toEqual([]);
  });

  it('takes them out of the older pages, too, whose ends stay', () => {
    const shown = fakeStatus();
    const page = { items: [shown, fakeStatus({ filtered: match() })], hasMore: true, lastId: '7' };
    const source = Object.assign(of(update(shown)), { older: () => of(page) });
    const filtered = source.pipe(hideFiltered()) as unknown as typeof source;
    let older: TimelinePage<unknown> | undefined;
    filtered.older().subscribe((next) => (older = next));
    expect(older).toEqual({ items: [shown], hasMore: true, lastId: '7' });
  });

  it.each([{ context: 'homes' }, { contexts: 'home' }])('rejects %j', (config) => {
    expect(() => hideFiltered(config as never)).toThrow(MastodonIllegalArgumentError);
  });
});
