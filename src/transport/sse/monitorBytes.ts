/** A stream of Mastodon's has no end: that it completes is a loss, and so is its silence. */
import { asyncScheduler, type MonoTypeOperatorFunction, type Subscriber } from 'rxjs';
import { MastodonStreamEndedError } from '../../model/errors.ts';
import type { Meter } from '../meter.ts';
import { operate, type Steps } from '../../internal/operate.ts';
import { watchOver, type Watch } from '../readTimeout.ts';

/**
 * Mirrors a stream's bytes, and counts them. Errors with `MastodonReadTimeoutError` after `timeout` ms
 * without one, and with `MastodonStreamEndedError` where the source completes: both are something to retry.
 *
 * It does all that has to do with bytes, since one more operator would cost each stream half a KB, and each
 * event a step.
 */
export const endless = (timeout: number, meter: Meter): MonoTypeOperatorFunction<Uint8Array> =>
  operate((subscriber: Subscriber<Uint8Array>) => new EndlessBytes(subscriber, timeout, meter));

class EndlessBytes implements Steps<Uint8Array> {
  readonly #subscriber: Subscriber<Uint8Array>;
  readonly #watch: Watch;
  readonly #meter: Meter;

  constructor(subscriber: Subscriber<Uint8Array>, timeout: number, meter: Meter) {
    this.#subscriber = subscriber;
    this.#watch = watchOver(subscriber, timeout);
    this.#meter = meter;
  }

  next(chunk: Uint8Array): void {
    const meter = this.#meter;
    this.#watch.last = asyncScheduler.now();
    meter.bytes += chunk.length;
    if (meter.patience !== undefined) {
      meter.patience.unsubscribe();
      meter.patience = undefined;
    }
    this.#subscriber.next(chunk);
  }

  complete(): void {
    this.#subscriber.error(new MastodonStreamEndedError());
  }
}
