/** The end of a pipe: a listener's handlers are called, and a handle is left in one's hands. */
import type { Observable } from 'rxjs';
import { check } from '../config/config.ts';
import type { BaseEvent, StreamEvent } from '../model/events.ts';
import { dispatchTo } from './dispatch.ts';
import { checkHandlers } from './handlerNames.ts';
import type { Listener } from './handlers.ts';
import type { PipeEnd } from './pipeEnd.ts';
import type { StreamHandle } from './streamHandle.ts';
import { StreamListener } from './streamListener.ts';

/**
 * Ends a pipe: subscribes at once, calls a handler of `listener` for each event, and returns a
 * {@link StreamHandle}.
 *
 * ```ts
 * const handle = timelines.user({ reconnect: true }).pipe(toListener(listener));
 * handle.close();
 * ```
 *
 * Of a server event `onAnyEvent` is told first, then the handler of its own. `onAbort` is told each loss
 * of the connection, also where a retry follows. Streams that were merged share one listener and one
 * handle; the last argument of every handler tells them apart.
 *
 * What a handler throws, or an async one rejects with, is reported as RxJS reports it of `next`
 * (`config.onUnhandledError`, else an uncaught exception), as an `Error` that names the handler and the
 * event and has it as its `cause`; the stream goes on.
 *
 * @throws `MastodonIllegalArgumentError` where `listener` is no object, or one of its handlers no function.
 */
export function toListener<Event extends BaseEvent<string, unknown>>(
  listener: Listener<Event>,
): PipeEnd<Event, StreamHandle> {
  check(
    typeof listener === 'object' && (listener as unknown) !== null,
    'toListener needs a listener: a StreamListener, or an object such as { onUpdate: (status) => … }',
  );
  checkHandlers(listener);
  return (source) => listen(source, listener);
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
      // Events of the user's own codecs go where all names of the union are used up.
      keepTrack(receiving, event as StreamEvent);
      dispatch.event(event as StreamEvent);
    },
    error: (error: unknown) => {
      end();
      // Whoever is told by onAbort need not look at the promise.
      if (hearsAborts(listener)) done.catch(() => undefined);
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
 * Keeps the streams that are connected. Merged streams of two servers may bear the same name, so that
 * the loss of one seems to be that of both: the next heartbeat of the other sets it right. A loss that
 * does not say of which stream (`reconnect()` by hand) is that of all.
 */
function keepTrack(receiving: Set<string>, { type, stream }: StreamEvent): void {
  if (type === 'connected' || type === 'heartbeat') receiving.add(JSON.stringify(stream));
  else if (type === 'disconnected' && stream.length === 0) receiving.clear();
  else if (type === 'disconnected') receiving.delete(JSON.stringify(stream));
}

/** Whether `onAbort` is more than the no-op that a `StreamListener` is born with. */
const hearsAborts = ({ onAbort }: Listener): boolean =>
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

// A browser may not have them yet. Then nothing can ask for these methods, and a symbol of ours will do.
const { dispose, asyncDispose } = Symbol as Partial<SymbolConstructor>;
const DISPOSE: typeof Symbol.dispose = dispose ?? (Symbol('dispose') as typeof Symbol.dispose);
const ASYNC_DISPOSE: typeof Symbol.asyncDispose =
  asyncDispose ?? (Symbol('asyncDispose') as typeof Symbol.asyncDispose);
