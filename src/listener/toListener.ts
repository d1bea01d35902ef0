/** Drives a listener's handlers with the events of a stream. */
import { isObservable, type Observable } from 'rxjs';
import { check } from '../config/check.ts';
import type { BaseEvent, StreamEvent } from '../model/events.ts';
import { dispatchTo } from './dispatch.ts';
import { checkHandlers } from './handlerNames.ts';
import type { Listener } from './handlers.ts';
import type { StreamHandle } from './streamHandle.ts';
import { StreamListener } from './streamListener.ts';

/**
 * Subscribes to a stream, calls a handler of `listener` for each event, and returns a {@link StreamHandle}.
 *
 * ```ts
 * const handle = toListener(timelines.user({ reconnect: true }), listener);
 * handle.close();
 * ```
 *
 * For a server event `onAnyEvent` is called first, then the event's own handler. `onAbort` is called on
 * each loss of the connection, also if a retry follows. Merged streams share one listener and one handle;
 * the last argument of every handler tells them apart.
 *
 * An exception of a handler, or a rejection of an async one, is reported like one of RxJS's `next`
 * (`config.onUnhandledError`, or an uncaught exception), as an `Error` that names the handler and the event
 * and has the original as its `cause`. The stream continues.
 *
 * @param source - the stream, or several merged ones.
 * @param listener - a `StreamListener`, or any object with some of the handlers.
 * @throws `MastodonIllegalArgumentError` if `listener` is not an object, or one of its handlers is not a function.
 */
export function toListener<Event extends BaseEvent<string, unknown>>(
  source: Observable<Event>,
  listener: Listener<Event>,
): StreamHandle {
  check(
    isObservable(source) && typeof listener === 'object' && (listener as unknown) !== null,
    'toListener needs a stream and a listener: toListener(timelines.user(), { onUpdate: (status) => … })',
  );
  checkHandlers(listener);
  return listen(source, listener);
}

function listen(source: Observable<BaseEvent<string, unknown>>, listener: Listener): StreamHandle {
  let state: 'running' | 'over' | 'closed' = 'running';
  const receiving = new Set<string>();
  const { promise: done, resolve, reject } = withResolvers();
  const dispatch = dispatchTo(listener, () => state === 'closed');

  const end = (): void => {
    state = 'over';
    receiving.clear();
  };
  const subscription = source.subscribe({
    next: (event) => {
      // Events of the user's own codecs have names outside the union.
      trackReceiving(receiving, event as StreamEvent);
      dispatch.event(event as StreamEvent);
    },
    error: (error: unknown) => {
      end();
      // If `onAbort` receives the error, the promise may be ignored.
      if (hasAbortHandler(listener)) done.catch(() => undefined);
      reject(error);
      dispatch.abort(error);
    },
    complete: () => {
      end();
      resolve();
    },
  });

  const close = (): void => {
    state = 'closed';
    receiving.clear();
    subscription.unsubscribe();
    resolve();
  };
  return {
    close,
    unsubscribe: close,
    isAlive: () => state === 'running',
    isReceiving: () => receiving.size > 0,
    done,
    [DISPOSE]: close,
    [ASYNC_DISPOSE]: () => {
      close();
      return Promise.resolve();
    },
  };
}

/**
 * Keeps the streams that are connected. Merged streams of two servers may have the same name, so the loss of one
 * looks like the loss of both, until the next heartbeat of the other. A loss without a stream's name (`reconnect()`
 * used directly) counts for all.
 */
function trackReceiving(receiving: Set<string>, { type, stream }: StreamEvent): void {
  if (type === 'connected' || type === 'heartbeat') receiving.add(JSON.stringify(stream));
  else if (type === 'disconnected' && stream.length === 0) receiving.clear();
  else if (type === 'disconnected') receiving.delete(JSON.stringify(stream));
}

/** Tells whether the listener has an `onAbort` other than the empty one of `StreamListener`. */
const hasAbortHandler = ({ onAbort }: Listener): boolean =>
  onAbort !== undefined && onAbort !== StreamListener.prototype.onAbort;

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers(): {
  promise: Promise<void>;
  resolve: () => void;
  reject: (reason: unknown) => void;
} {
  let resolve!: () => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

// A browser may not have these symbols yet. Then no code can call the methods, and any symbol will do.
const { dispose, asyncDispose } = Symbol as Partial<SymbolConstructor>;
const DISPOSE: typeof Symbol.dispose = dispose ?? (Symbol('dispose') as typeof Symbol.dispose);
const ASYNC_DISPOSE: typeof Symbol.asyncDispose =
  asyncDispose ?? (Symbol('asyncDispose') as typeof Symbol.asyncDispose);
