/** Finds out why a handshake failed in a browser, which does not say. */
import { catchError, mergeMap, of, take, throwError, type Observable } from 'rxjs';
import type { Authorization } from '../../connect/accessToken.ts';
import { connectTimeout as limitConnectTime } from '../../connect/connectTimeout.ts';
import type { Client } from '../../connect/client.ts';
import { requestFollowingRedirects } from '../../connect/redirects.ts';
import { apiErrorOf } from '../../connect/responseError.ts';
import { urlBelow } from '../../connect/serverUrl.ts';
import type { MastodonError, MastodonNetworkError } from '../../model/errors.ts';

/** The longest time to wait for the REST API's response, in ms. */
const TIMEOUT = 10_000;

/**
 * Errors with `failure`, or with the REST API's 401 if the token was the reason.
 *
 * @see https://docs.joinmastodon.org/methods/accounts/#verify_credentials
 */
export function handshakeErrorOf(
  failure: MastodonNetworkError,
  client: Client,
  authorization: Authorization,
): Observable<never> {
  if (!('authorization' in authorization)) return throwError(() => failure);
  const request = {
    url: urlBelow(client.baseUrl, '/api/v1/accounts/verify_credentials'),
    headers: { accept: 'application/json', ...authorization },
  };
  return requestFollowingRedirects(request, client).pipe(
    mergeMap((response): Observable<MastodonError> =>
      response.status === 401 ? apiErrorOf(request, response) : of(failure),
    ),
    take(1),
    limitConnectTime(TIMEOUT, 'The request'),
    catchError(() => of(failure)),
    mergeMap((error) => throwError(() => error)),
  );
}
