import fc from 'fast-check';
import { defer, NEVER, of, Subject, throwError, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Status } from '../../src/model/entities/status.ts';
import { MastodonIllegalArgumentError } from '../../src/model/errors.ts';
import type { BaseEvent } from '../../src/model/events.ts';
import { toTimeline, type ToTimelineConfig } from '../../src/operators/toTimeline.ts';
import { status, type Json } from '../helpers/entities.ts';
import { marbles } from '../helpers/marbles.ts';

type Event = BaseEvent<string, unknown>;
type List = readonly Status[];

const stream = ['public'];
const post = (id: string, more: Json = {}): Status => status({ id, ...more }) as unknown as Status;
const update = (payload: Status): Event => ({ type: 'update', payload, stream });
const edit = (payload: Status): Event => ({ type: 'status.update', payload, stream });
const remove = (payload: string): Event => ({ type: 'delete', payload, stream });
const heartbeat: Event = { type: 'heartbeat', payload: { comment: 'thump' }, stream };

const at = (version: number): string => `2026-11-21T19:00:0${version}.000Z`;
const edited = (id: string, version: number, more: Json = {}): Status =>
  post(id, { content: `edit ${version}`, edited_at: at(version), ...more });
const boosting = (id: string, reblog: Status): Status => post(id, { reblog });
const quoting = (id: string, quoted_status: Status): Status =>
  post(id, { quote: { state: 'accepted', quoted_status } });

const idsOf = (list: List | undefined): string[] => list?.map(({ id }) => id) ?? [];

/** A timeline to which events are fed one by one: each call returns the list that it emits, if any. */
function timelineOf(config?: ToTimelineConfig) {
  const events = new Subject<Event>();
  let emitted: List[] = [];
  events.pipe(toTimeline(config)).subscribe((list) => emitted.push(list));
  const [first] = emitted;
  return {
    first,
    feed: (event: Event): List | undefined => {
      emitted = [];
      events.next(event);
      expect(emitted.length).toBeLessThanOrEqual(1);
      return emitted[0];
    },
    feedAll: (...all: Event[]): List | undefined => {
      emitted = [];
      for (const event of all) events.next(event);
      return emitted.at(-1);
    },
  };
}

describe('toTimeline', () => {
  const a = post('9');
  const b = post('10');
  const events = { a: update(a), b: update(b), d: remove('9'), h: heartbeat };
  const lists = { 0: [], a: [a], b: [b, a], d: [b] };

  it.each([
    ['never', '   -       ', '0       '],
    ['empty', '   |       ', '(0|)    '],
    ['one', '     -a|     ', '0a|     '],
    ['many', '    -ab-d|  ', '0ab-d|  '],
    ['nothing new', '-a-a-h-|', '0a-----|'],
    ['error', '   -a-#    ', '0a-#    '],
  ])('emits a list at once, then one for each change: %s', (_what, marble, expected) => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold(marble.trim(), events).pipe(toTimeline())).toBe(expected.trim(), lists);
    });
  });

  it('unsubscribes with the subscriber, also in the first list', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold<Event>('-ab-d', events);
      expectObservable(source.pipe(toTimeline()), '^-!').toBe('0a-', lists);
      expectSubscriptions(source.subscriptions).toBe('^-!');
    });
  });

  it('has a list for each subscription', () => {
    marbles(({ cold, expectObservable }) => {
      const result = cold('-ab|', events).pipe(toTimeline());
      expectObservable(result).toBe('0ab|', lists);
      expectObservable(result, '--^').toBe('--0ab|', lists);
    });
  });

  it('errors on a payload that is not a post, instead of throwing it into the stream', () => {
    const broken: Event = { type: 'update', payload: undefined, stream };
    let error: unknown;
    of(broken, update(a))
      .pipe(toTimeline())
      .subscribe({ error: (thrown: unknown) => (error = thrown) });
    expect(error).toBeInstanceOf(TypeError);
  });

  describe('update', () => {
    it('inserts a post in the order of ids, compared as numbers', () => {
      const { feedAll } = timelineOf();
      const ids = [
        '10',
        '9',
        '117420000000000002',
        '100',
        '117420000000000001',
        '11742000000000001',
      ];
      expect(idsOf(feedAll(...ids.map((id) => update(post(id)))))).toEqual([
        '117420000000000002',
        '117420000000000001',
        '11742000000000001',
        '100',
        '10',
        '9',
      ]);
    });

    it('keeps the newest posts, and ignores posts below a full list', () => {
      const { feed, feedAll } = timelineOf({ limit: 2 });
      expect(idsOf(feedAll(update(post('2')), update(post('4')), update(post('6'))))).toEqual([
        '6',
        '4',
      ]);
      expect(feed(update(post('3')))).toBeUndefined();
      expect(idsOf(feed(update(post('5'))))).toEqual(['6', '5']);
    });

    it('adds a post once: a repetition by catchUp changes nothing', () => {
      const { feed, feedAll } = timelineOf();
      feedAll(update(post('1')), update(post('2')));
      expect(feed(update(post('1', { favourites_count: 7 })))).toBeUndefined();
    });

    it('emits a new array with the same posts, and leaves the last array unchanged', () => {
      const { first, feed } = timelineOf();
      const [one, two] = [post('1'), post('2')];
      const before = feed(update(two));
      const after = feed(update(one));
      expect(first).toEqual([]);
      expect(before).toEqual([two]);
      expect(after).not.toBe(before);
      expect(after?.[0]).toBe(two);
      expect(after?.[1]).toBe(one);
    });
  });

  describe('status.update', () => {
    it('replaces the post, and keeps the others the same objects', () => {
      const { feed, feedAll } = timelineOf();
      const before = feedAll(update(post('1')), update(post('2')), update(post('3')));
      const newer = edited('2', 1);
      const after = feed(edit(newer));
      expect(after?.map((one, i) => one === before?.[i])).toEqual([true, false, true]);
      expect(after?.[1]).toBe(newer);
    });

    it('replaces the post in its boosts and quotes, too', () => {
      const { feed, feedAll } = timelineOf();
      const quote = quoting('3', post('1'));
      feedAll(
        update(boosting('2', post('1'))),
        update(quote),
        update(boosting('4', quote)),
        update(boosting('5', post('8'))),
      );
      const newer = edited('1', 1);
      const after = feed(edit(newer));
      expect(after?.slice(1)).toEqual([
        boosting('4', quoting('3', newer)),
        quoting('3', newer),
        boosting('2', newer),
      ]);
      expect(after?.[3]?.reblog).toBe(newer);
    });

    it('adds no post', () => {
      const { feed } = timelineOf();
      expect(feed(edit(edited('1', 1)))).toBeUndefined();
    });

    it('changes the list once if it comes twice', () => {
      const { feed, feedAll } = timelineOf();
      feedAll(update(post('1')), update(quoting('2', quoting('1', post('0')))));
      const newer = () => edited('1', 1, quoting('1', post('0')) as unknown as Json);
      expect(feed(edit(newer()))).toHaveLength(2);
      expect(feed(edit(newer()))).toBeUndefined();
    });

    it('without an edit date applies an accepted quote, or new votes', () => {
      const { feed, feedAll } = timelineOf();
      const pending = post('2', { quote: { state: 'pending', quoted_status: null } });
      feedAll(update(pending), update(boosting('3', pending)));
      const accepted = quoting('2', post('1'));
      expect(feed(edit(accepted))).toEqual([boosting('3', accepted), accepted]);
    });

    it('reduces the quote of a quoted post to its id, like the server', () => {
      const { feedAll } = timelineOf();
      const newer = { ...edited('2', 1), ...{ quote: quoting('2', post('1')).quote! } };
      const list = feedAll(update(quoting('3', post('2'))), edit(newer));
      expect(list?.[0]?.quote).toEqual({
        state: 'accepted',
        quoted_status: { ...newer, quote: { state: 'accepted', quoted_status_id: '1' } },
      });
    });
  });

  describe('of two versions', () => {
    it('shows the newer edit, whichever comes first', () => {
      const { feed } = timelineOf();
      feed(update(post('1')));
      expect(feed(edit(edited('1', 2)))?.[0]?.content).toBe('edit 2');
      expect(feed(edit(edited('1', 1)))).toBeUndefined();
      expect(feed(update(post('1')))).toBeUndefined();
      expect(feed(update(edited('1', 3)))?.[0]?.content).toBe('edit 3');
    });

    it('keeps a newer edit that comes before its post, like on public streams', () => {
      const { feed } = timelineOf();
      feed(edit(edited('1', 2)));
      feed(edit(edited('1', 1)));
      expect(feed(update(post('1')))?.[0]?.content).toBe('edit 2');
    });

    it('keeps a changed quote or poll without an edit date that comes before its post', () => {
      const { feed } = timelineOf();
      const accepted = quoting('2', post('1'));
      feed(edit(accepted));
      const pending = post('2', { quote: { state: 'pending', quoted_status: null } });
      expect(feed(update(pending))).toEqual([accepted]);
    });

    it('shows the newer one in a late boost or quote, too', () => {
      const { feed } = timelineOf();
      feed(update(post('1')));
      const newer = edited('1', 1);
      feed(edit(newer));
      expect(feed(update(boosting('2', post('1'))))?.[0]?.reblog).toBe(newer);
      expect(feed(update(quoting('3', post('1'))))?.[0]).toEqual(quoting('3', newer));
    });

    it('shows the newer one that comes as a boost, since catchUp recovers no edits', () => {
      const { feed } = timelineOf();
      feed(update(post('1')));
      const newer = edited('1', 1);
      expect(feed(update(boosting('2', newer)))).toEqual([boosting('2', newer), newer]);
    });

    it('ignores a quoted copy, whose own quote is reduced to an id', () => {
      const { feed } = timelineOf();
      const one = post('1');
      feed(update(one));
      expect(feed(update(quoting('2', edited('1', 1))))?.[1]).toBe(one);
    });

    it('shows the newer one in a post that was edited before it came, and then boosted', () => {
      const { feed } = timelineOf();
      feed(edit({ ...quoting('2', post('1')), edited_at: at(1) }));
      const newer = edited('1', 2);
      feed(update(newer));
      const expected = { ...quoting('2', newer), edited_at: at(1) };
      expect(feed(update(boosting('3', quoting('2', post('1')))))?.[0]?.reblog).toEqual(expected);
    });

    it('keeps at most `limit` edits that come before their posts', () => {
      const { feed, feedAll } = timelineOf({ limit: 2 });
      feedAll(edit(edited('1', 1)), edit(edited('2', 1)), edit(edited('3', 1)));
      expect(feed(update(post('1')))?.[0]?.content).toBe('<p>Hello</p>');
      expect(feed(update(post('2')))?.[0]?.content).toBe('edit 1');
    });

    it('stays bounded if two posts quote each other and are edited for ever', () => {
      const { feed, feedAll } = timelineOf();
      feedAll(update(quoting('1', post('2'))), update(quoting('2', post('1'))));
      const lengths = Array.from({ length: 20 }, (_, i) => {
        const edited_at = new Date(Date.UTC(2026, 10, 21) + i * 1_000).toISOString();
        const [id, other] = i % 2 ? ['1', '2'] : ['2', '1'];
        return JSON.stringify(feed(edit({ ...quoting(id, post(other)), edited_at }))).length;
      });
      expect(new Set(lengths.slice(4)).size).toBe(1);
    });
  });

  describe('delete', () => {
    it('removes a post, and emits nothing for a post that is not in the list', () => {
      const { feed, feedAll } = timelineOf();
      feedAll(update(post('1')), update(post('2')));
      expect(idsOf(feed(remove('1')))).toEqual(['2']);
      expect(feed(remove('1'))).toBeUndefined();
      expect(feed(remove('7'))).toBeUndefined();
    });

    it.each([
      ['boosts', boosting('2', post('1'))],
      ['quotes', quoting('2', post('1'))],
      ['boosts a quote of', boosting('2', quoting('3', post('1')))],
      ['quotes, without a wrapper like Akkoma,', post('2', { quote: post('1') })],
      ['quotes by id', post('2', { quote: { state: 'pending', quoted_status_id: '1' } })],
      ['quotes by quote_id', post('2', { quote_id: '1' })],
    ])('removes a post that %s the deleted one, and adds no late one', (_what, naming) => {
      const { feed, feedAll } = timelineOf();
      const other = post('8');
      feedAll(update(other), update(naming));
      expect(feed(remove('1'))).toEqual([other]);
      expect(feed(update(naming))).toBeUndefined();
      expect(feed(edit({ ...naming, edited_at: at(1) }))).toBeUndefined();
    });

    it('removes a boost without the boosted post', () => {
      const { feed, feedAll } = timelineOf();
      const one = post('1');
      feedAll(update(one), update(boosting('2', one)), update(boosting('3', one)));
      expect(idsOf(feed(remove('2')))).toEqual(['3', '1']);
      expect(idsOf(feed(remove('1')))).toEqual([]);
    });

    it('keeps out a post that comes after its delete, like on public and hashtag streams', () => {
      const { feedAll } = timelineOf();
      expect(feedAll(remove('1'), update(post('1')), edit(edited('1', 1)))).toBeUndefined();
    });

    it('does not remove a post whose edit has removed the quote', () => {
      const { feed, feedAll } = timelineOf();
      const revoked = { quote: { state: 'revoked', quoted_status: null } };
      feedAll(update(quoting('2', post('1'))), edit(edited('2', 1, revoked)));
      expect(feed(remove('1'))).toBeUndefined();
    });

    it('does not apply an edit that quotes a deleted post', () => {
      const { feed, feedAll } = timelineOf();
      const before = feedAll(remove('1'), update(post('2')), update(boosting('3', post('2'))));
      expect(feed(edit({ ...quoting('2', post('1')), edited_at: at(1) }))).toBeUndefined();
      expect(idsOf(before)).toEqual(['3', '2']);
    });

    it('adds a post whose earlier edit has removed the quote of a deleted post', () => {
      const { feed, feedAll } = timelineOf();
      const revoked = { quote: { state: 'revoked', quoted_status: null } };
      feedAll(remove('1'), edit(edited('2', 1, revoked)));
      expect(feed(update(quoting('2', post('1'))))).toEqual([edited('2', 1, revoked)]);
    });

    it('is remembered only for the newest ids', () => {
      const { feed, feedAll } = timelineOf({ tombstones: 2 });
      feedAll(remove('1'), remove('2'), remove('3'));
      expect(feed(update(post('3')))).toBeUndefined();
      expect(feed(update(post('2')))).toBeUndefined();
      expect(idsOf(feed(update(post('1'))))).toEqual(['1']);
    });

    it('makes room for an older post', () => {
      const { feed, feedAll } = timelineOf({ limit: 1 });
      feedAll(update(post('2')), remove('2'));
      expect(idsOf(feed(update(post('1'))))).toEqual(['1']);
    });
  });

  describe('initial', () => {
    const page = [a, b];
    const values = { ...lists, f: [b, a] };

    it('is the first list, sorted and cut', () => {
      const { first, feed } = timelineOf({ limit: 2, initial: [post('1'), post('3'), post('2')] });
      expect(idsOf(first)).toEqual(['3', '2']);
      expect(idsOf(feed(update(post('4'))))).toEqual(['4', '3']);
    });

    it.each([
      ['comes later', '      -----p|', '-a---h|', '-----f|'],
      ['comes at once', '    p|     ', '-----h|', 'f-----|'],
      ['never comes', '      -      ', '-ab-d--', '-------'],
      ['arrives after the source ends', '       -----p|', '-ab|   ', '-----f|'],
      ['meets a tombstone', '---p|  ', '-d---| ', '---d-| '],
      ['completes without a page', '   ---|   ', '-a--b-|', '---af-|'],
      ['has a successor', 'p-e-q| ', '-----b|', 'a---f-|'],
      ['errors', '           ---#   ', '-a-----', '---#   '],
    ])('applies an initial page that %s', (what, initial, source, expected) => {
      marbles(({ cold, expectObservable }) => {
        const pages = cold<List>(initial.trim(), {
          p: what.startsWith('has') ? [a] : page,
          q: page,
          e: [],
        });
        const result = cold<Event>(source.trim(), events).pipe(toTimeline({ initial: pages }));
        expectObservable(result).toBe(expected.trim(), values);
      });
    });

    it('is requested after the stream has been subscribed to, and unsubscribed from with it', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const pages = cold<List>('---p', { p: page });
        const source = cold<Event>('-----');
        expectObservable(source.pipe(toTimeline({ initial: pages })), '^-!').toBe('---');
        expectSubscriptions(pages.subscriptions).toBe('^-!');
        expectSubscriptions(source.subscriptions).toBe('^-!');
      });
      const order: string[] = [];
      const opened = (name: string) => defer(() => (order.push(name), NEVER));
      opened('stream')
        .pipe(toTimeline({ initial: opened('page') }))
        .subscribe()
        .unsubscribe();
      expect(order).toEqual(['stream', 'page']);
    });

    it('can be a promise', async () => {
      const seen: List[] = [];
      const source: Observable<Event> = NEVER;
      const initial = Promise.resolve(page);
      const subscription = source
        .pipe(toTimeline({ initial }))
        .subscribe((list) => seen.push(list));
      await initial;
      await Promise.resolve();
      subscription.unsubscribe();
      expect(seen).toEqual([[b, a]]);
    });

    it.each([
      ['the body of a 503', of({ error: 'no' }) as never, /initial must bring an array of posts/],
      ['one post', of(a) as never, /initial must bring/],
      ['an error', throwError(() => new Error('503')), /503/],
    ])('that is %s reaches error', (_what, initial, message) => {
      let error: unknown;
      const source: Observable<Event> = NEVER;
      source.pipe(toTimeline({ initial })).subscribe({
        error: (thrown: unknown) => (error = thrown),
      });
      expect(String(error)).toMatch(message);
    });
  });

  it.each([
    [{ limit: 0 }, /limit must be a whole number of posts, 1 or more/],
    [{ limit: Infinity }, /limit must be/],
    [{ tombstones: -1 }, /tombstones must be a whole number of ids/],
    [{ initial: 'page' as never }, /initial must be an array of posts, a promise or an Observable/],
    [{ initial: null as never }, /initial must be/],
    [{ size: 40 } as never, /Unknown option of toTimeline "size"/],
  ])('refuses %o', (config, message) => {
    expect(() => toTimeline(config)).toThrow(MastodonIllegalArgumentError);
    expect(() => toTimeline(config)).toThrow(message);
  });
});

/**
 * A random history: posts that boost and quote earlier ones, in any order, sent twice or not at all,
 * edited before they are sent, deleted before they are sent.
 */
const IDS = [
  '7',
  '9',
  '10',
  '99',
  '100',
  '117420000000000001',
  '117420000000000002',
  'AXrQNqO7w1PMxC1nzY',
];

interface Plan {
  readonly kind: 'plain' | 'boost' | 'quote' | 'bare quote' | 'quote by id';
  readonly target: number;
}

interface Step {
  readonly type: 'update' | 'status.update' | 'delete' | 'heartbeat';
  readonly which: number;
  readonly version: number;
  readonly boosted: number;
}

const plan: fc.Arbitrary<Plan> = fc.record({
  kind: fc.constantFrom('plain', 'boost', 'quote', 'bare quote', 'quote by id'),
  target: fc.nat(IDS.length - 1),
});

const step: fc.Arbitrary<Step> = fc.record({
  type: fc.constantFrom('update', 'update', 'update', 'status.update', 'delete', 'heartbeat'),
  which: fc.nat(IDS.length - 1),
  version: fc.nat(3),
  boosted: fc.nat(3),
});

const world = fc
  .record({
    plans: fc.array(plan, { minLength: IDS.length, maxLength: IDS.length }),
    steps: fc.array(step, { maxLength: 40 }),
  })
  .map(({ plans, steps }) => ({ plans, steps: stepsIn(plans, steps) }));

/** The post that a post boosts or quotes: an earlier one that is not a boost. */
function targetOf(plans: readonly Plan[], which: number): number | undefined {
  const { kind, target } = plans[which]!;
  const isPossible = kind !== 'plain' && target < which && plans[target]!.kind !== 'boost';
  return isPossible ? target : undefined;
}

/** A post as the server renders it: the quote of a quoted post is reduced to its id. */
function rendered(
  plans: readonly Plan[],
  which: number,
  version: number,
  place: 'own' | { readonly boosted: number } | 'quoted' = 'own',
): Status {
  const { kind } = plans[which]!;
  const target = targetOf(plans, which);
  const boosted = typeof place === 'object' ? place.boosted : 0;
  const edits =
    kind === 'boost' && target !== undefined
      ? { reblog: rendered(plans, target, boosted) }
      : { content: `edit ${version}`, edited_at: version ? at(version) : null };
  if (target === undefined || kind === 'boost') return post(IDS[which]!, edits);
  const quoted_status_id = IDS[target]!;
  const byId = { quote: { state: 'accepted', quoted_status_id } };
  if (kind === 'quote by id' || place === 'quoted') return post(IDS[which]!, { ...edits, ...byId });
  // An older version of the quoted post, at random but the same in each rendering of this version.
  const quoted = rendered(plans, target, (version * 2) % 3, 'quoted');
  const quote = kind === 'quote' ? { state: 'accepted', quoted_status: quoted } : quoted;
  return post(IDS[which]!, { ...edits, quote });
}

const isBoost = (plans: readonly Plan[], which: number): boolean =>
  plans[which]!.kind === 'boost' && targetOf(plans, which) !== undefined;

/** Leaves out edits of boosts, which do not exist. */
const stepsIn = (plans: readonly Plan[], steps: readonly Step[]): Step[] =>
  steps.filter(({ type, which }) => type !== 'status.update' || !isBoost(plans, which));

function eventOf(plans: readonly Plan[], { type, which, version, boosted }: Step): Event {
  switch (type) {
    case 'update':
      return update(rendered(plans, which, version, { boosted }));
    case 'status.update':
      return edit(rendered(plans, which, version, { boosted }));
    case 'delete':
      return remove(IDS[which]!);
    case 'heartbeat':
      return heartbeat;
  }
}

/** The visible part of a post. */
interface VisiblePost {
  readonly id: string;
  readonly content?: string;
  readonly reblog?: VisiblePost;
  readonly quote?: VisiblePost | string;
}

function seenIn({ id, content, reblog, quote }: Status): VisiblePost {
  if (reblog) return { id, reblog: seenIn(reblog) };
  if (!quote) return { id, content };
  if ('quoted_status_id' in quote) return { id, content, quote: quote.quoted_status_id! };
  const quoted = 'quoted_status' in quote ? quote.quoted_status! : quote;
  return { id, content, quote: seenIn(quoted) };
}

/** The list after the whole history, computed by the rules of the documentation only. */
function naive(plans: readonly Plan[], steps: readonly Step[]): VisiblePost[] {
  const received = steps.filter(({ type }) => type === 'update').map(({ which }) => which);
  const deleted = new Set(steps.filter(({ type }) => type === 'delete').map(({ which }) => which));

  const named = (which: number): number[] => {
    const target = targetOf(plans, which);
    if (target === undefined) return [];
    return isBoost(plans, which) ? [target, ...named(target)] : [target];
  };
  /** The newest version that was sent in full: as a post, or boosted. */
  const newest = (which: number): number =>
    Math.max(
      0,
      ...steps.flatMap(({ type, which: sender, version, boosted }) => {
        if (type !== 'update' && type !== 'status.update') return [];
        if (isBoost(plans, sender)) return targetOf(plans, sender) === which ? [boosted] : [];
        return sender === which ? [version] : [];
      }),
    );
  const seen = (which: number, version: number, place: 'own' | 'quoted'): VisiblePost => {
    const id = IDS[which]!;
    const target = targetOf(plans, which);
    const { kind } = plans[which]!;
    const content = `edit ${version}`;
    if (target === undefined) return { id, content };
    if (kind === 'boost') return { id, reblog: seen(target, newest(target), 'own') };
    if (kind === 'quote by id' || place === 'quoted') return { id, content, quote: IDS[target]! };
    const shown = Math.max((version * 2) % 3, newest(target));
    return { id, content, quote: seen(target, shown, 'quoted') };
  };

  return IDS.map((_id, which) => which)
    .reverse()
    .filter((which) => received.includes(which))
    .filter((which) => ![which, ...named(which)].some((one) => deleted.has(one)))
    .map((which) => seen(which, newest(which), 'own'));
}

/** The number of histories; each takes some ms. */
const HISTORIES = Number(process.env['TIMELINE_RUNS'] ?? 500);

describe('toTimeline, with random histories', { timeout: 20_000 + 20 * HISTORIES }, () => {
  it('shows the list of a naive model of the whole history, after every event', () => {
    fc.assert(
      fc.property(world, ({ plans, steps }) => {
        const { first, feed } = timelineOf();
        let before = first!;
        steps.forEach((_step, i) => {
          const emitted = feed(eventOf(plans, steps[i]!));
          const after = emitted ?? before;
          expect(after.map(seenIn)).toEqual(naive(plans, steps.slice(0, i + 1)));
          expectThriftyEmission(before, emitted);
          before = after;
        });
      }),
      { numRuns: HISTORIES },
    );
  });

  it('shows the list of a model without an index, with small bounds', () => {
    fc.assert(
      fc.property(
        world,
        fc.integer({ min: 1, max: 4 }),
        fc.nat(3),
        ({ plans, steps }, limit, tombstones) => {
          const { first, feed } = timelineOf({ limit, tombstones });
          const model = new PlainTimeline(limit, tombstones);
          let before = first!;
          for (const one of steps) {
            const event = eventOf(plans, one);
            const emitted = feed(event);
            const after = emitted ?? before;
            model.take(structuredClone(event));
            expect(after).toEqual(model.posts);
            expectThriftyEmission(before, emitted);
            before = after;
          }
        },
      ),
      { numRuns: HISTORIES },
    );
  });
});

/** Checks that an emission differs from the list before, and that an unchanged post is the same object. */
function expectThriftyEmission(before: List, emitted: List | undefined): void {
  if (!emitted) return;
  expect(emitted).not.toEqual(before);
  expect(emitted).not.toBe(before);
  for (const one of emitted) {
    const known = before.find(({ id }) => id === one.id);
    if (known && JSON.stringify(known) === JSON.stringify(one)) expect(one).toBe(known);
  }
}

/** A timeline with bounds, implemented in the plainest way: it searches everything, and has no index. */
class PlainTimeline {
  posts: Status[] = [];
  readonly #limit: number;
  readonly #tombstones: number;
  #deleted: string[] = [];
  #ahead: Status[] = [];

  constructor(limit: number, tombstones: number) {
    this.#limit = limit;
    this.#tombstones = tombstones;
  }

  take({ type, payload }: Event): void {
    if (type === 'delete') this.#delete(payload as string);
    if (type === 'status.update') this.#apply(payload as Status, true);
    if (type !== 'update') return;
    const received = payload as Status;
    if (received.reblog?.edited_at) this.#apply(received.reblog, false);
    this.#insert(received);
    if (received.edited_at) this.#apply(received, false);
  }

  #delete(id: string): void {
    if (!this.#deleted.includes(id)) this.#deleted.push(id);
    this.#deleted = this.#tombstones ? this.#deleted.slice(-this.#tombstones) : [];
    this.#ahead = this.#ahead.filter((one) => one.id !== id);
    const gone = this.posts.filter((one) => names(one).includes(id));
    this.posts = this.posts.filter((one) => !gone.includes(one));
    this.#remember(gone.reverse());
  }

  #insert(received: Status): void {
    if (this.posts.some(({ id }) => id === received.id)) return;
    const ahead = this.#ahead.find(({ id }) => id === received.id);
    const newest =
      ahead && (ahead.edited_at ?? '') >= (received.edited_at ?? '') ? ahead : received;
    const entry = this.#refreshed(newest);
    if (this.#isGone(entry)) return;
    const byId = (x: Status, y: Status): number => IDS.indexOf(y.id) - IDS.indexOf(x.id);
    const posts = [...this.posts, entry].sort(byId);
    if (posts.indexOf(entry) >= this.#limit) return;
    this.#ahead = this.#ahead.filter(({ id }) => id !== received.id);
    this.posts = posts.slice(0, this.#limit);
    this.#remember(posts.slice(this.#limit));
  }

  #remember(gone: Status[]): void {
    const edits = gone.filter(({ id, edited_at }) => edited_at && !this.#deleted.includes(id));
    this.#ahead = [...this.#ahead, ...edits].slice(-this.#limit);
  }

  #apply(received: Status, isEdit: boolean): void {
    if (this.#deleted.includes(received.id)) return;
    const version = this.#refreshed(received);
    const wins = ({ edited_at }: Status): boolean =>
      (received.edited_at ?? '') > (edited_at ?? '') ||
      (isEdit && (received.edited_at ?? '') === (edited_at ?? ''));

    if (!this.posts.some(({ id }) => id === received.id)) {
      const known = this.#ahead.find(({ id }) => id === received.id);
      if (!known) this.#ahead = [...this.#ahead, version].slice(-this.#limit);
      else if (wins(known)) this.#ahead[this.#ahead.indexOf(known)] = version;
    }
    this.posts = this.posts.map((one) => (one.id === received.id && wins(one) ? version : one));
    if (version.reblog) return;
    this.posts = this.posts.map((one) => replaced(one, received.id, version, wins));
  }

  #refreshed(received: Status): Status {
    const all = [...this.#ahead, ...this.posts];
    // Twice, since a version that is put in may itself have a quote.
    return [...all, ...all]
      .filter(({ reblog }) => !reblog)
      .reduce(
        (result, known) =>
          replaced(
            result,
            known.id,
            known,
            (copy) => (known.edited_at ?? '') > (copy.edited_at ?? ''),
          ),
        received,
      );
  }

  #isGone(received: Status): boolean {
    return names(received).some((id) => this.#deleted.includes(id));
  }
}

/** The ids of a post, and of the posts that it boosts and quotes. */
function names({ id, reblog, quote }: Status): string[] {
  if (reblog) return [id, ...names(reblog)];
  return quote ? [id, quotedIdOf(quote)] : [id];
}

function quotedIdOf(quote: NonNullable<Status['quote']>): string {
  if ('quoted_status_id' in quote) return quote.quoted_status_id!;
  return 'quoted_status' in quote ? quote.quoted_status!.id : quote.id;
}

function replaced(
  received: Status,
  id: string,
  version: Status,
  wins: (copy: Status) => boolean,
): Status {
  const copy = structuredClone(received);
  if (copy.reblog) {
    copy.reblog =
      copy.reblog.id === id && wins(copy.reblog)
        ? version
        : replaced(copy.reblog, id, version, wins);
  }
  const { quote } = copy;
  const target = version.quote && quotedIdOf(version.quote);
  const short = target
    ? { ...version, quote: { state: 'accepted', quoted_status_id: target } }
    : version;
  if (
    quote &&
    'quoted_status' in quote &&
    quote.quoted_status?.id === id &&
    wins(quote.quoted_status)
  ) {
    quote.quoted_status = short;
  }
  if (quote && 'id' in quote && quote.id === id && wins(quote)) copy.quote = short;
  return copy;
}

describe('an edit without a viewer, like on public and hashtag streams', () => {
  const mine = { favourited: true, reblogged: false, bookmarked: true, muted: false, pinned: null };
  const nobodys = { favourited: undefined, reblogged: undefined, bookmarked: undefined };
  const listAfter = (...events: Event[]): List => {
    let list: List = [];
    of(...events)
      .pipe(toTimeline())
      .subscribe((next) => (list = next));
    return list;
  };

  it('keeps the viewer’s own flags', () => {
    const anonymous = edited('1', 1, { ...nobodys, muted: undefined, pinned: undefined });
    const [shown] = listAfter(update(post('1', mine)), edit(anonymous));
    expect(shown).toMatchObject({ content: 'edit 1', favourited: true, bookmarked: true });
  });

  it('keeps the viewer’s own votes and the right to quote', () => {
    const poll = { id: '9', expired: false, multiple: false, votes_count: 3, options: [] };
    const known = post('1', {
      ...mine,
      poll: { ...poll, voted: true, own_votes: [1] },
      quote_approval: { automatic: [], manual: [], current_user: 'automatic' },
    });
    const anonymous = edited('1', 1, {
      ...{ ...nobodys, muted: undefined, pinned: undefined },
      poll: { ...poll, votes_count: 4 },
      quote_approval: { automatic: [], manual: [], current_user: 'unknown' },
    });
    expect(listAfter(update(known), edit(anonymous))[0]).toMatchObject({
      poll: { votes_count: 4, voted: true, own_votes: [1] },
      quote_approval: { current_user: 'automatic' },
    });
  });

  it('replaces the viewer’s flags if the edit has a viewer', () => {
    const seen = edited('1', 1, { ...mine, favourited: false });
    expect(listAfter(update(post('1', mine)), edit(seen))[0]).toMatchObject({ favourited: false });
  });

  it('keeps them in a boost, too', () => {
    const anonymous = edited('1', 1, { ...nobodys, muted: undefined, pinned: undefined });
    const boost = boosting('2', post('1', mine));
    expect(listAfter(update(boost), edit(anonymous))[0]).toMatchObject({
      reblog: { content: 'edit 1', favourited: true },
    });
  });
});
