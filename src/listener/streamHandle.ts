/// <reference lib="esnext.disposable" preserve="true" />
/** Declares the handle of a running stream. */
import type { Unsubscribable } from 'rxjs';

/**
 * A running stream; `toListener` returns it.
 *
 * It is an RxJS teardown (`subscription.add(handle)`) and a resource of `using` and `await using`. Its methods do
 * not need `this`.
 */
export interface StreamHandle extends Unsubscribable {
  /**
   * Closes the stream and its socket at once. After it has returned, no handler is called. It may be called again.
   */
  readonly close: () => void;
  /** Tells whether the stream is running or waiting for a retry: neither closed nor ended by an error. */
  readonly isAlive: () => boolean;
  /**
   * Tells whether events can arrive now: false while connecting and while waiting for a retry. For merged streams:
   * whether any of them is connected.
   *
   * It is derived from `connected`, `heartbeat` and `disconnected` events: if they are filtered out before the
   * listener, it stays false.
   */
  readonly isReceiving: () => boolean;
  /**
   * Resolves once the stream is closed or complete, rejects with the error that ended it. Without
   * `reconnect`, awaiting it is Mastodon.py's blocking call.
   *
   * If the listener has an `onAbort`, which receives the error, the promise can be ignored. Otherwise an ignored
   * rejection is an unhandled one, like an unhandled error in RxJS.
   */
  readonly done: Promise<void>;
  /** The same as `close`. */
  readonly unsubscribe: () => void;
  /** The same as `close`, at the end of the block of a `using`. */
  readonly [Symbol.dispose]: () => void;
  /** The same as `close`, at the end of the block of an `await using`. */
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}
