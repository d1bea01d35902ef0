/**
 * Warns of a token that may not read notifications: a `user` stream opens all the same, and leaves them out
 * without a word, whereas the REST API says 403.
 */
import { catchError, defer, EMPTY, filter, map, mergeMap, take, type Observable } from 'rxjs';
import { apiErrorOf } from '../connect/responseError.ts';
import { below } from '../connect/serverUrl.ts';
import { within } from '../connect/connectTimeout.ts';
import type { EventOf } from '../model/events.ts';
import type { Client } from '../connect/openEventStream.ts';
import { follow } from '../connect/redirects.ts';

/**
 * Requests one notification from the REST API, and emits a `warning` if the token has no scope for it, in
 * Mastodon's own words: other servers stream notifications to a token that may not request them (GoToSocial).
 * Completes without a word otherwise, also if nothing can be found out.
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
        url: below(client.baseUrl, '/api/v1/notifications?limit=1'),
        headers: { accept: 'application/json', ...authorization },
        dispatcher: client.dispatcher,
      };
      return follow(request, client).pipe(
        filter(({ status }) => status === 403),
        mergeMap((response) => apiErrorOf(request, response)),
      );
    }),
    take(1),
    within(timeout, 'Nothing was found out'),
    catchError(() => EMPTY),
    filter(({ error }) => error !== undefined && OUTSIDE_SCOPES.test(error)),
    map(() => ({ type: 'warning', payload: WARNING, stream })),
  );
}

/** [src] Mastodon writes them in English, whatever the account's language. */
const OUTSIDE_SCOPES = /outside the authorized scopes/i;

const WARNING = {
  code: 'no-notifications',
  message:
    'The access token may not read notifications, and this stream leaves them out: it needs the scope read or read:notifications',
} as const;
