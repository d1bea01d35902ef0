/** Streams over SSE, and over WebSocket on a server that has no SSE. */
import { catchError, defer, map, share, switchMap, throwError, type Observable } from 'rxjs';
import { MastodonNotFoundError } from '../model/errors.ts';
import type { OpenStream, Transport } from './transport.ts';

/** The transport of a stream. */
export type TransportName = 'sse' | 'websocket';

/** A transport that chooses between SSE and WebSocket by what the server supports. */
export interface PreferSse {
  readonly transport: Transport;
  /** Returns the transport that the next stream will be opened over, as far as is known. */
  readonly current: () => TransportName;
}

export interface PreferSseConfig {
  readonly sse: Transport;
  readonly webSocket: Transport;
  /**
   * Emits whether the server streams over SSE at all. It is subscribed to after a 404, which may have another
   * reason: up to Mastodon 4.3 somebody else's list, or a proxy without a fork's endpoint.
   */
  readonly hasSse$: Observable<boolean>;
}

/**
 * Returns a transport that opens streams over SSE. If the streaming path is 404, and only then, it opens them over
 * WebSocket from then on; the first of them has a warning that says so.
 */
export function preferSse({ sse, webSocket, hasSse$ }: PreferSseConfig): PreferSse {
  let current: TransportName = 'sse';

  // Streams that start together share one request.
  const asked$ = hasSse$.pipe(share());

  const overWebSocket: Transport = (channel, config) =>
    webSocket(channel, config).pipe(
      map((opened): OpenStream => {
        if (current === 'websocket') return opened;
        current = 'websocket';
        return { ...opened, warnings: [...opened.warnings, WARNING] };
      }),
    );

  return {
    current: () => current,
    transport: (channel, config) =>
      defer(() =>
        current === 'websocket'
          ? webSocket(channel, config)
          : sse(channel, config).pipe(
              catchError((error: unknown) =>
                error instanceof MastodonNotFoundError
                  ? asked$.pipe(
                      switchMap((hasSse) =>
                        hasSse ? throwError(() => error) : overWebSocket(channel, config),
                      ),
                    )
                  : throwError(() => error),
              ),
            ),
      ),
  };
}

/** Mirrors the SSE transport; the error of a missing endpoint names the other transport. */
export const sseOnly =
  (sse: Transport): Transport =>
  (channel, config) =>
    sse(channel, config).pipe(
      catchError((error: unknown) => {
        if (!(error instanceof MastodonNotFoundError)) return throwError(() => error);
        const { message, status, serverMessage, cause } = error;
        const advice = "For a server without SSE use transport: 'websocket'";
        return throwError(
          () =>
            new MastodonNotFoundError(`${message}. ${advice}`, { status, serverMessage, cause }),
        );
      }),
    );

const WARNING = {
  code: 'sse-unavailable',
  message:
    "The server has no SSE (404), and its streams use WebSocket: transport: 'websocket' saves the attempt",
} as const;
