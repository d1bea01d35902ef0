/** Lists that are scrolled down with `toTimeline({ older$ })`; the requests are in spec/overEachTransport/older.spec.ts. */
import { fakeStatus } from 'mastodon-rx/testing';
import { firstValueFrom, NEVER, of, Subject, throwError, type Observable } from 'rxjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { overRest$ } from '../../src/client/lazyOverRest.ts';
import type { Status } from '../../src/model/entities/status.ts';
import type { BaseEvent, Gap } from '../../src/model/events.ts';
import type { TimelinePage } from '../../src/model/timelineStream.ts';
import type { OlderState } from '../../src/policies/olderPages.ts';
import { shareTimeline } from '../../src/operators/shareTimeline.ts';
import { toTimeline, type ToTimelineConfig } from '../../src/operators/toTimeline.ts';

const post = (id: number): Status => fakeStatus({ id: String(id) });
const event = (type: string, payload: unknown): BaseEvent<string, unknown> => ({
  ...{ type, payload, stream: ['user'] },
});
const update = (id: number) => event('update', post(id));
const caughtUp = (gaps?: readonly Gap[]) =>
  event('caught-up', {
    recovered: 0,
    complete: !gaps,
    cursor: {},
    ...(gaps && { gaps: { status: gaps } }),
  });

type Page = TimelinePage<Status>;
const page = (ids: readonly number[], more: Partial<Page> = {}): Page => ({
  ...{
    items: ids.map(post),
    hasMore: true,
    lastId: ids.length > 0 ? String(ids.at(-1)) : undefined,
  },
  ...more,
});

/** A list over a stream that responds to each request with the next of the given pages. */
function scrolled(pages: readonly (Page | Observable<Page>)[], config: ToTimelineConfig = {}) {
  const events$ = new Subject<BaseEvent<string, unknown>>();
  const more$ = new Subject<unknown>();
  const asked: (string | undefined)[] = [];
  const states: OlderState[] = [];
  const gaps: (readonly Gap[])[] = [];
  const older = (beforeId: string | undefined): Observable<Page> => {
    const next = pages[asked.length];
    asked.push(beforeId);
    if (next === undefined) return NEVER;
    return 'items' in next ? of(next) : next;
  };
  let ids: string[] = [];
  let lists = 0;
  const subscription = Object.assign(events$, { older })
    .pipe(
      toTimeline({
        older$: more$,
        onOlder: (state) => states.push(state),
        onGaps: (left) => gaps.push(left),
        ...config,
      }),
    )
    .subscribe((list) => {
      lists++;
      ids = list.map(({ id }) => id);
    });
  return {
    ...{ asked, states, gaps, more$, events$, subscription },
    feed: (...events: BaseEvent<string, unknown>[]) => events.forEach((each) => events$.next(each)),
    ids: () => ids.join(' '),
    lists: () => lists,
  };
}

// The first list that is scrolled loads the code for it; spec/operators/firstScrolled.spec.ts covers that.
beforeAll(() => firstValueFrom(overRest$));

describe('a list that is scrolled down', () => {
  it('requests the page below its last post, and grows by that page', () => {
    const list = scrolled([page([2, 1])], { limit: 2 });
    list.feed(update(4), update(3));
    list.more$.next('');
    expect(list.asked).toEqual(['3']);
    expect(list.ids()).toBe('4 3 2 1');
  });

  it('stays bounded: new posts push out the oldest, which the next page restores', () => {
    const list = scrolled([page([2, 1]), page([2, 1])], { limit: 2 });
    list.feed(update(4), update(3));
    list.more$.next('');
    list.feed(update(5), update(6));
    expect(list.ids()).toBe('6 5 4 3');
    list.more$.next('');
    expect(list.asked).toEqual(['3', '3']);
    expect(list.ids()).toBe('6 5 4 3 2 1');
  });

  it('has older posts again if new ones push out the oldest after the end was reached', () => {
    const list = scrolled([page([2, 1], { hasMore: false }), page([2, 1])], { limit: 2 });
    list.feed(update(4), update(3));
    list.more$.next('');
    expect(list.states.at(-1)?.hasOlder).toBe(false);
    list.feed(update(5));
    expect(list.ids()).toBe('5 4 3 2');
    expect(list.states.at(-1)).toEqual({ isLoading: false, hasOlder: true, error: undefined });
    list.more$.next('');
    expect(list.ids()).toBe('5 4 3 2 1');
  });

  it('keeps the posts that leave the list while a page is being requested', () => {
    const page$ = new Subject<Page>();
    const list = scrolled([page$], { limit: 2 });
    list.feed(update(4), update(3));
    list.more$.next('');
    list.feed(update(5), update(6));
    expect(list.ids()).toBe('6 5 4 3');
    page$.next(page([2, 1]));
    expect(list.ids()).toBe('6 5 4 3 2 1');
    page$.complete();
    list.feed(update(7));
    expect(list.ids()).toBe('7 6 5 4 3 2');
  });

  it('returns to its former length after a page that failed', () => {
    const page$ = new Subject<Page>();
    const list = scrolled([page$], { limit: 2 });
    list.feed(update(4), update(3));
    list.more$.next('');
    list.feed(update(5), update(6));
    page$.error(new Error('offline'));
    list.feed(update(7));
    expect(list.ids()).toBe('7 6');
  });

  it('continues below the posts that arrived while an empty list requested its page', () => {
    const page$ = new Subject<Page>();
    const list = scrolled([page$, page([2, 1])]);
    list.more$.next('');
    list.feed(update(3), update(4));
    page$.next(page([4], { hasMore: false }));
    page$.complete();
    expect(list.states.at(-1)?.hasOlder).toBe(true);
    list.more$.next('');
    expect(list.asked).toEqual([undefined, '3']);
    expect(list.ids()).toBe('4 3 2 1');
  });

  it('requests the newest page if it is empty', () => {
    const list = scrolled([page([2, 1])]);
    list.more$.next('');
    expect(list.asked).toEqual([undefined]);
    expect(list.ids()).toBe('2 1');
  });

  it('continues below a page whose posts are all deleted', () => {
    const list = scrolled([page([], { lastId: '3' }), page([2])]);
    list.feed(update(9));
    list.more$.next('');
    list.more$.next('');
    expect(list.asked).toEqual(['9', '3']);
    expect(list.ids()).toBe('9 2');
  });

  it('applies edits, deletes and tombstones to older posts, too', () => {
    const list = scrolled([page([3, 2, 1])]);
    list.feed(update(4), event('delete', '2'));
    list.more$.next('');
    expect(list.ids()).toBe('4 3 1');
    list.feed(event('delete', '1'));
    expect(list.ids()).toBe('4 3');
  });

  it('requests one page at a time', () => {
    const slow$ = new Subject<Page>();
    const list = scrolled([slow$]);
    list.feed(update(9));
    list.more$.next('');
    list.more$.next('');
    expect(list.asked).toHaveLength(1);
    expect(list.states).toEqual([{ isLoading: true, hasOlder: true, error: undefined }]);
    slow$.next(page([8], { hasMore: false }));
    slow$.complete();
    expect(list.states.at(-1)).toEqual({ isLoading: false, hasOlder: false, error: undefined });
    list.more$.next('');
    expect(list.asked).toHaveLength(1);
  });

  it('reports a failure, keeps its posts, and requests the page again', () => {
    const failure = new Error('500');
    const list = scrolled([throwError(() => failure), page([1])]);
    list.feed(update(9));
    list.more$.next('');
    expect(list.states.at(-1)).toEqual({ isLoading: false, hasOlder: true, error: failure });
    list.more$.next('');
    expect(list.ids()).toBe('9 1');
  });

  it('emits nothing if a page changes nothing', () => {
    const list = scrolled([page([9])]);
    list.feed(update(9));
    const before = list.lists();
    list.more$.next('');
    expect(list.lists()).toBe(before);
  });

  it('cancels the request when it is unsubscribed from, and completes with its source', () => {
    const slow$ = new Subject<Page>();
    const list = scrolled([slow$]);
    list.more$.next('');
    expect(slow$.observed).toBe(true);
    list.subscription.unsubscribe();
    expect(slow$.observed || list.more$.observed).toBe(false);

    const other = scrolled([]);
    other.events$.complete();
    expect(other.subscription.closed).toBe(true);
    expect(other.more$.observed).toBe(false);
  });

  it('works through shareTimeline(), and errors on any other source', () => {
    const errors: unknown[] = [];
    const shared$ = Object.assign(NEVER, { older: () => of(page([1])) }).pipe(shareTimeline());
    const ids: string[][] = [];
    shared$
      .pipe(toTimeline({ older$: of('') }))
      .subscribe((list) => ids.push(list.map(({ id }) => id)));
    expect(ids.at(-1)).toEqual(['1']);
    new Subject<BaseEvent<string, unknown>>()
      .pipe(toTimeline({ older$: of('') }))
      .subscribe({ error: (error: unknown) => errors.push(error) });
    expect(String(errors[0])).toContain('older$ needs a stream of createTimelines()');
  });
});

describe('gaps', () => {
  const gap: Gap = { after: '2', before: '7' };

  it('are reported, and closed by the pages that are requested for them', () => {
    const list = scrolled([page([6, 5]), page([4, 3, 2])], { limit: 4 });
    list.feed(update(1), update(2), caughtUp([gap]), update(7), update(8));
    expect(list.gaps).toEqual([[gap]]);
    list.more$.next(gap);
    expect(list.asked).toEqual(['7']);
    expect(list.ids()).toBe('8 7 6 5 2 1');
    const left = { after: '2', before: '5' };
    expect(list.gaps.at(-1)).toEqual([left]);
    list.more$.next(left);
    expect(list.ids()).toBe('8 7 6 5 4 3 2 1');
    expect(list.gaps.at(-1)).toEqual([]);
  });

  it('do not prevent requests below the list', () => {
    const list = scrolled([page([0], { hasMore: false })]);
    list.feed(update(1), caughtUp([gap]), update(9));
    list.more$.next('');
    expect(list.asked).toEqual(['1']);
    expect(list.states.at(-1)?.hasOlder).toBe(false);
    list.more$.next(gap);
    expect(list.asked).toEqual(['1', '7']);
  });

  it('are not reported if there are none', () => {
    const list = scrolled([]);
    list.feed(caughtUp());
    expect(list.gaps).toEqual([]);
  });
});
