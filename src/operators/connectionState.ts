/** What a badge shows. */
import {
  asyncScheduler,
  catchError,
  concat,
  defer,
  interval,
  map,
  of,
  startWith,
  switchMap,
  takeUntil,
  type Observable,
  type OperatorFunction,
} from 'rxjs';
import type { BaseEvent, ConnectionPayloads } from '../model/events.ts';
import { ofType } from './ofType.ts';
import { waitFor } from '../policies/retryWait.ts';

/** How a stream is doing. */
export interface ConnectionState {
  /**
   * `'connecting'`: not open yet, or again. `'live'`: open. `'waiting'`: lost, and a retry follows.
   * `'failed'`: ended by an error, for good.
   */
  readonly connection: 'connecting' | 'live' | 'waiting' | 'failed';
  /** While `'waiting'` or `'failed'`: why. */
  readonly error: Error | undefined;
  /** While `'waiting'`: the ms until the next try, counted down in steps of a second. */
  readonly retryIn: number | undefined;
}

/**
 * Tells how a stream is doing, at once and then at each change, made of its events and its end.
 *
 * The result never errors: what ended the stream is its last value, `'failed'`, and then it completes. It
 * completes with the source, too. It subscribes to the source: share a stream that something else shows
 * ({@link sharedTimeline}), or there are two connections.
 *
 * ```ts
 * const home$ = sharedTimeline(timelines.user({ reconnect: true }));
 * home$.pipe(connectionState()).subscribe(({ connection, retryIn }) => …);
 * ```
 */
export function connectionState(): OperatorFunction<BaseEvent<string, unknown>, ConnectionState> {
  return (source) =>
    source.pipe(
      ofType('connected', 'disconnected'),
      switchMap(({ type, payload }) =>
        type === 'connected'
          ? of(stateOf('live'))
          : waiting(payload as ConnectionPayloads['disconnected']),
      ),
      startWith(stateOf('connecting')),
      catchError((error: unknown) => of(stateOf('failed', asError(error)))),
    );
}

const waiting = ({
  error,
  retryIn,
}: ConnectionPayloads['disconnected']): Observable<ConnectionState> =>
  defer(() => {
    const until = asyncScheduler.now() + retryIn;
    const left = (): number => Math.max(0, until - asyncScheduler.now());
    return concat(
      interval(1_000).pipe(
        startWith(0),
        map(() => stateOf('waiting', error, left())),
        takeUntil(waitFor(retryIn, error)),
      ),
      of(stateOf('connecting')),
    );
  });

const stateOf = (
  connection: ConnectionState['connection'],
  error?: Error,
  retryIn?: number,
): ConnectionState => ({ connection, error, retryIn });

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error('The stream failed', { cause: error });
