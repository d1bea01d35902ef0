/** Treats completion and inactivity of a stream as connection loss. */
import { asyncScheduler, type MonoTypeOperatorFunction, type Subscriber } from 'rxjs';
import { MastodonStreamEndedError } from '../../model/errors.ts';
import { operate, type Steps } from '../../internal/operate.ts';
import { watchOver, type Watch } from '../readTimeout.ts';
import type { FirstByte } from './bufferingWarning.ts';

/**
 * Mirrors a stream's bytes. Errors with `MastodonReadTimeoutError` after `timeout` ms without one, and with
 * `MastodonStreamEndedError` if the source completes; both are retryable.
 */
export const monitorBytes = (
  timeout: number,
  firstByte: FirstByte,
): MonoTypeOperatorFunction<Uint8Array> =>
  operate((subscriber: Subscriber<Uint8Array>) => new ByteMonitor(subscriber, timeout, firstByte));

class ByteMonitor implements Steps<Uint8Array> {
  readonly #subscriber: Subscriber<Uint8Array>;
  readonly #watch: Watch;
  readonly #firstByte: FirstByte;

  constructor(subscriber: Subscriber<Uint8Array>, timeout: number, firstByte: FirstByte) {
    this.#subscriber = subscriber;
    this.#watch = watchOver(subscriber, timeout);
    this.#firstByte = firstByte;
  }

  next(chunk: Uint8Array): void {
    this.#watch.last = asyncScheduler.now();
    if (this.#firstByte.warning !== undefined) {
      this.#firstByte.warning.unsubscribe();
      this.#firstByte.warning = undefined;
    }
    this.#subscriber.next(chunk);
  }

  complete(): void {
    this.#subscriber.error(new MastodonStreamEndedError());
  }
}
