/** What a stream is doing, in numbers: for a monitor, or a line in a log. */
import { asyncScheduler, interval, Observable, type OperatorFunction } from 'rxjs';
import { check, MAX_WAIT } from '../config/config.ts';
import type { BaseEvent } from '../model/events.ts';
import { meterOf, type Meter } from '../transport/meter.ts';

/** The options of {@link streamStats}. */
export interface StreamStatsConfig {
  /**
   * The time between two emissions, in ms.
   * @defaultValue `10_000`
   */
  every?: number | undefined;
  /**
   * Each of its values counts as one dropped event: what `boundedMap` and `toAsyncIterable` tell their
   * `onDrop` of.
   */
  drops$?: Observable<unknown> | undefined;
}

/** Numbers since the subscription, unless something else is said: they only grow. */
export interface StreamStats {
  /** How many events came, by type. */
  readonly events: Readonly<Record<string, number>>;
  /** The bytes of the streams' bodies. Those of a WebSocket, which streams share, are not counted. */
  readonly bytes: number;
  /** How long posts and notifications took from their `created_at`, in ms, recovered ones aside. */
  readonly lag: {
    /** Of the newest one; undefined before there is one. */
    readonly last: number | undefined;
    /** The longest since the emission before; undefined where nothing came. */
    readonly max: number | undefined;
    /** Of all together; divided by `count`, the mean. */
    readonly sum: number;
    readonly count: number;
  };
  /** How often a connection was lost and made anew. */
  readonly reconnects: number;
  /** How many events `drops$` told of. */
  readonly drops: number;
}

/**
 * Returns an operator that counts what passes, and emits the numbers every `every` ms (10,000), and a last
 * time when the source ends; its error or completion follows. Merged streams are counted together.
 *
 * The lag compares the server's clock with this one's: a server whose clock is ahead has a lag below 0.
 *
 * ```ts
 * const events$ = timelines.user({ reconnect: true }).pipe(share());
 * events$.pipe(streamStats({ every: 60_000 })).subscribe(({ lag, reconnects }) => …);
 * ```
 *
 * @throws `MastodonIllegalArgumentError` at the call where `every` is no time.
 */
export function streamStats({ every = 10_000, drops$ }: StreamStatsConfig = {}): OperatorFunction<
  BaseEvent<string, unknown>,
  StreamStats
> {
  check(
    typeof every === 'number' && every > 0 && every <= MAX_WAIT,
    `streamStats: every must be a number of ms above 0 and up to ${MAX_WAIT}`,
  );
  return (source) =>
    new Observable((subscriber) => {
      const tally = new Tally();
      const emit = (): void => {
        subscriber.next(tally.read());
      };
      subscriber.add(interval(every).subscribe(emit));
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
  /** The open connection of each stream. */
  readonly #meters = new Map<string, Meter>();
  #bytes = 0;
  #reconnects = 0;
  #last: number | undefined;
  #max: number | undefined;
  #sum = 0;
  #lags = 0;

  count({ type, payload, stream, recovered }: BaseEvent<string, unknown>): void {
    this.#events.set(type, (this.#events.get(type) ?? 0) + 1);
    if (type === 'connected') this.#connected(payload as { readonly attempt: number }, stream);
    if ((type === 'update' || type === 'notification') && recovered !== true) {
      this.#measure(Date.parse((payload as { readonly created_at: string }).created_at));
    }
  }

  read(): StreamStats {
    const open = [...this.#meters.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    const stats: StreamStats = {
      events: Object.fromEntries(this.#events),
      bytes: this.#bytes + open,
      lag: { last: this.#last, max: this.#max, sum: this.#sum, count: this.#lags },
      reconnects: this.#reconnects,
      drops: this.drops,
    };
    this.#max = undefined;
    return stats;
  }

  #connected(payload: { readonly attempt: number }, stream: readonly string[]): void {
    if (payload.attempt > 0) this.#reconnects++;
    const key = stream.join('\n');
    const meter = meterOf(payload);
    this.#bytes += this.#meters.get(key)?.bytes ?? 0;
    this.#meters.delete(key);
    if (meter) this.#meters.set(key, meter);
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
