/**
 * Keeps an account active: Mastodon pushes home and list posts only to accounts that have used the REST API in
 * the last seven days, and streaming does not count.
 */
import {
  catchError,
  EMPTY,
  exhaustMap,
  ignoreElements,
  map,
  mergeMap,
  tap,
  timer,
  type Observable,
} from 'rxjs';
import { reportActivity } from '#diagnostics';
import type { Client } from '../connect/client.ts';
import { requestFollowingRedirects } from '../connect/redirects.ts';
import { urlBelow } from '../connect/serverUrl.ts';

/** The time until the first request, and between two of them, in ms. Mastodon notes one per day. */
const FIRST_REQUEST = 3_600_000;
const DAY = 86_400_000;

/**
 * Makes a request an hour after the subscription, and then once a day. Emits nothing, never completes and never
 * errors. The streams of a client share one subscription.
 *
 * The request is the cheapest that counts: it needs a user, changes nothing, renders no post, and its scope
 * (`read:statuses`) is one that the streams need themselves.
 *
 * @see https://docs.joinmastodon.org/methods/markers/#get
 */
export const keepActive = (client: Client): Observable<never> =>
  timer(FIRST_REQUEST, DAY).pipe(
    exhaustMap(() => requestMarkers(client).pipe(catchError(() => EMPTY))),
    ignoreElements(),
  );

function requestMarkers(client: Client): Observable<unknown> {
  const url = urlBelow(client.baseUrl, '/api/v1/markers?timeline[]=home');
  return client.authorization$.pipe(
    mergeMap((authorization) =>
      'authorization' in authorization
        ? requestFollowingRedirects(
            {
              url,
              headers: { accept: 'application/json', ...authorization },
            },
            client,
          )
        : EMPTY,
    ),
    map(({ status }) => ({ url: url.href, status })),
    tap(reportActivity),
    catchError((error: unknown) => {
      reportActivity({ url: url.href, error });
      return EMPTY;
    }),
  );
}
