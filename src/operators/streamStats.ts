/** Counts what a stream does: for a monitor, or a line in a log. */
import { asyncScheduler, interval as ticks, Observable, type OperatorFunction } from 'rxjs';
import { checkKeys, checkWait } from '../config/check.ts';
import type { BaseEvent } from '../model/events.ts';

/** The options of {@link streamStats}. */
export interface StreamStatsConfig {
  /**
   * The time between two emissions, in ms.
   * @defaultValue `10_000`
   */
  interval?: number | undefined;
  /**
   * Each of its values counts as one dropped event: what `boundedMergeMap` and `toAsyncIterable` tell their
   * `onDrop` of.
   */
  drops$?: Observable<unknown> | undefined;
}

/** Numbers since the subscription, unless something else is said: they only grow. */
export interface StreamStats {
  /** The number of events that came, by type. */
  readonly events: Readonly<Record<string, number>>;
  /** The time that posts and notifications took from their `created_at`, in ms, recovered ones aside. */
  readonly lag: {
    /** Of the newest one; undefined before there is one. */
    readonly last: number | undefined;
    /** The longest since the emission before; undefined if nothing came. */
    readonly max: number | undefined;
    /** Of all together; divided by `count`, the mean. */
    readonly sum: number;
    readonly count: number;
  };
  /** The number of connections that were lost and made anew. */
  readonly reconnects: number;
  /** The number of events that `drops$` told of. */
  readonly drops: number;
}

/**
 * Counts what passes, and maps it to the numbers, for a monitor or a line in a log.
 *
 * ```text
 * source  -a-b-----|
 * result  -----m---(n|)    streamStats({ interval: 5 })
 * ```
 *
 * Emits every `interval` ms (10,000), and a last time when the source ends. Errors and completes when the source does,
 * after that. Merged streams are counted together. The lag compares the server's clock with this one's: a server whose
 * clock is ahead has a lag below 0.
 *
 * ```ts
 * const events$ = timelines.user({ reconnect: true }).pipe(share());
 * events$
 *   .pipe(streamStats({ interval: 60_000 }))
 *   .subscribe(({ events, reconnects }) => console.log(events.update, reconnects));
 * // 41 0
 * ```
 *
 * @throws `MastodonIllegalArgumentError` at the call if `interval` is not a time in ms.
 */
export function streamStats(
  config: StreamStatsConfig = {},
): OperatorFunction<BaseEvent<string, unknown>, StreamStats> {
  checkKeys('option of streamStats', config, ['interval', 'drops$']);
  const { interval = 10_000, drops$ } = config;
  checkWait('interval', interval);
  return (source) =>
    new Observable((subscriber) => {
      const tally = new Tally();
      const emit = (): void => {
        subscriber.next(tally.read());
      };
      subscriber.add(ticks(interval).subscribe(emit));
      subscriber.add(drops$?.subscribe(() => tally.drops++));

      return source.subscribe({
        next: (event) => {
          tally.count(event);
        },
        error: (error: unknown) => {
          emit();
          subscriber.error(error);
        },
        complete: () => {
          emit();
          subscriber.complete();
        },
      });
    });
}

/** The state of one subscription. */
class Tally {
  drops = 0;
  // A Map, since an event may be called `__proto__`.
  readonly #events = new Map<string, number>();
  #reconnects = 0;
  #last: number | undefined;
  #max: number | undefined;
  #sum = 0;
  #lags = 0;

  count({ type, payload, recovered }: BaseEvent<string, unknown>): void {
    this.#events.set(type, (this.#events.get(type) ?? 0) + 1);
    if (type === 'connected' && (payload as { readonly attempt: number }).attempt > 0)
      this.#reconnects++;
    if ((type === 'update' || type === 'notification') && recovered !== true) {
      this.#measure(Date.parse((payload as { readonly created_at: string }).created_at));
    }
  }

  read(): StreamStats {
    const stats: StreamStats = {
      events: Object.fromEntries(this.#events),
      lag: { last: this.#last, max: this.#max, sum: this.#sum, count: this.#lags },
      reconnects: this.#reconnects,
      drops: this.drops,
    };
    this.#max = undefined;
    return stats;
  }

  #measure(created: number): void {
    if (Number.isNaN(created)) return;
    const lag = asyncScheduler.now() - created;
    this.#last = lag;
    this.#max = Math.max(this.#max ?? lag, lag);
    this.#sum += lag;
    this.#lags++;
  }
}
