/**
 * Opens the endpoint of a channel: emits a response that is an event stream, or errors and says why there is none.
 */
import { forkJoin, map, mergeMap, of, switchMap, type Observable } from 'rxjs';
import { urlBelow } from './serverUrl.ts';
import { failWith } from './responseError.ts';
import type { Channel } from './channels.ts';
import type { ConnectionPayloads } from '../model/events.ts';
import type { HttpRequest, HttpResponse } from '../http/http.ts';
import type { Client } from './client.ts';
import { requestFollowingRedirects } from './redirects.ts';

/** A stream that is open. */
export interface Opened {
  /** Its bytes, for one subscriber, which must subscribe synchronously when this is emitted. */
  readonly body: Observable<Uint8Array>;
  /** The warnings about the connection to the server. */
  readonly warnings: readonly ConnectionPayloads['warning'][];
}

/** Opens the channel's endpoint; emits once, when a 200 with an event stream arrives. */
export function openEventStream(client: Client, { path }: Channel): Observable<Opened> {
  return forkJoin({ server: client.discovery.server$, authorization: client.authorization$ }).pipe(
    switchMap(({ server, authorization }) => {
      const request: HttpRequest = {
        url: urlBelow(server.url, `/api/v1/streaming/${path}`),
        headers: { accept: 'text/event-stream', ...authorization },
      };
      return requestFollowingRedirects(request, client).pipe(
        mergeMap((response) => {
          if (!isEventStream(response)) {
            return failWith(request, response);
          }
          return of({ body: response.body, from: response.url });
        }),
        map(({ body, from }) => ({
          body,
          warnings: warningsOf(server.refused, request.url, from),
        })),
      );
    }),
  );
}

function isEventStream({ status, headers, compressed }: HttpResponse): boolean {
  const type = headers['content-type'];
  return (
    status === 200 &&
    typeof type === 'string' &&
    /^text\/event-stream\s*(;|$)/i.test(type) &&
    compressed === undefined
  );
}

/** Returns the warnings about redirects from `asked` to the URL that responded, and about a refused server. */
export function warningsOf(refused: string | undefined, asked: URL, from: URL): Opened['warnings'] {
  const warnings: ConnectionPayloads['warning'][] = [];
  if (refused !== undefined) {
    warnings.push({
      code: 'insecure-streaming-url',
      message: `The instance announces ${refused} with plain http; ${asked.host} is used instead`,
    });
  }
  if (from.origin !== asked.origin) {
    warnings.push({
      code: 'redirected',
      message: `${asked.origin} redirects streams to ${from.origin}; streamingUrl: '${from.origin}' avoids it`,
    });
  }
  return warnings;
}
