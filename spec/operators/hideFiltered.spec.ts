import type { FilterResult } from 'mastodon-rx/entities';
import { fakeConversation, fakeNotification, fakeStatus } from 'mastodon-rx/testing';
import { of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { MastodonIllegalArgumentError } from '../../src/model/errors.ts';
import type { BaseEvent } from '../../src/model/events.ts';
import type { TimelinePage } from '../../src/model/timelineStream.ts';
import { hideFiltered, type HideFilteredConfig } from '../../src/operators/hideFiltered.ts';

const HOUR = 3_600_000;

/** The result of a filter that matches a post, as the server sends it. */
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

/** The payloads that `hideFiltered` lets pass. */
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
    [
      'a boost of a matched post',
      update(fakeStatus({ reblog: fakeStatus({ filtered: match() }) })),
    ],
    [
      'a post that quotes a matched post',
      update(
        fakeStatus({
          quote: { state: 'accepted', quoted_status: fakeStatus({ filtered: match() }) },
        }),
      ),
    ],
    [
      'a boost of a post that quotes a matched post',
      update(
        fakeStatus({
          reblog: fakeStatus({
            quote: { state: 'accepted', quoted_status: fakeStatus({ filtered: match() }) },
          }),
        }),
      ),
    ],
    [
      'an edit of a matched post',
      { ...update(fakeStatus({ filtered: match() })), type: 'status.update' },
    ],
    [
      'a notification about a matched post',
      {
        ...{ type: 'notification', stream: ['user'] },
        payload: fakeNotification({ type: 'mention', status: fakeStatus({ filtered: match() }) }),
      },
    ],
    [
      'a conversation whose newest post is matched',
      {
        ...{ type: 'conversation', stream: ['direct'] },
        payload: fakeConversation({ last_status: fakeStatus({ filtered: match() }) }),
      },
    ],
  ])('removes %s', (_what, event) => {
    expect(passing([event])).toEqual([]);
  });

  it.each([
    ['a post without a matching filter', fakeStatus({ filtered: [] })],
    ['a post of a server without filters', { ...fakeStatus(), filtered: undefined }],
    [
      'a post with the filter action "warn"',
      fakeStatus({ filtered: match({ filter_action: 'warn' }) }),
    ],
    [
      'a post with the filter action "blur"',
      fakeStatus({ filtered: match({ filter_action: 'blur' }) }),
    ],
    [
      'a post whose filter has expired',
      fakeStatus({ filtered: match({ expires_at: new Date(Date.now() - HOUR).toISOString() }) }),
    ],
    [
      'a post whose filter is for another context',
      fakeStatus({ filtered: match({ context: ['account'] }) }),
    ],
  ])('lets %s pass unchanged', (_what, status) => {
    expect(passing([update(status)])).toEqual([status]);
  });

  it('reads `filtered` from the post of a notification, not from the notification', () => {
    const events = [true, false].map((filtered) => ({
      ...{ type: 'notification', stream: ['user'] },
      payload: { ...fakeNotification({ type: 'mention', status: fakeStatus() }), filtered },
    }));
    expect(passing(events)).toHaveLength(2);
  });

  it('lets events without a post pass', () => {
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
  ])('uses for the stream %s the context %s', (stream, context) => {
    const here = fakeStatus({ filtered: match({ context: [context] }) });
    const contexts = ['home', 'public'].filter((other) => other !== context);
    const elsewhere = fakeStatus({ filtered: match({ context: contexts }) });
    expect(passing([update(here, [stream]), update(elsewhere, [stream])])).toEqual([elsewhere]);
  });

  it('prefers the context of its config', () => {
    const status = fakeStatus({ filtered: match({ context: ['thread'] }) });
    expect(passing([update(status)])).toHaveLength(1);
    expect(passing([update(status)], { context: 'thread' })).toEqual([]);
  });

  it('removes matched posts from older pages, and keeps their hasMore and lastId', () => {
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
