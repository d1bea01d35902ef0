import fc from 'fast-check';
import {
  concat,
  ignoreElements,
  map,
  mergeMap,
  NEVER,
  of,
  range,
  Subject,
  take,
  timer,
  toArray,
  type Observable,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { boundedMergeMap } from '../../src/operators/boundedMergeMap.ts';
import { MastodonQueueOverflowError } from '../../src/operators/boundedQueue.ts';
import { MastodonIllegalArgumentError } from '../../src/model/errors.ts';
import { marbles } from '../helpers/marbles.ts';

describe('boundedMergeMap', () => {
  it.each([
    ['never', '     -        ', '-        '],
    ['empty', '     |        ', '|        '],
    ['one', '       -a|      ', '---(a|)'],
    ['many', '      abc|     ', '--a-b-(c|)'],
    ['an error', '  ab-c-#   ', '--a-b#   '],
  ])('runs one inner Observable at a time by default: %s', (_what, source, expected) => {
    marbles(({ cold, expectObservable }) => {
      const result = cold(source.trim()).pipe(
        boundedMergeMap((value) => cold('--(v|)', { v: value })),
      );
      expectObservable(result).toBe(expected.trim());
    });
  });

  it('runs as many inner Observables at once as `concurrency`', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const inner = cold('----(x|)');
      const subs = ['^---!', '-^---!', '----^---!'];
      const result = cold('abc|').pipe(boundedMergeMap(() => inner, { concurrency: 2 }));
      expectObservable(result).toBe('----xx--(x|)');
      expectSubscriptions(inner.subscriptions).toBe(subs);
    });
  });

  it('accepts promises, arrays and everything else that from() accepts', async () => {
    const values = await new Promise((resolve) => {
      of(1, 2)
        .pipe(
          boundedMergeMap((value, index) =>
            value === 1 ? [value, index] : Promise.resolve(index),
          ),
          toArray(),
        )
        .subscribe(resolve);
    });
    expect(values).toEqual([1, 0, 1]);
  });

  it.each([
    ['drop-oldest', '---a--d--(e|)', ['b', 'c']],
    ['drop-newest', '---a--b--(c|)', ['d', 'e']],
  ] as const)(
    'with %s drops the value that the name says, and calls onDrop',
    (overflow, expected, dropped) => {
      const drops: unknown[] = [];
      marbles(({ cold, expectObservable }) => {
        const result = cold('(abcde|)').pipe(
          boundedMergeMap((value) => cold('---(v|)', { v: value }), {
            capacity: 2,
            overflow,
            onDrop: (...drop) => drops.push(drop),
          }),
        );
        expectObservable(result).toBe(expected);
      });
      expect(drops).toEqual([
        [dropped[0], 1],
        [dropped[1], 2],
      ]);
    },
  );

  it('errors by default when too many values wait, and unsubscribes from the running ones', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('a-b-c-d');
      const inner = cold('---------(x|)');
      const result = source.pipe(boundedMergeMap(() => inner, { capacity: 2 }));
      expectObservable(result).toBe('------#', undefined, new MastodonQueueOverflowError(2));
      expectSubscriptions(source.subscriptions).toBe('^-----!');
      expectSubscriptions(inner.subscriptions).toBe('^-----!');
    });
  });

  it('behaves like exhaustMap with a capacity of 0', () => {
    marbles(({ cold, expectObservable }) => {
      const result = cold('ab--c|').pipe(
        boundedMergeMap((value) => cold('---(v|)', { v: value }), {
          capacity: 0,
          overflow: 'drop-newest',
        }),
      );
      expectObservable(result).toBe('---a---(c|)');
    });
  });

  it('completes after every waiting value has been processed', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('(ab|)');
      const result = source.pipe(boundedMergeMap(() => cold('---|')));
      expectObservable(result).toBe('------|');
      expectSubscriptions(source.subscriptions).toBe('(^!)');
    });
  });

  it('unsubscribes from the running ones, and drops the waiting ones, when the subscriber unsubscribes', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('ab--');
      const inner = cold('-----x');
      expectObservable(source.pipe(boundedMergeMap(() => inner)), '^--!').toBe('---');
      expectSubscriptions(source.subscriptions).toBe('^--!');
      expectSubscriptions(inner.subscriptions).toBe('^--!');
    });
  });

  it('starts nothing more if the subscriber unsubscribes in the last value of a running one', () => {
    const started: string[] = [];
    marbles(({ cold, expectObservable }) => {
      const result = cold('ab').pipe(
        boundedMergeMap((value) => {
          started.push(value);
          return cold('--(x|)');
        }),
        take(1),
      );
      expectObservable(result).toBe('--(x|)');
    });
    expect(started).toEqual(['a']);
  });

  it('unsubscribes from a source that emits synchronously', () => {
    const pulled: number[] = [];
    function* numbers() {
      for (let i = 0; ; i++) {
        pulled.push(i);
        yield i;
      }
    }
    const values: number[] = [];
    concat(numbers())
      .pipe(
        boundedMergeMap((value) => of(value)),
        take(2),
      )
      .subscribe((value) => values.push(value));
    expect([values, pulled]).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it.each([
    [
      'project',
      boundedMergeMap((): Observable<never> => {
        throw new Error('a bug');
      }),
    ],
    [
      'project, for a value that waited',
      boundedMergeMap((value: string): Observable<never> => {
        if (value === 'b') throw new Error('a bug');
        return timer(1).pipe(ignoreElements());
      }),
    ],
    [
      'onDrop',
      boundedMergeMap(() => NEVER, {
        capacity: 0,
        overflow: 'drop-newest',
        onDrop: () => {
          throw new Error('a bug');
        },
      }),
    ],
  ])('errors with the error that %s throws, and unsubscribes', (what, operator) => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-(ab)--');
      expectObservable(source.pipe(operator, toArray())).toBe(
        what.includes('waited') ? '--#' : '-#',
        undefined,
        new Error('a bug'),
      );
      expectSubscriptions(source.subscriptions).toBe(what.includes('waited') ? '^-!' : '^!');
    });
  });

  it('errors with the error of an inner Observable, and starts nothing more', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('ab--');
      const inner = cold('--#');
      expectObservable(source.pipe(boundedMergeMap(() => inner))).toBe('--#');
      expectSubscriptions(source.subscriptions).toBe('^-!');
      expectSubscriptions(inner.subscriptions).toBe('^-!');
    });
  });

  it('has a queue and a drop count for each subscription', () => {
    const totals: number[] = [];
    const result = of(1, 2, 3).pipe(
      boundedMergeMap(() => NEVER, {
        capacity: 1,
        overflow: 'drop-oldest',
        onDrop: (_value, total) => totals.push(total),
      }),
    );
    result.subscribe().unsubscribe();
    result.subscribe().unsubscribe();
    expect(totals).toEqual([1, 1]);
  });

  it('processes 100,000 waiting synchronous values in order, without a stack overflow', () => {
    const gate = new Subject();
    const seen: number[] = [];
    range(0, 100_000)
      .pipe(boundedMergeMap((i) => (i === 0 ? gate : [i]), { capacity: 100_000 }))
      .subscribe((value) => seen.push(value as number));
    gate.complete();
    expect(seen).toEqual(Array.from({ length: 99_999 }, (_, i) => i + 1));
  });

  it('keeps the order if a value arrives while waiting ones are being started', () => {
    const source = new Subject<string>();
    const gates: Record<string, Subject<never>> = { a: new Subject(), b: new Subject() };
    const started: string[] = [];
    source
      .pipe(
        boundedMergeMap(
          (value) => {
            started.push(value);
            if (value === 'c') {
              gates['b']!.complete();
              source.next('e');
            }
            return gates[value] ?? [];
          },
          { concurrency: 2 },
        ),
      )
      .subscribe();
    for (const value of 'abcd') source.next(value);
    gates['a']!.complete();
    expect(started).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('behaves like a plain simulation, with any bounds', () => {
    const config = fc.record({
      concurrency: fc.integer({ min: 1, max: 3 }),
      capacity: fc.nat(4),
      overflow: fc.constantFrom('drop-oldest', 'drop-newest'),
    });
    const arrivals = fc.array(
      fc.record({ wait: fc.nat(3), work: fc.integer({ min: 1, max: 6 }) }),
      {
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(config, arrivals, (bounds, jobs) => {
        expect(run(jobs, bounds)).toEqual(simulate(jobs, bounds));
      }),
    );
  });

  it.each(['drop-oldest', 'drop-newest'] as const)(
    'stays within its bounds with 100,000 events and a consumer that takes 1 ms for each: %s',
    (overflow) => {
      const dropped: number[] = [];
      const started: number[] = [];
      let most = 0;
      // The model: an array, cut after each arrival.
      const waiting: number[] = [];
      const expectedDrops: number[] = [];
      const expectedStarts: number[] = [];
      const cut = (): void => {
        if (waiting.length <= 1_000) return;
        expectedDrops.push((overflow === 'drop-oldest' ? waiting.shift() : waiting.pop())!);
      };

      new TestScheduler(() => undefined).run(() => {
        // 100 events per ms, for 1 s.
        const source = timer(0, 1).pipe(
          take(1_000),
          mergeMap((ms) => range(ms * 100, 100)),
          map((value) => {
            most = Math.max(most, value - dropped.length - started.length);
            cut();
            waiting.push(value);
            return value;
          }),
        );
        const work = boundedMergeMap(
          (value: number) => {
            cut();
            expectedStarts.push(waiting.shift()!);
            started.push(value);
            return timer(1);
          },
          { overflow, onDrop: (value) => dropped.push(value) },
        );
        source.pipe(work).subscribe();
      });
      expect(most).toBe(1_000);
      expect(started).toEqual(expectedStarts);
      expect(dropped).toEqual(expectedDrops);
      expect(started.length + dropped.length).toBe(100_000);
    },
  );

  it.each([
    [{ concurrency: 0 }, /concurrency must be a whole number above 0, or Infinity/],
    [{ concurrency: 1.5 }, /concurrency must be/],
    [{ capacity: Infinity }, /capacity must be/],
    [{ concurrent: 1 } as never, /Unknown option of boundedMergeMap "concurrent"/],
  ])('refuses %o', (config, message) => {
    expect(() => boundedMergeMap(() => NEVER, config)).toThrow(MastodonIllegalArgumentError);
    expect(() => boundedMergeMap(() => NEVER, config)).toThrow(message);
  });
});

interface Job {
  readonly wait: number;
  readonly work: number;
}

interface Bounds {
  readonly concurrency: number;
  readonly capacity: number;
  readonly overflow: 'drop-oldest' | 'drop-newest';
}

/** An offset from the arrivals, which are at whole seconds, so that nothing ends when a value arrives. */
const APART = 7;

/** The starts with their times, and the drops, in order. */
type Log = (readonly [what: 'start' | 'drop', job: number, at?: number])[];

function run(jobs: readonly Job[], bounds: Bounds): Log {
  const log: Log = [];
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(() => {
    const start = scheduler.now();
    let at = 0;
    const source = new Subject<number>();
    source
      .pipe(
        boundedMergeMap(
          (job) => {
            log.push(['start', job, scheduler.now() - start]);
            return timer(jobs[job]!.work * 1_000 + APART);
          },
          { ...bounds, onDrop: (job) => log.push(['drop', job]) },
        ),
      )
      .subscribe();
    jobs.forEach(({ wait }, job) => {
      at += wait * 1_000;
      timer(at).subscribe(() => source.next(job));
    });
  });
  return log;
}

function simulate(jobs: readonly Job[], { concurrency, capacity, overflow }: Bounds): Log {
  const log: Log = [];
  const ends: number[] = [];
  const waiting: number[] = [];
  const start = (job: number, at: number): void => {
    log.push(['start', job, at]);
    ends.push(at + jobs[job]!.work * 1_000 + APART);
  };
  const runUntil = (now: number): void => {
    for (;;) {
      const end = Math.min(...ends);
      if (!(end <= now)) return;
      ends.splice(ends.indexOf(end), 1);
      if (waiting.length > 0) start(waiting.shift()!, end);
    }
  };
  let now = 0;
  jobs.forEach(({ wait }, job) => {
    now += wait * 1_000;
    runUntil(now);
    if (ends.length < concurrency) {
      start(job, now);
      return;
    }
    waiting.push(job);
    if (waiting.length <= capacity) return;
    log.push(['drop', overflow === 'drop-oldest' ? waiting.shift()! : waiting.pop()!]);
  });
  runUntil(1e9);
  return log;
}
