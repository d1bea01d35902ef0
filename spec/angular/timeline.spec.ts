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

/** For a busy machine. */
const PATIENCE = { timeout: 20_000 };

const stream = ['public'];
const lost = new MastodonNetworkError('lost');
const connected = { type: 'connected', payload: { attempt: 0 }, stream } as const;
const update = (id: string) => ({ type: 'update', payload: status({ id }), stream }) as never;

/** A source that tells how it is subscribed to. */
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
    /** How often it was subscribed to. */
    get count() {
      return count;
    },
    /** How many are subscribed. */
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
  it('goes on below when it is told to, one page at a time', async () => {
    const server = await fake();
    const ids = Array.from({ length: 30 }, () => server.post().id).reverse();
    const timeline = injectFor(timelinesOf(server).user({ backfill: 5 }), { limit: 5 });
    expect(timeline.hasOlder()).toBe(true);
    await expect.poll(() => idsOf(timeline), PATIENCE).toEqual(ids.slice(0, 5));

    timeline.loadOlder();
    expect(timeline.isLoadingOlder()).toBe(true);
    timeline.loadOlder();
    await expect.poll(() => idsOf(timeline), PATIENCE).toEqual(ids.slice(0, 25));
    expect([timeline.isLoadingOlder(), timeline.olderError()]).toEqual([false, undefined]);

    server.failNextRest(403);
    timeline.loadOlder();
    await expect.poll(() => String(timeline.olderError()), PATIENCE).toContain('(403)');
    expect([timeline.hasOlder(), idsOf(timeline).length]).toEqual([true, 25]);
    timeline.loadOlder();
    await expect.poll(() => idsOf(timeline), PATIENCE).toEqual(ids);
  });

  it('tells of gaps, and closes one when it is told to', async () => {
    const { source, send } = probe();
    const gap = { after: '1', before: '4' };
    const page = { items: [status({ id: '3' }), status({ id: '2' })], hasMore: false, lastId: '2' };
    const older = (beforeId: string) => from(beforeId === '4' ? [page] : []);
    const timeline = injectFor(Object.assign(source, { older }));
    await expect.poll(() => (send(connected), timeline.status()), PATIENCE).toBe('open');
    const payload = { recovered: 0, complete: false, cursor: {}, gaps: { status: [gap] } };
    send(update('1'), { type: 'caught-up', payload, stream }, update('4'));
    expect(timeline.gaps()).toEqual([gap]);
    timeline.loadOlder(gap);
    expect(idsOf(timeline)).toEqual(['4', '3', '2', '1']);
    expect(timeline.gaps()).toEqual([]);
  });

  it('has nothing below a source that cannot request it', () => {
    const timeline = injectFor(probe().source);
    timeline.loadOlder();
    expect([timeline.hasOlder(), timeline.isLoadingOlder()]).toEqual([false, false]);
  });

  it('is the posts and the connection, over one subscription', () => {
    TestBed.configureTestingModule({ providers: [IN_BROWSER] });
    const { source, send, ...counts } = probe();
    const timeline = injectFor(source, { limit: 2 });
    expect([idsOf(timeline), stateOf(timeline)]).toEqual([
      [],
      ['connecting', undefined, undefined],
    ]);
    send(connected, update('1'), update('3'), update('2'));
    expect([idsOf(timeline), stateOf(timeline)]).toEqual([
      ['3', '2'],
      ['open', undefined, undefined],
    ]);
    send({ type: 'delete', payload: '3', stream });
    expect(idsOf(timeline)).toEqual(['2']);
    expect(counts.count).toBeLessThan(2);
  });

  it('is subscribed to once', () => {
    TestBed.configureTestingModule({ providers: [IN_BROWSER] });
    const one = probe();
    injectFor(one.source);
    TestBed.tick();
    expect([one.count, one.open]).toEqual([1, 1]);
  });

  it('tells a wait, and retry() ends it in the same subscription', async () => {
    TestBed.configureTestingModule({ providers: [IN_BROWSER] });
    const server = await fake();
    const reconnect = { delay: 600_000, maxDelay: 600_000, jitter: false };
    const timeline = injectFor(timelinesOf(server, { reconnect, catchUp: true }).public());
    timeline.retry(); // nothing to end
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

  it('tells a failure, keeps the posts, and retry() connects anew', () => {
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

  it('keeps what older pages brought when it is tried again', () => {
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

  it('is destroyed with its injector', async () => {
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

  it('a function is followed: another stream begins another list', () => {
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

  it('a source that reads signals when it is subscribed to is not followed by that', () => {
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

  it('of a source that says all at once', () => {
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

  it('refuses a wrong option at the call', () => {
    TestBed.configureTestingModule({ providers: [IN_BROWSER] });
    expect(() => injectFor(NEVER, { limit: 0 })).toThrow(MastodonIllegalArgumentError);
    expect(() => injectFor(NEVER, { limt: 1 } as never)).toThrow(
      /Unknown option of toTimeline "limt"/,
    );
  });

  it('subscribes to nothing while the server renders', () => {
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
