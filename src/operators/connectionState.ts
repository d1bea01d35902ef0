/** Maps a stream's events to the state of its connection, for status indicators. */
import {
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
import { now } from '#clock';
import type { BaseEvent, ConnectionPayloads } from '../model/events.ts';
import { ofType } from './ofType.ts';
import { waitFor } from '../policies/retryWait.ts';

/** The state of a stream's connection. */
export interface ConnectionState {
  /**
   * `'connecting'`: not open yet, or not open again. `'open'`: events can arrive. `'waiting'`: lost, and a
   * retry follows. `'failed'`: ended by an error.
   */
  readonly status: 'connecting' | 'open' | 'waiting' | 'failed';
  /** The reason, if `status` is `'waiting'` or `'failed'`. */
  readonly error: Error | undefined;
  /** The time until the retry, in ms, if `status` is `'waiting'`; counted down in steps of a second. */
  readonly retryIn: number | undefined;
}

/**
 * Maps a stream's events to the state of its connection, for status indicators.
 *
 * ```text
 * source  -c--d--c|    c: connected, d: disconnected
 * result  io--w--o|    i: connecting, o: open, w: waiting
 * ```
 *
 * Emits `'connecting'` on subscription, and then at each change; every second while waiting. Completes when the source
 * completes. Never errors: an error of the source is emitted as `'failed'`, and the result completes.
 *
 * The operator subscribes to the source. If other code subscribes to the same stream, share it ({@link
 * shareTimeline}); otherwise a second connection is opened.
 *
 * ```ts
 * const home$ = timelines.user({ reconnect: true }).pipe(shareTimeline());
 * home$.pipe(connectionState()).subscribe(({ status, retryIn }) => console.log(status, retryIn));
 * // connecting undefined
 * // open undefined
 * // waiting 1000
 * ```
 */
export function connectionState(): OperatorFunction<BaseEvent<string, unknown>, ConnectionState> {
  return (source) =>
    source.pipe(
      ofType('connected', 'disconnected'),
      switchMap(({ type, payload }) =>
        type === 'connected'
          ? of(stateOf('open'))
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
    const until = now() + retryIn;
    const remaining = (): number => Math.max(0, until - now());
    return concat(
      interval(1_000).pipe(
        startWith(0),
        map(() => stateOf('waiting', error, remaining())),
        takeUntil(waitFor(retryIn, error)),
      ),
      of(stateOf('connecting')),
    );
  });

const stateOf = (
  status: ConnectionState['status'],
  error?: Error,
  retryIn?: number,
): ConnectionState => ({ status, error, retryIn });

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error('The stream failed', { cause: error });
