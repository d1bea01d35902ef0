/** Treats completion and inactivity of a stream as connection loss. */
import { type MonoTypeOperatorFunction, type Subscriber, Observable } from 'rxjs';
import { now } from '#clock';
import { MastodonStreamEndedError } from '../../model/errors.ts';
import { operate, type OperatorObserver } from '../../internal/operate.ts';
import { startWatchdog, type Watchdog } from '../readTimeout.ts';
import type { FirstByte } from './bufferingWarning.ts';

/**
 * Mirrors a stream's bytes. Errors with `MastodonReadTimeoutError` after `timeout` ms without one, and with
 * `MastodonStreamEndedError` if the source completes; both are retryable.
 */
export const monitorBytes =
  (timeout: number, firstByte: FirstByte): MonoTypeOperatorFunction<Uint8Array> =>
  (source) =>
    new Observable((destination) =>
      source.subscribe(operate(new ByteMonitor(destination, timeout, firstByte))),
    );

class ByteMonitor implements OperatorObserver<Uint8Array, Uint8Array> {
  readonly destination: Subscriber<Uint8Array>;
  readonly #watchdog: Watchdog;
  readonly #firstByte: FirstByte;

  constructor(destination: Subscriber<Uint8Array>, timeout: number, firstByte: FirstByte) {
    this.destination = destination;
    this.#watchdog = startWatchdog(destination, timeout);
    this.#firstByte = firstByte;
  }

  next(chunk: Uint8Array): void {
    this.#watchdog.last = now();
    if (this.#firstByte.warning !== undefined) {
      this.#firstByte.warning.unsubscribe();
      this.#firstByte.warning = undefined;
    }
    this.destination.next(chunk);
  }

  complete(): void {
    this.destination.error(new MastodonStreamEndedError());
  }
}
