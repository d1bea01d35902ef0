/**
 * A `user` stream whose token may not read notifications opens all the same, and leaves them out without
 * a word (WIRE.md); REST says 403 to the same token.
 */
import { catchError, defer, EMPTY, filter, map, mergeMap, take, type Observable } from 'rxjs';
import { below } from '../connect/serverUrl.ts';
import { within } from '../connect/connectTimeout.ts';
import type { EventOf } from '../model/events.ts';
import type { Client } from '../connect/openEventStream.ts';
import { follow } from '../connect/redirects.ts';

/**
 * Asks the REST API for one notification, and emits a `warning` where the token has no scope for it;
 * completes without a word otherwise, also where nothing can be found out.
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
    mergeMap((authorization) =>
      follow(
        {
          url: below(client.baseUrl, '/api/v1/notifications?limit=1'),
          headers: { accept: 'application/json', ...authorization },
          dispatcher: client.dispatcher,
        },
        client,
      ),
    ),
    take(1),
    within(timeout, 'Nothing was found out'),
    catchError(() => EMPTY),
    filter(({ status }) => status === 403),
    map(() => ({ type: 'warning', payload: WARNING, stream })),
  );
}

const WARNING = {
  code: 'no-notifications',
  message:
    'The access token may not read notifications, and this stream leaves them out: it needs the scope read or read:notifications',
} as const;
