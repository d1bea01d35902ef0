/** Finds the newest items of a timeline: a stream starts after them. */
import { catchError, EMPTY, ignoreElements, merge, of, tap, type Observable } from 'rxjs';
import { connectTimeout } from '../../connect/connectTimeout.ts';
import { MastodonApiError } from '../../model/errors.ts';
import type { StreamEvent } from '../../model/events.ts';
import { incompleteWarning, kindsOf, type CatchUpContext } from './context.ts';
import { pagingIdOf, type Kind } from './eventPosition.ts';
import { pagesOf, requestPage } from './restPages.ts';

/** The longest time to wait for the position of a stream before it is opened, in ms. */
const BASELINE_TIMEOUT = 5_000;

/**
 * Requests the newest id of each kind whose position is not known yet, at the same time, and completes. Emits a
 * warning for each that fails, and never errors.
 */
export function requestBaselines(context: CatchUpContext): Observable<StreamEvent> {
  const { policy, position } = context;
  if (policy.catchUp === undefined) return EMPTY;
  const unknown = kindsOf(context).filter(
    (kind) => !position.isKnown(kind) && policy.backfill[kind] === undefined,
  );
  const baselines = unknown.map((kind) =>
    requestBaseline(context, kind).pipe(
      catchError((error: unknown) => warningsOf(context, kind, error)),
    ),
  );
  return merge(...baselines);
}

/** Requests the newest id of a kind, once, and moves the position there. Emits nothing. */
export const requestBaseline = (
  { client, channel, position }: CatchUpContext,
  kind: Kind,
): Observable<never> =>
  pagesOf(
    client,
    channel,
    kind,
    requestPage,
  )('limit=1').pipe(
    connectTimeout(BASELINE_TIMEOUT, 'The request for the newest item'),
    tap(({ items: [newest] }) => {
      // Every id is above 0: if the timeline is empty, everything in it is new.
      position.advance(kind, pagingIdOf(kind, newest) ?? '0');
    }),
    ignoreElements(),
  );

/**
 * Emits the warning about a request that failed. If the token may not read one of several kinds, emits none: the
 * stream does not contain that kind either, and it is not requested again.
 */
export function warningsOf(
  { channel, position }: CatchUpContext,
  kind: Kind,
  error: unknown,
): Observable<StreamEvent> {
  const isForbidden = error instanceof MastodonApiError && error.status === 403;
  if (isForbidden && Object.keys(channel.restPaths).length > 1) {
    position.forbid(kind);
    return EMPTY;
  }
  const reason = error instanceof Error ? error.message : 'an unknown failure';
  return of(incompleteWarning(channel.stream, reason));
}
