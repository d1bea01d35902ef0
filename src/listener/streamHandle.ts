/// <reference lib="esnext.disposable" preserve="true" />
/** Controls a stream that runs by itself. */
import type { Unsubscribable } from 'rxjs';

/**
 * A running stream; `toListener` returns it.
 *
 * It is an RxJS teardown (`subscription.add(handle)`) and a resource of `using` and `await using`. Its
 * methods can be passed around: none of them needs its `this`.
 */
export interface StreamHandle extends Unsubscribable {
  /** Closes the stream and its socket now. Once it has returned, no handler is called. May be called again. */
  readonly close: () => void;
  /** Tells whether the stream runs, be it that it waits for a retry: not closed, not ended by an error. */
  readonly isAlive: () => boolean;
  /**
   * Tells whether events can come right now: false while connecting and while waiting for a retry. Of several
   * merged streams, whether any of them receives.
   *
   * The `connected`, `heartbeat` and `disconnected` events tell it: if they are filtered out before the
   * listener, it stays false.
   */
  readonly isReceiving: () => boolean;
  /**
   * Resolves once the stream is closed or complete, rejects with the error that ended it. Without
   * `reconnect`, awaiting it is Mastodon.py's blocking call.
   *
   * Whoever has an `onAbort` need not look at it: the error was said there. If there is neither, the
   * rejection is an unhandled one, as an error is in RxJS that nobody handles.
   */
  readonly done: Promise<void>;
  /** The same as `close`. */
  readonly unsubscribe: () => void;
  /** The same as `close`, at the end of the block of a `using`. */
  readonly [Symbol.dispose]: () => void;
  /** The same as `close`, at the end of the block of an `await using`. */
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}
