/** Asks whether the streaming server is healthy. */
import { catchError, map, mergeMap, of, switchMap, type Observable } from 'rxjs';
import { urlBelow } from './serverUrl.ts';
import { readText } from '../http/readText.ts';
import { failWith } from './responseError.ts';
import { connectTimeout as limitConnectTime } from './connectTimeout.ts';
import type { Client } from './client.ts';
import { requestFollowingRedirects } from './redirects.ts';
import type { HttpRequest, HttpResponse } from '../http/http.ts';
import { MastodonNotFoundError } from '../model/errors.ts';

/** The number of bytes of the response to read: `OK` is two. */
const MAX_ANSWER = 1_024;

/**
 * Requests `/api/v1/streaming/health` once, without a token: true for `OK` and, as other servers say it,
 * `success`, false for any other response; errors with `MastodonNotFoundError` if the server has no such
 * endpoint, and with `MastodonNetworkError` if it cannot be reached within `timeout` ms.
 *
 * @see https://docs.joinmastodon.org/methods/streaming/#health
 */
export function checkHealth(client: Client, timeout: number): Observable<boolean> {
  return request(client).pipe(
    mergeMap(({ sent, response }) =>
      response.status === 404
        ? failWith(sent, response)
        : readText(response, MAX_ANSWER).pipe(
            map((text) => response.status === 200 && HEALTHY.test(text.trim())),
          ),
    ),
    limitConnectTime(timeout, 'The streaming health check'),
  );
}

/**
 * Emits whether the server has the health endpoint, whatever its response says: a server that has it streams over
 * SSE. A web page at that URL does not count.
 */
export const hasHealthEndpoint = (client: Client, timeout: number): Observable<boolean> =>
  request(client).pipe(
    map(({ response: { status, headers } }) => {
      const type = headers['content-type'];
      const isPage = status === 200 && typeof type === 'string' && /^text\/html\b/i.test(type);
      return status !== 404 && !isPage;
    }),
    limitConnectTime(timeout, 'The streaming health check'),
  );

function request(
  client: Client,
): Observable<{ readonly sent: HttpRequest; readonly response: HttpResponse }> {
  return client.discovery.server$.pipe(
    switchMap(({ url }) => {
      const sent = {
        url: urlBelow(url, '/api/v1/streaming/health'),
        headers: { accept: 'text/plain' },
      };
      return requestFollowingRedirects(sent, client).pipe(map((response) => ({ sent, response })));
    }),
  );
}

const HEALTHY = /^(OK|success)$/;

/**
 * Like {@link checkHealth}, but if the server has no such endpoint, emits whether the instance responds. Never
 * errors.
 *
 * @see https://docs.joinmastodon.org/methods/instance/#v1
 */
export const checkHealthOrInstance = (client: Client, timeout: number): Observable<boolean> =>
  checkHealth(client, timeout).pipe(
    catchError((error: unknown) =>
      error instanceof MastodonNotFoundError ? checkInstance(client, timeout) : of(false),
    ),
  );

const checkInstance = (client: Client, timeout: number): Observable<boolean> =>
  requestFollowingRedirects(
    {
      url: urlBelow(client.baseUrl, '/api/v1/instance'),
      headers: { accept: 'application/json' },
    },
    client,
  ).pipe(
    map(({ status }) => status === 200),
    limitConnectTime(timeout, 'The request to the instance'),
    catchError(() => of(false)),
  );
