/** Stores events in a real JetStream, and reads them again. */
import * as t from 'io-ts';
import { MastodonIllegalArgumentError, type BaseEvent, type EventCodecs } from 'mastodon-rx';
import {
  fromJetStream,
  MastodonJetStreamError,
  setUpStreams,
  subjectOf,
  toJetStream,
  type FromJetStreamConfig,
  type ToJetStreamConfig,
} from 'mastodon-rx/jetstream';
import { fakeConversation, fakeNotification, fakeStatus } from 'mastodon-rx/testing';
import { from, lastValueFrom, NEVER, Subject, toArray, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { connectTo, hasNatsServer, startNatsServer, type NatsServer } from '../helpers/nats.ts';
import { record } from '../helpers/record.ts';

const server = 'mastodon.social';

type Config = Partial<ToJetStreamConfig<BaseEvent<string, unknown>>>;

async function jetStream(args: readonly string[] = []) {
  const running: NatsServer = await startNatsServer(args);
  const { nc, js } = await connectTo(running.url);
  await setUpStreams(js, { duplicateWindow: 60_000 });
  const { streams } = await js.jetstreamManager();
  return {
    running,
    nc,
    js,
    store: <T extends BaseEvent<string, unknown>>(events$: Observable<T>, config: Config = {}) =>
      events$.pipe(toJetStream<T>(js, { instance: server, ...config })),
    load: <E extends EventCodecs>(config: FromJetStreamConfig<E> = {}) =>
      record(fromJetStream<E>(js, { startFrom: 'all', ...config })),
    count: async () => (await streams.info('MASTODON')).state.messages,
    subjects: async () => {
      const { state } = await streams.info('MASTODON', { subjects_filter: '>' });
      return Object.keys(state.subjects ?? {}).sort();
    },
  };
}

const update = (id: string, stream = ['public']) =>
  ({ type: 'update', payload: fakeStatus({ id }), stream }) as const;

const all = <T>(source$: Observable<T>): Promise<T[]> => lastValueFrom(source$.pipe(toArray()));

describe.skipIf(!hasNatsServer)('toJetStream', () => {
  it('stores each event once, under its server, stream and type, and emits it', async () => {
    const { js, store, count, subjects } = await jetStream();
    const events = [
      update('1'),
      update('1', ['hashtag', 'rx.js']),
      { type: 'delete', payload: '1', stream: ['hashtag', 'rx.js'] },
      { type: 'status.update', payload: fakeStatus({ id: '1' }), stream: ['public'] },
      { type: 'unknown', payload: { name: 'a.b >', data: 1 }, stream: ['user'] },
    ];

    expect(await all(store(from(events)))).toEqual(events);
    await all(store(from(events.slice(0, 4))));
    expect(await count()).toBe(4);
    expect(await subjects()).toEqual([
      'mastodon.mastodon%2Esocial.hashtag,rx%2Ejs.delete',
      'mastodon.mastodon%2Esocial.public.status%2Eupdate',
      'mastodon.mastodon%2Esocial.public.update',
      'mastodon.mastodon%2Esocial.user.a%2Eb%20%3E',
    ]);
    expect(js.apiPrefix).toBe('$JS.API');
  });

  it('stores the same event of two accounts separately', async () => {
    const { store, count } = await jetStream();
    await all(store(from([update('1', ['user'])]), { account: 'alice' }));
    await all(store(from([update('1', ['user'])]), { account: 'bob' }));

    expect(await count()).toBe(2);
  });

  it('emits connection events in their order, and does not store them', async () => {
    const { store, count } = await jetStream();
    const events = [
      { type: 'connected', payload: { attempt: 0 }, stream: ['public'] },
      update('1'),
      { type: 'heartbeat', payload: { comment: 'thump' }, stream: ['public'] },
      { type: 'warning', payload: { code: 'redirected', message: '' }, stream: ['public'] },
    ];

    expect(await all(store(from(events)))).toEqual(events);
    expect(await count()).toBe(1);
  });

  it('stores an event without an identity once per ingester, for all attempts', async () => {
    const { store, count } = await jetStream();
    const event = { type: 'filters_changed', payload: undefined, stream: ['user'] };
    await all(store(from([event])));
    await all(store(from([event])));

    expect(await count()).toBe(2);
  });

  it('buffers events while nats-server is down, then stores all of them, in order', async () => {
    const { running, store, load } = await jetStream();
    const events$ = new Subject<BaseEvent<string, unknown>>();
    const stored = record(store(events$));
    events$.next(update('1'));
    await stored.until(1);

    await running.kill();
    for (const id of ['2', '3', '4']) events$.next(update(id));
    expect(stored.values).toHaveLength(1);
    await running.start();
    await stored.until(4);

    const loaded = await load().until(4);
    const ids = loaded.map(({ event }) => (event.payload as { id: string }).id);
    expect(ids.sort()).toEqual(['1', '2', '3', '4']);
  }, 60_000);

  it('errors, and unsubscribes from the source, when more events wait than its capacity', async () => {
    const { running, store } = await jetStream();
    const events$ = new Subject<BaseEvent<string, unknown>>();
    const stored = record(store(events$, { maxInFlight: 2, capacity: 3 }));
    await running.kill();
    for (const id of ['1', '2', '3', '4', '5']) events$.next(update(id));
    expect(events$.observed).toBe(true);
    events$.next(update('6'));

    expect(await stored.ended).toMatchObject({ name: 'MastodonJetStreamError', retryable: true });
    expect(events$.observed).toBe(false);
    await running.start();
  }, 60_000);

  it('errors if an event cannot be stored within its timeout', async () => {
    const { js, store, count } = await jetStream();
    const manager = await js.jetstreamManager();
    await manager.streams.delete('MASTODON');

    const stored = record(store(from([update('1')]), { timeout: 10 }));
    expect(await stored.ended).toMatchObject({ name: 'MastodonJetStreamError', retryable: true });
    await expect(count()).rejects.toThrow();
  });

  it('errors with a fatal error when the connection is closed', async () => {
    const { nc, store } = await jetStream();
    const events$ = new Subject<BaseEvent<string, unknown>>();
    const stored = record(store(events$));
    await nc.close();
    events$.next(update('1'));

    expect(await stored.ended).toMatchObject({ name: 'MastodonJetStreamError', retryable: false });
  });

  it('reports an event that JetStream can never store, and continues', async () => {
    const { store, count } = await jetStream();
    const huge = {
      type: 'unknown',
      payload: { name: 'x', data: 'x'.repeat(2e6) },
      stream: ['user'],
    };
    const named = {
      type: 'unknown',
      payload: { name: 'x'.repeat(3e3), data: 1 },
      stream: ['user'],
    };
    const events = [huge, named, update('1')];
    const refused: unknown[] = [];

    const passed = await all(store(from(events), { onRejected: (event) => refused.push(event) }));
    expect(passed.map(({ type }) => type)).toEqual(['unknown', 'unknown', 'update']);
    expect(new Set(refused)).toEqual(new Set([huge, named]));
    expect(await count()).toBe(1);
    await expect(all(store(from([huge])))).rejects.toMatchObject({ retryable: false });
    await expect(all(store(from([named])))).rejects.toMatchObject({ retryable: false });
  });

  it('puts no part of an event into an error', async () => {
    const { store } = await jetStream();
    const secret = 'a secret '.repeat(200_000);
    const failing = all(
      store(from([{ type: 'unknown', payload: { name: 'x', data: secret }, stream: ['user'] }])),
    );
    const error: unknown = await failing.catch((caught: unknown) => caught);

    expect(error).toBeInstanceOf(MastodonJetStreamError);
    expect(JSON.stringify(error) + String(error)).not.toContain('secret');
  });

  it('does nothing before the subscription, and stores nothing after unsubscription', async () => {
    const { store, count } = await jetStream();
    const events$ = new Subject<BaseEvent<string, unknown>>();
    const result$ = store(events$);
    expect(events$.observed).toBe(false);

    result$.subscribe().unsubscribe();
    expect(events$.observed).toBe(false);
    expect(await count()).toBe(0);
  });

  it.each([
    ['no instance', { instance: '' }],
    ['a prefix with a star', { subjectPrefix: 'a.*' }],
    ['nothing in flight', { maxInFlight: 0 }],
    ['no bound', { capacity: Infinity }],
    ['no timeout', { timeout: 0 }],
    ['a misspelt option', { inflight: 3 }],
  ])('throws at the call with %s', (_what, config) => {
    expect(() => toJetStream({} as never, { instance: server, ...config })).toThrow(
      MastodonIllegalArgumentError,
    );
  });
});

describe.skipIf(!hasNatsServer)('fromJetStream', () => {
  it('emits the stored events, each as it was', async () => {
    const { store, load } = await jetStream();
    const emoji_reaction = t.type({ name: t.string });
    const events: BaseEvent<string, unknown>[] = [
      update('117420000000000001', ['hashtag', '日本.語']),
      { ...update('2'), recovered: true },
      { type: 'delete', payload: '117420000000000002', stream: ['public'] },
      { type: 'notification', payload: fakeNotification(), stream: ['user'] },
      { type: 'conversation', payload: fakeConversation(), stream: ['direct'] },
      { type: 'announcement.delete', payload: '3', stream: ['user'] },
      { type: 'filters_changed', payload: undefined, stream: ['user'] },
      { type: 'notifications_merged', payload: undefined, stream: ['user'] },
      { type: 'encrypted_message', payload: { a: 1 }, stream: ['user'] },
      { type: 'emoji_reaction', payload: { name: '👍' }, stream: ['public'] },
      ...['text', '"5"', '5', '117420000000000003', '', { a: [null] }, 5, null].map((data) => ({
        type: 'unknown',
        payload: { name: 'strange', data },
        stream: ['user'],
      })),
    ];
    await all(store(from(events)));

    const loaded = await load({ events: { emoji_reaction } }).until(events.length);
    expect(loaded.map(({ event }) => event)).toEqual(events);
    expect(loaded.map(({ host }) => host)).toEqual(events.map(() => server));
  });

  it('checks payloads again: a payload that does not fit is unknown, an unreadable one malformed', async () => {
    const { js, load } = await jetStream();
    const subject = 'mastodon.mastodon%2Esocial.public.update';
    await js.publish(subject, '{"id":5}');
    await js.publish(subject, '{');
    await js.publish('mastodon.foreign', 'x');

    const events = (await load().until(3)).map(({ event }) => event);
    expect(events).toMatchObject([
      { type: 'unknown', payload: { name: 'update', data: { id: 5 } }, stream: ['public'] },
      { type: 'malformed', payload: { raw: '{' } },
      { type: 'malformed', payload: { raw: '' } },
    ]);
  });

  it("decodes again the payloads that a user's codec has transformed", async () => {
    const { store, load } = await jetStream();
    const date = new t.Type<Date, string>(
      'Date',
      (value) => value instanceof Date,
      (value, context) =>
        typeof value === 'string' ? t.success(new Date(value)) : t.failure(value, context),
      (value) => value.toISOString(),
    );
    const events = { since: t.type({ at: date }) };
    const payload = { at: new Date(5) };
    await all(store(from([{ type: 'since', payload, stream: ['user'] }]), { events }));

    expect((await load({ events }).until(1))[0]?.event.payload).toEqual(payload);
  });

  it('filters by subject', async () => {
    const { store, load } = await jetStream();
    await all(store(from([update('1'), { type: 'delete', payload: '1', stream: ['public'] }])));

    const deletes = await load({ filterSubject: subjectOf({ type: 'delete' }) }).until(1);
    expect(deletes.map(({ event }) => event.type)).toEqual(['delete']);
  });

  it('starts from all, the last, a number, a time, or by default new events', async () => {
    const { js, store, load } = await jetStream();
    await all(store(from([update('1'), update('2'), update('3')])));
    const first = (values: readonly { readonly sequence: number }[]) => values[0]?.sequence;

    expect(first(await load({ startFrom: 'all' }).until(1))).toBe(1);
    expect(first(await load({ startFrom: 'last' }).until(1))).toBe(3);
    expect(first(await load({ startFrom: 2 }).until(1))).toBe(2);
    expect(first(await load({ startFrom: new Date(0) }).until(1))).toBe(1);
    const fresh = record(fromJetStream(js, { consumer: 'fresh' }));
    const manager = await js.jetstreamManager();
    while ((await manager.consumers.list('MASTODON').next()).every(({ name }) => name !== 'fresh'));
    await all(store(from([update('4')])));
    expect(first(await fresh.until(1))).toBe(4);
  });

  it('shares one consumer among subscribers: each event goes to one of them', async () => {
    const { store, load } = await jetStream();
    const one = load({ consumer: 'shared' });
    const other = load({ consumer: 'shared' });
    await all(store(from(Array.from({ length: 400 }, (_, n) => update(String(n + 1))))));

    while (one.values.length + other.values.length < 400) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    const sequences = [...one.values, ...other.values].map(({ sequence }) => sequence);
    expect(new Set(sequences).size).toBe(400);
    expect(one.values.length).toBeGreaterThan(50);
    expect(other.values.length).toBeGreaterThan(50);
  });

  it("continues with the consumer's unacknowledged events", async () => {
    const { store, load } = await jetStream();
    await all(store(from([update('1'), update('2')])));
    const first = load({ consumer: 'bot', ackWait: 1_000 });
    const [done] = await first.until(2);
    done?.ack();
    first.unsubscribe();

    const [again] = await load({ consumer: 'bot' }).until(1);
    expect(again).toMatchObject({ sequence: 2, redelivered: true, attempt: 2, ackWait: 1_000 });
  });

  it('continues after nats-server was killed', async () => {
    const { running, store, load } = await jetStream();
    const loaded = load({ consumer: 'bot' });
    await all(store(from([update('1')])));
    await loaded.until(1);
    await running.kill();
    await running.start();
    await all(store(from([update('2')])));

    await loaded.until(({ sequence }) => sequence === 2);
  }, 60_000);

  it('errors if there is no stream, and when the consumer or the connection ends', async () => {
    const { nc, js, load } = await jetStream();
    expect(await load({ stream: 'NONE' }).ended).toMatchObject({ name: 'MastodonJetStreamError' });

    const orphan = load({ consumer: 'bot' });
    const manager = await js.jetstreamManager();
    while (
      (await manager.consumers.list('MASTODON').next()).every(({ num_waiting }) => !num_waiting)
    );
    await manager.consumers.delete('MASTODON', 'bot');
    expect(await orphan.ended).toMatchObject({ name: 'MastodonJetStreamError', retryable: true });

    const cut = load({ consumer: 'other' });
    while (
      (await manager.consumers.list('MASTODON').next()).every(({ num_waiting }) => !num_waiting)
    );
    await nc.close();
    expect(await cut.ended).toMatchObject({ name: 'MastodonJetStreamError', retryable: false });
  }, 60_000);

  it.each([
    ['a stream with a dot', { stream: 'a.b' }],
    ['a consumer with a blank', { consumer: 'a b' }],
    ['an unknown start', { startFrom: 'first' }],
    ['no wait', { ackWait: 0 }],
    ['no room for an event', { maxAckPending: 0 }],
    ['a misspelt option', { filters: '>' }],
  ])('throws at the call with %s', (_what, config) => {
    expect(() => fromJetStream({} as never, config as FromJetStreamConfig)).toThrow(
      MastodonIllegalArgumentError,
    );
  });
});

describe('without nats-server', () => {
  it('opens nothing without NATS', () => {
    expect(() =>
      fromJetStream({} as never)
        .subscribe()
        .unsubscribe(),
    ).not.toThrow();
    expect(() =>
      NEVER.pipe(toJetStream({} as never, { instance: server }))
        .subscribe()
        .unsubscribe(),
    ).not.toThrow();
  });
});
