/** Acknowledges each delivery by the result of what is done with it. */
import {
  catchError,
  defer,
  EMPTY,
  finalize,
  from,
  ignoreElements,
  mergeMap,
  tap,
  type Observable,
  type ObservableInput,
  type ObservedValueOf,
  type OperatorFunction,
} from 'rxjs';
import { check, checkCount, checkKeys, MAX_WAIT } from '../config/check.ts';
import type { NoEvents } from '../model/events.ts';
import type { Delivery } from './delivery.ts';

/** The options of {@link ackAfter}. */
export interface AckAfterConfig<E = NoEvents> {
  /**
   * The highest number of deliveries that are processed at once.
   * @defaultValue `1`
   */
  concurrency?: number | undefined;
  /**
   * The number of attempts after which an event becomes a dead letter. A process that dies of it counts, too.
   * @defaultValue `5`
   */
  attempts?: number | undefined;
  /**
   * The time after which a failed event is delivered again, in ms, or a function of the attempt (from 1).
   * @defaultValue 1 s, doubling with each attempt, up to 60 s
   */
  delay?: number | ((attempt: number) => number) | undefined;
  /** Receives each failure; `isDead` says whether the event becomes a dead letter. */
  onFailure?: ((error: unknown, delivery: Delivery<E>, isDead: boolean) => void) | undefined;
}

/**
 * Projects each delivery to an Observable (or a promise, or anything else that `from` takes), emits its values, and
 * acknowledges: `ack` when it completes; `nak` with a delay when it fails; `working` while it runs or waits for its
 * turn. After `attempts` failures the event becomes a dead letter. A failure does not end the stream.
 *
 * The work may be done more than once, if a process dies or loses its connection before its `ack`. Make it
 * idempotent, e.g. by writing under the event's own id. Unsubscription cancels the running inner Observables, and
 * returns all deliveries, running and waiting, at once.
 *
 * ```ts
 * fromJetStream(js, { consumer: 'archive' }).pipe(ackAfter(({ event }) => store(event), { concurrency: 8 }));
 * ```
 *
 * @throws Through `error`: the errors of the source, and those that `onFailure` throws.
 */
export function ackAfter<E, O extends ObservableInput<unknown>>(
  project: (delivery: Delivery<E>) => O,
  config: AckAfterConfig<E> = {},
): OperatorFunction<Delivery<E>, ObservedValueOf<O>> {
  checkConfig(config);
  const { concurrency = 1, attempts = 5, delay = backoff, onFailure } = config;
  const delayOf = typeof delay === 'number' ? (): number => delay : delay;

  return (source) =>
    defer(() => {
      const open = new SignsOfLife<E>();

      const fail = (error: unknown, delivery: Delivery<E>): Observable<never> => {
        const isDead = delivery.attempt >= attempts;
        onFailure?.(error, delivery, isDead);
        const again = (): Observable<never> => {
          delivery.nak(delayOf(delivery.attempt));
          return EMPTY;
        };
        if (!isDead) return again();
        return from(delivery.deadLetter(nameOf(error))).pipe(ignoreElements(), catchError(again));
      };
      const attempt = (delivery: Delivery<E>): ObservableInput<ObservedValueOf<O>> => {
        // Its last attempt did not end: the process may have died of it.
        if (delivery.attempt > attempts) throw new Error('It was never finished');
        return project(delivery) as ObservableInput<ObservedValueOf<O>>;
      };

      return source.pipe(
        tap((delivery) => open.add(delivery)),
        mergeMap(
          (delivery) =>
            defer(() => attempt(delivery)).pipe(
              tap({ complete: () => delivery.ack() }),
              catchError((error: unknown) => fail(error, delivery)),
              tap({ complete: () => open.delete(delivery) }),
            ),
          concurrency,
        ),
        finalize(() => {
          for (const delivery of open.close()) delivery.nak();
        }),
      );
    });
}

/** A set of deliveries that calls `working()` of each three times per `ackWait` (the shortest of all), by one timer. */
class SignsOfLife<E> extends Set<Delivery<E>> {
  #ackWait = Infinity;
  #timer: ReturnType<typeof setInterval> | undefined;

  override add(delivery: Delivery<E>): this {
    if (delivery.ackWait < this.#ackWait) {
      this.#ackWait = delivery.ackWait;
      clearInterval(this.#timer);
      this.#timer = setInterval(() => {
        for (const each of this) each.working();
      }, delivery.ackWait / 3);
    }
    return super.add(delivery);
  }

  /** Stops the timer, and returns the deliveries. */
  close(): readonly Delivery<E>[] {
    clearInterval(this.#timer);
    const left = [...this];
    this.clear();
    return left;
  }
}

const backoff = (attempt: number): number => Math.min(1_000 * 2 ** (attempt - 1), 60_000);

/** An error's message may quote the post. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

function checkConfig<E>(config: AckAfterConfig<E>): void {
  checkKeys('option of ackAfter', config, ['concurrency', 'attempts', 'delay', 'onFailure']);
  const { concurrency = 1, attempts = 1, delay = 0, onFailure } = config;
  if (concurrency !== Infinity) checkCount('concurrency', concurrency, 'deliveries', 1);
  if (attempts !== Infinity) checkCount('attempts', attempts, 'deliveries', 1);
  check(
    typeof delay === 'function' || (typeof delay === 'number' && delay >= 0 && delay <= MAX_WAIT),
    `delay must be a number of ms from 0 to ${MAX_WAIT}, or a function that returns one`,
  );
  check(onFailure === undefined || typeof onFailure === 'function', 'onFailure must be a function');
}
