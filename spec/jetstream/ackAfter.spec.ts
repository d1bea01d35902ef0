import { MastodonIllegalArgumentError } from 'mastodon-rx';
import {
  ackAfter,
  fromJetStream,
  setUpStreams,
  subjectOf,
  toJetStream,
  type AckAfterConfig,
  type Delivery,
} from 'mastodon-rx/jetstream';
import {
  concat,
  EMPTY,
  from,
  lastValueFrom,
  NEVER,
  of,
  tap,
  throwError,
  type Observable,
} from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { marbles } from '../helpers/marbles.ts';
import { connectTo, hasNatsServer, startNatsServer } from '../helpers/nats.ts';
import { record } from '../helpers/record.ts';

/** A delivery that records its calls, with the virtual time. */
function delivery(sequence: number, told: string[], fields: Partial<Delivery> = {}): Delivery {
  const tell =
    (word: string) =>
    (delay?: number | string): void => {
      told.push(`${word} ${sequence}${delay === undefined ? '' : ` ${delay}`}`);
    };
  return {
    event: { type: 'delete', payload: String(sequence), stream: ['public'] },
    host: 'mastodon.social',
    account: undefined,
    sequence,
    attempt: 1,
    redelivered: false,
    ackWait: 3_000,
    ack: tell('ack'),
    nak: tell('nak'),
    working: tell('working'),
    deadLetter: (reason) => {
      tell('park')(reason);
      return Promise.resolve();
    },
    ...fields,
  };
}

describe('ackAfter', () => {
  it('acknowledges when the inner Observable completes, and emits its values', () => {
    const told: string[] = [];
    marbles(({ hot, cold, expectObservable, flush }) => {
      const source = hot('a-----|', { a: delivery(1, told) });
      const inner = cold('-x-y|');
      const expected = '  -x-y--|';

      expectObservable(source.pipe(ackAfter(() => inner))).toBe(expected);
      flush();
    });
    expect(told).toEqual(['ack 1']);
  });

  it('runs at most `concurrency` inner Observables at once', () => {
    const told: string[] = [];
    marbles(({ hot, cold, expectObservable }) => {
      const values = { a: delivery(1, told), b: delivery(2, told), c: delivery(3, told) };
      const source = hot('(abc)', values);
      const inner = cold('---x|');
      const expected = '  ---x---x---x';

      // The next one begins in the frame in which the one before completes.
      expectObservable(source.pipe(ackAfter(() => inner))).toBe(expected);
    });
    expect(told).toEqual(['ack 1', 'ack 2', 'ack 3']);
  });

  it('returns a failed delivery with a growing delay, reports it, and continues', () => {
    const told: string[] = [];
    const failures: unknown[] = [];
    const error = new Error('no');
    const values = {
      a: delivery(1, told),
      b: delivery(2, told, { attempt: 3 }),
      c: delivery(3, told),
    };
    marbles(({ hot, expectObservable }) => {
      const source = hot('abc', values);
      const project = ({ sequence }: Delivery): Observable<number> =>
        sequence === 3 ? of(3) : throwError(() => error);
      const onFailure: AckAfterConfig['onFailure'] = (...failure) => failures.push(failure);

      expectObservable(source.pipe(ackAfter(project, { onFailure }))).toBe('--3', { 3: 3 });
    });
    expect(told).toEqual(['nak 1 1000', 'nak 2 4000', 'ack 3']);
    expect(failures).toEqual([
      [error, values.a, false],
      [error, values.b, false],
    ]);
  });

  it("returns a delivery for which the function throws, after a delay of the user's own", () => {
    const told: string[] = [];
    const throws = (): Observable<never> => {
      throw new Error('no');
    };
    from([delivery(1, told)])
      .pipe(ackAfter(throws, { delay: 5 }))
      .subscribe();
    from([delivery(2, told)])
      .pipe(ackAfter(throws, { delay: (n) => n * 7 }))
      .subscribe();

    expect(told).toEqual(['nak 1 5', 'nak 2 7']);
  });

  it("makes a dead letter after the last failure, with the error's name and without its message", async () => {
    const told: string[] = [];
    const fails = (): Observable<never> => throwError(() => new TypeError('a post’s text'));
    const last = delivery(1, told, { attempt: 5 });
    await lastValueFrom(from([last]).pipe(ackAfter(fails)), { defaultValue: null });

    expect(told).toEqual(['park 1 TypeError']);
  });

  it('makes a dead letter of a delivery whose attempts all ended with their process', async () => {
    const told: string[] = [];
    const failures: boolean[] = [];
    const config: AckAfterConfig = {
      attempts: 2,
      onFailure: (_error, _delivery, parked) => failures.push(parked),
    };
    const killer = delivery(1, told, { attempt: 3, redelivered: true });
    const seen: unknown[] = [];
    const work = (each: Delivery): Observable<never> => {
      seen.push(each);
      return EMPTY;
    };
    await lastValueFrom(from([killer]).pipe(ackAfter(work, config)), { defaultValue: null });

    expect(seen).toEqual([]);
    expect(told).toEqual(['park 1 Error']);
    expect(failures).toEqual([true]);
  });

  it('returns a delivery whose dead letter cannot be stored', async () => {
    const told: string[] = [];
    const last = delivery(1, told, {
      attempt: 5,
      deadLetter: () => Promise.reject(new Error('nats-server is away')),
    });
    const fails = (): Observable<never> => throwError(() => new Error('no'));
    await lastValueFrom(from([last]).pipe(ackAfter(fails)), { defaultValue: null });

    expect(told).toEqual(['nak 1 16000']);
  });

  it('returns running and waiting deliveries at once on unsubscription, and when the source fails', () => {
    const told: string[] = [];
    const two = from([delivery(1, told), delivery(2, told)]);
    concat(two, NEVER)
      .pipe(ackAfter(() => NEVER))
      .subscribe()
      .unsubscribe();
    expect(told.splice(0)).toEqual(['nak 1', 'nak 2']);

    concat(
      two,
      throwError(() => new Error('gone')),
    )
      .pipe(ackAfter(() => NEVER))
      .subscribe({ error: () => told.push('error') });
    expect(told.splice(0).sort()).toEqual(['error', 'nak 1', 'nak 2']);
  });

  it('uses the shortest ackWait of merged consumers', () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const told: string[] = [];
    const source = concat(
      of(delivery(1, told, { ackWait: 30_000 }), delivery(2, told, { ackWait: 3_000 })),
      NEVER,
    );
    const subscription = source.pipe(ackAfter(() => NEVER)).subscribe();

    vi.advanceTimersByTime(2_000);
    expect(told).toEqual(['working 1', 'working 2', 'working 1', 'working 2']);
    subscription.unsubscribe();
    vi.advanceTimersByTime(60_000);
    expect(told.slice(4)).toEqual(['nak 1', 'nak 2']);
  });

  it('errors with an exception of onFailure', () => {
    const thrown = new Error('enough');
    const errors: unknown[] = [];
    const onFailure = (): void => {
      throw thrown;
    };
    from([delivery(1, [])])
      .pipe(ackAfter(() => throwError(() => new Error('no')), { onFailure }))
      .subscribe({ error: (error: unknown) => errors.push(error) });

    expect(errors).toEqual([thrown]);
  });

  it.each([
    ['no concurrency', { concurrency: 0 }],
    ['half an attempt', { attempts: 0.5 }],
    ['a delay below 0', { delay: -1 }],
    ['a misspelt option', { retries: 5 }],
  ])('throws at the call with %s', (_what, config) => {
    expect(() => ackAfter(() => EMPTY, config as AckAfterConfig)).toThrow(
      MastodonIllegalArgumentError,
    );
  });
});

describe.skipIf(!hasNatsServer)('ackAfter on JetStream', () => {
  const server = 'mastodon.social';

  async function jetStream(ids: readonly string[]) {
    const running = await startNatsServer();
    const { nc, js } = await connectTo(running.url);
    await setUpStreams(js);
    const events = ids.map((id) => ({ type: 'delete', payload: id, stream: ['public'] }) as const);
    await lastValueFrom(from(events).pipe(toJetStream(js, { instance: server })));
    const deliveries$ = (ackWait?: number): Observable<Delivery> =>
      fromJetStream(js, { consumer: 'worker', startFrom: 'all', ackWait });
    return { running, nc, js, deliveries$, manager: await js.jetstreamManager() };
  }

  it('keeps deliveries longer than ackWait, running or waiting', async () => {
    const { deliveries$ } = await jetStream(['1', '2', '3']);
    const started: [number, number][] = [];
    const signs = new Map<Delivery, () => void>();
    const heard$ = deliveries$(2_000).pipe(
      tap((delivery) => {
        const working = delivery.working.bind(delivery);
        delivery.working = () => {
          working();
          signs.get(delivery)?.();
        };
      }),
    );
    // Each takes four thirds of ackWait: without a sign of life it would be delivered again.
    const work = (delivery: Delivery): Promise<number> => {
      const { sequence, attempt } = delivery;
      started.push([sequence, attempt]);
      let left = 4;
      return new Promise((resolve) => {
        signs.set(delivery, () => {
          if (--left === 0) resolve(sequence);
        });
      });
    };
    const results = record(heard$.pipe(ackAfter(work)));
    await results.until(3);

    expect(started).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
  }, 60_000);

  it('redelivers a failed event, and makes a dead letter with its unchanged payload in the end', async () => {
    const { js, deliveries$, manager } = await jetStream(['7']);
    const attempts: number[] = [];
    const work = ({ attempt }: Delivery): Observable<never> => {
      attempts.push(attempt);
      return throwError(() => new RangeError('no'));
    };
    record(deliveries$().pipe(ackAfter(work, { attempts: 3, delay: 1 })));

    const dead = fromJetStream(js, { stream: 'MASTODON_DEAD', startFrom: 'all' });
    const [letter] = await record(dead).until(1);
    expect(letter?.event).toEqual({ type: 'delete', payload: '7', stream: ['public'] });
    const subject = `mastodon-dead.${subjectOf({ instance: server, stream: ['public'], type: 'delete' })}`;
    const message = await manager.streams.getMessage('MASTODON_DEAD', { last_by_subj: subject });
    expect(message?.header.get('Mastodon-Reason')).toBe('RangeError');
    expect(message?.header.get('Mastodon-Attempts')).toBe('3');
    expect(message?.header.get('Mastodon-Consumer')).toBe('worker');
    expect(attempts).toEqual([1, 2, 3]);
    let pending;
    do {
      pending = (await manager.consumers.info('MASTODON', 'worker')).num_ack_pending;
    } while (pending > 0);
  }, 60_000);

  it('lets another consumer have its deliveries at once after unsubscription', async () => {
    const { deliveries$ } = await jetStream(['1', '2']);
    let inHand = 0;
    const first = record(
      deliveries$().pipe(
        tap(() => inHand++),
        ackAfter((each) => concat(of(each.sequence), NEVER)),
      ),
    );
    // One runs, and one waits.
    while (inHand < 2) await new Promise((resolve) => setImmediate(resolve));
    const began = performance.now();
    first.unsubscribe();

    const second = record(deliveries$().pipe(ackAfter((each) => of(each.sequence))));
    expect((await second.until(2)).sort()).toEqual([1, 2]);
    expect(performance.now() - began).toBeLessThan(15_000); // ackWait is 30 s
  }, 60_000);

  it('survives a connection that is closed while it works', async () => {
    const { nc, deliveries$ } = await jetStream(['1']);
    const results = record(deliveries$(300).pipe(ackAfter(() => concat(of(1), NEVER))));
    await results.until(1);
    await nc.close();

    expect(await results.ended).toMatchObject({ name: 'MastodonJetStreamError', retryable: false });
  }, 60_000);
});
