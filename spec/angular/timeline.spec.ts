import { createEnvironmentInjector, EnvironmentInjector, Injector, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { MastodonIllegalArgumentError, MastodonNetworkError, type StreamEvent } from 'mastodon-rx';
import { injectTimeline, type LiveTimelineConfig } from 'mastodon-rx/angular';
import { from, NEVER, Observable, of, Subject, type Subscriber } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { become, IN_BROWSER, ON_SERVER } from '../helpers/angular.ts';
import { status } from '../helpers/entities.ts';
import { fake, timelinesOf } from '../helpers/fake.ts';

type Source = Observable<StreamEvent>;

/** A timeout for a busy machine. */
const LONG_TIMEOUT = { timeout: 20_000 };

const stream = ['public'];
const lost = new MastodonNetworkError('lost');
const connected = { type: 'connected', payload: { attempt: 0 }, stream } as const;
const update = (id: string) => ({ type: 'update', payload: status({ id }), stream }) as never;

/** A source that counts its subscriptions. */
function probe() {
  const subscribers = new Set<Subscriber<StreamEvent>>();
  let count = 0;
  const source: Source = new Observable((subscriber) => {
    count++;
    subscribers.add(subscriber);
    subscriber.add(() => subscribers.delete(subscriber));
  });
  return {
    source,
    /** The number of subscriptions so far. */
    get count() {
      return count;
    },
    /** The number of current subscriptions. */
    get open() {
      return subscribers.size;
    },
    send: (...events: StreamEvent[]) => {
      for (const event of events) for (const subscriber of subscribers) subscriber.next(event);
    },
    fail: (error: unknown) => {
      for (const subscriber of subscribers) subscriber.error(error);
    },
  };
}

function injectFor(source: Source | (() => Source), config?: LiveTimelineConfig) {
  const timeline = TestBed.runInInjectionContext(() => injectTimeline(source, config));
  TestBed.tick();
  return timeline;
}

const idsOf = ({ posts }: ReturnType<typeof injectFor>) => posts().map(({ id }) => id);

const stateOf = ({ status, error, retryIn }: ReturnType<typeof injectFor>) => [
  status(),
  error(),
  retryIn(),
];

describe('injectTimeline', () => {
  it('requests older pages with loadOlder(), one at a time', async () => {
    const server = await fake();
    const ids = Array.from({ length: 30 }, () => server.post().id).reverse();
    const timeline = injectFor(timelinesOf(server).user({ backfill: 5 }), { limit: 5 });
    expect(timeline.hasOlder()).toBe(true);
    await expect.poll(() => idsOf(timeline), LONG_TIMEOUT).toEqual(ids.slice(0, 5));

    timeline.loadOlder();
    expect(timeline.isLoadingOlder()).toBe(true);
    timeline.loadOlder();
    await expect.poll(() => idsOf(timeline), LONG_TIMEOUT).toEqual(ids.slice(0, 25));
    expect([timeline.isLoadingOlder(), timeline.olderError()]).toEqual([false, undefined]);

    server.failNextRest(403);
    timeline.loadOlder();
    await expect.poll(() => String(timeline.olderError()), LONG_TIMEOUT).toContain('(403)');
    expect([timeline.hasOlder(), idsOf(timeline).length]).toEqual([true, 25]);
    timeline.loadOlder();
    await expect.poll(() => idsOf(timeline), LONG_TIMEOUT).toEqual(ids);
  });

  it('reports gaps, and closes one on request', async () => {
    const { source, send } = probe();
    const gap = { after: '1', before: '4' };
    const page = { items: [status({ id: '3' }), status({ id: '2' })], hasMore: false, lastId: '2' };
    const older = (beforeId: string) => from(beforeId === '4' ? [page] : []);
    const timeline = injectFor(Object.assign(source, { older }));
    await expect.poll(() => (send(connected), timeline.status()), LONG_TIMEOUT).toBe('open');
    const payload = { recovered: 0, complete: false, cursor: {}, gaps: { status: [gap] } };
    send(update('1'), { type: 'caught-up', payload, stream }, update('4'));
    expect(timeline.gaps()).toEqual([gap]);
    timeline.loadOlder(gap);
    expect(idsOf(timeline)).toEqual(['4', '3', '2', '1']);
    expect(timeline.gaps()).toEqual([]);
  });

  it('has no older posts if its source cannot request them', () => {
    const timeline = injectFor(probe().source);
    timeline.loadOlder();
    expect([timeline.hasOlder(), timeline.isLoadingOlder()]).toEqual([false, false]);
  });

  it('has the posts and the connection’s status, over one subscription', () => {
    TestBed.configureTestingModule({ providers: [IN_BROWSER] });
    const one = probe();
    const timeline = injectFor(one.source, { limit: 2 });
    expect([idsOf(timeline), stateOf(timeline)]).toEqual([
      [],
      ['connecting', undefined, undefined],
    ]);
    one.send(connected, update('1'), update('3'), update('2'));
    expect([idsOf(timeline), stateOf(timeline)]).toEqual([
      ['3', '2'],
      ['open', undefined, undefined],
    ]);
    one.send({ type: 'delete', payload: '3', stream });
    expect(idsOf(timeline)).toEqual(['2']);
    expect(one.count).toBe(1);
  });

  it('subscribes once', () => {
    TestBed.configureTestingModule({ providers: [IN_BROWSER] });
    const one = probe();
    injectFor(one.source);
    TestBed.tick();
    expect([one.count, one.open]).toEqual([1, 1]);
  });

  it('shows the wait for a retry, and retry() ends it in the same subscription', async () => {
    TestBed.configureTestingModule({ providers: [IN_BROWSER] });
    const server = await fake();
    const reconnect = { delay: 600_000, maxDelay: 600_000, jitter: false };
    const timeline = injectFor(timelinesOf(server, { reconnect, catchUp: true }).public());
    timeline.retry(); // no wait to end
    await become(timeline.status, (status) => status === 'open');
    await server.waitForConnections();
    server.post({ content: 'before' });
    await become(timeline.posts, ({ length }) => length === 1);
    timeline.retry();
    expect(server.connections).toHaveLength(1);

    server.drop();
    await become(timeline.status, (status) => status === 'waiting');
    expect(timeline.error()).toMatchObject({ name: 'MastodonNetworkError' });
    expect(timeline.retryIn()).toBeGreaterThan(590_000);
    server.post({ content: 'meanwhile' });
    timeline.retry();
    const both = await become(timeline.posts, ({ length }) => length === 2);
    expect(both.map(({ content }) => content)).toEqual(['meanwhile', 'before']);
    expect(stateOf(timeline)).toEqual(['open', undefined, undefined]);
  });

  it('shows a failure, keeps the posts, and resubscribes on retry()', () => {
    TestBed.configureTestingModule({ providers: [IN_BROWSER] });
    const one = probe();
    const timeline = injectFor(one.source);
    one.send(connected, update('1'));
    one.fail(lost);
    expect([idsOf(timeline), stateOf(timeline)]).toEqual([['1'], ['failed', lost, undefined]]);
    timeline.retry();
    TestBed.tick();
    expect([idsOf(timeline), stateOf(timeline)]).toEqual([
      ['1'],
      ['connecting', undefined, undefined],
    ]);
    one.send(connected, update('2'));
    expect([idsOf(timeline), one.count, one.open]).toEqual([['2', '1'], 2, 1]);
  });

  it('keeps the posts of older pages after retry()', () => {
    TestBed.configureTestingModule({ providers: [IN_BROWSER] });
    const one = probe();
    const page = { items: [status({ id: '2' }), status({ id: '1' })], hasMore: true, lastId: '1' };
    const timeline = injectFor(Object.assign(one.source, { older: () => of(page) }), { limit: 1 });
    one.send(connected, update('3'));
    timeline.loadOlder();
    one.fail(lost);
    timeline.retry();
    TestBed.tick();
    expect(idsOf(timeline)).toEqual(['3', '2', '1']);
  });

  it('unsubscribes when its injector is destroyed', async () => {
    TestBed.configureTestingModule({ providers: [IN_BROWSER] });
    const server = await fake();
    const parent = TestBed.inject(EnvironmentInjector);
    const injector = createEnvironmentInjector([], parent);
    const timeline = injectFor(timelinesOf(server).public(), { injector: injector.get(Injector) });
    await become(timeline.status, (status) => status === 'open');
    injector.destroy();
    await server.waitForClosedSockets();
  });

  it('starts from a first page, once', () => {
    TestBed.configureTestingModule({ providers: [IN_BROWSER] });
    const one = probe();
    const pages = new Subject<never[]>();
    const timeline = injectFor(one.source, { initial: pages });
    one.send(update('2'));
    expect(idsOf(timeline)).toEqual([]);
    pages.next([status({ id: '1' }) as never]);
    expect(idsOf(timeline)).toEqual(['2', '1']);
    one.fail(lost);
    timeline.retry();
    TestBed.tick();
    one.send(update('3'));
    expect(idsOf(timeline)).toEqual(['3', '2', '1']);
  });

  it('follows a function: another stream starts another list', () => {
    TestBed.configureTestingModule({ providers: [IN_BROWSER] });
    const [one, other] = [probe(), probe()];
    const shown = signal(one);
    const unrelated = signal(0);
    const timeline = injectFor(() => shown().source);
    one.send(connected, update('1'));
    unrelated.set(1);
    TestBed.tick();
    expect([one.count, other.count]).toEqual([1, 0]);

    shown.set(other);
    TestBed.tick();
    expect([one.open, other.open]).toEqual([0, 1]);
    expect([idsOf(timeline), stateOf(timeline)]).toEqual([
      [],
      ['connecting', undefined, undefined],
    ]);
    other.send(update('7'));
    expect(idsOf(timeline)).toEqual(['7']);
  });

  it('does not follow signals that its source reads when it is subscribed to', () => {
    TestBed.configureTestingModule({ providers: [IN_BROWSER] });
    const read = signal(0);
    let count = 0;
    injectFor(
      new Observable(() => {
        read();
        count++;
      }),
    );
    read.set(1);
    TestBed.tick();
    expect(count).toBe(1);
  });

  it('has the posts of a source that emits synchronously', () => {
    TestBed.configureTestingModule({ providers: [IN_BROWSER] });
    const timeline = injectFor(from([connected, update('1')]));
    expect([idsOf(timeline), timeline.status()]).toEqual([['1'], 'open']);
  });

  it('needs an injection context, or an injector', () => {
    TestBed.configureTestingModule({ providers: [IN_BROWSER] });
    expect(() => injectTimeline(NEVER)).toThrow('NG0203');
    const injector = TestBed.inject(Injector);
    expect(injectTimeline(NEVER, { injector }).status()).toBe('connecting');
  });

  it('rejects an invalid option at the call', () => {
    TestBed.configureTestingModule({ providers: [IN_BROWSER] });
    expect(() => injectFor(NEVER, { limit: 0 })).toThrow(MastodonIllegalArgumentError);
    expect(() => injectFor(NEVER, { limt: 1 } as never)).toThrow(
      /Unknown option of toTimeline "limt"/,
    );
  });

  it('subscribes to nothing during server-side rendering', () => {
    TestBed.configureTestingModule({ providers: [ON_SERVER] });
    const one = probe();
    const timeline = injectFor(one.source);
    expect(one.count).toBe(0);
    timeline.retry();
    expect([idsOf(timeline), stateOf(timeline)]).toEqual([
      [],
      ['connecting', undefined, undefined],
    ]);
  });
});
