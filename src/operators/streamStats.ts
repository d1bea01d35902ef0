/** Counts the events of a stream, for monitoring. */
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
   * Each of its values counts as one dropped event, as `boundedMergeMap` and `toAsyncIterable` pass them to
   * `onDrop`.
   */
  drops$?: Observable<unknown> | undefined;
}

/** The numbers of a stream. Unless a field says otherwise, they count since the subscription and only grow. */
export interface StreamStats {
  /** The number of events, by type. */
  readonly events: Readonly<Record<string, number>>;
  /** The time from the `created_at` of posts and notifications to their arrival, in ms, without recovered ones. */
  readonly lag: {
    /** The lag of the newest one; undefined before the first. */
    readonly last: number | undefined;
    /** The longest lag since the last emission; undefined if nothing has come. */
    readonly max: number | undefined;
    /** The sum of all lags; divided by `count`, the mean. */
    readonly sum: number;
    readonly count: number;
  };
  /** The number of reconnects. */
  readonly reconnects: number;
  /** The number of values of `drops$`. */
  readonly drops: number;
}

/**
 * Maps a stream to numbers about it, for monitoring.
 *
 * ```text
 * source  -a-b-----|
 * result  -----m---(n|)    streamStats({ interval: 5 })
 * ```
 *
 * Emits every `interval` ms (10,000), and once more before the end. Errors and completes when the source does.
 * Merged streams are counted together. The lag compares the server's clock with this one's: if the server's clock
 * is ahead, it is below 0.
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

/** Keeps the numbers of one subscription. */
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
