/** Whether the streaming server says that it is well. */
import { map, mergeMap, switchMap, type Observable } from 'rxjs';
import { below } from './serverUrl.ts';
import { readText } from './responseError.ts';
import { within } from './connectTimeout.ts';
import type { Client } from './openEventStream.ts';
import { follow } from './redirects.ts';

/** How much of the answer is read, in bytes: `OK` is two. */
const MAX_ANSWER = 1_024;

/**
 * Asks `/api/v1/streaming/health` once, without a token: true for `OK`, false for any other answer;
 * errors where there is none within `timeout` ms.
 *
 * @see https://docs.joinmastodon.org/methods/streaming/#health
 */
export function checkHealth(client: Client, timeout: number): Observable<boolean> {
  return client.discovery.server$.pipe(
    switchMap(({ url }) =>
      follow(
        {
          url: below(url, '/api/v1/streaming/health'),
          headers: { accept: 'text/plain' },
          dispatcher: client.dispatcher,
        },
        client,
      ),
    ),
    mergeMap((response) =>
      readText(response, MAX_ANSWER).pipe(
        map((text) => response.status === 200 && text.trim() === 'OK'),
      ),
    ),
    within(timeout, 'The streaming server did not say how it is'),
  );
}
