/**
 * Warns about a token that may not read notifications: a `user` stream opens anyway, and silently omits them, while
 * the REST API responds with 403.
 */
import { catchError, defer, EMPTY, filter, map, mergeMap, take, type Observable } from 'rxjs';
import { apiErrorOf } from '../connect/responseError.ts';
import { urlBelow } from '../connect/serverUrl.ts';
import { connectTimeout as limitConnectTime } from '../connect/connectTimeout.ts';
import type { EventOf } from '../model/events.ts';
import type { Client } from '../connect/client.ts';
import { requestFollowingRedirects } from '../connect/redirects.ts';

/**
 * Requests one notification from the REST API, and emits a `warning` if the token has no scope for it, in
 * Mastodon's own words: other servers stream notifications to a token that may not request them (GoToSocial).
 * Otherwise completes without a value, also if the request fails.
 *
 * @see https://docs.joinmastodon.org/methods/notifications/#get
 */
export function probeNotificationScope(
  client: Client,
  stream: readonly string[],
  timeout: number,
): Observable<EventOf<'warning'>> {
  return defer(() => client.authorization$).pipe(
    filter((authorization) => 'authorization' in authorization),
    mergeMap((authorization) => {
      const request = {
        url: urlBelow(client.baseUrl, '/api/v1/notifications?limit=1'),
        headers: { accept: 'application/json', ...authorization },
      };
      return requestFollowingRedirects(request, client).pipe(
        filter(({ status }) => status === 403),
        mergeMap((response) => apiErrorOf(request, response)),
      );
    }),
    take(1),
    limitConnectTime(timeout, 'The request'),
    catchError(() => EMPTY),
    filter(({ serverMessage }) => OUTSIDE_SCOPES.test(serverMessage ?? '')),
    map(() => ({ type: 'warning', payload: WARNING, stream })),
  );
}

/** [src] Mastodon writes them in English, whatever the account's language. */
const OUTSIDE_SCOPES = /outside the authorized scopes/i;

const WARNING = {
  code: 'missing-notification-scope',
  message:
    'The access token may not read notifications, and this stream leaves them out: it needs the scope read or read:notifications',
} as const;
