/** The part of Mastodon's REST API that bots need to write, which the library does not include. */
import type { Observable } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import type { Server } from './server.ts';

/**
 * POSTs on subscription, and cancels the request on unsubscription. A request that is repeated with
 * the same `key` has no second effect.
 *
 * @throws Through `error`: if the response is not a success, or does not arrive.
 * @see https://docs.joinmastodon.org/methods/statuses/#create
 */
export const post = (
  { baseUrl, accessToken = '' }: Server,
  path: string,
  body: object,
  key: string,
): Observable<unknown> =>
  fromFetch(new URL(path, baseUrl).href, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${accessToken}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify(body),
    selector: async (response): Promise<unknown> => {
      if (!response.ok) throw new Error(`${path} answers ${response.status}`);
      return response.json();
    },
  });
