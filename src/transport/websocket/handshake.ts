/** Opens a WebSocket, or errors with the reason why the server refuses it. */
import { catchError, map, mergeMap, of, tap, throwError, type Observable } from 'rxjs';
import { controlsNetwork } from '#platform';
import { tokenOf, type Authorization } from '../../connect/accessToken.ts';
import type { Client } from '../../connect/client.ts';
import { followRedirects } from '../../connect/redirects.ts';
import { apiErrorOf } from '../../connect/responseError.ts';
import { SOCKET_DEFAULTS } from '../../config/defaults.ts';
import type { TokenPlace } from '../../config/options.ts';
import { MastodonNetworkError, type MastodonApiError } from '../../model/errors.ts';
import { handshakeErrorOf } from './handshakeError.ts';
import type { ServerTraits } from './serverTraits.ts';
import type { OpenedSocket, OpenSocket, SocketRequest } from './socket.ts';

/** Options of a handshake. */
interface HandshakeConfig {
  readonly openSocket: OpenSocket;
  readonly tokenIn?: TokenPlace | undefined;
}

/** A socket that is open, and the request that opened it. */
export interface Handshake {
  readonly opened: OpenedSocket;
  readonly request: SocketRequest;
}

/**
 * Emits once, when the server has accepted the handshake.
 *
 * Pleroma, Akkoma and Iceshrimp.NET look for the token in the query and the subprotocol only. In Node the
 * subprotocol is therefore tried once if the header is refused, and remembered if it works. Mastodon and GoToSocial
 * say what is wrong with a token that they have seen, so no second request is sent to them.
 *
 * @param how - the function that opens the socket, and `tokenIn`, the place that the user has chosen for the token;
 * undefined for the default place.
 */
export function shakeHands(
  client: Client,
  url: URL,
  authorization: Authorization,
  { openSocket, tokenIn }: HandshakeConfig,
  traits: ServerTraits,
): Observable<Handshake> {
  const attempt = (tokenIn: TokenPlace): Observable<Handshake | Refusal> => {
    const request = { url, headers: authorization, tokenIn };
    return followRedirects(openSocket, request, client).pipe(
      mergeMap((response) =>
        'send' in response
          ? of({ opened: response, request })
          : apiErrorOf(request, response).pipe(map((error) => ({ error }))),
      ),
    );
  };

  return attempt(tokenIn ?? traits.tokenIn ?? SOCKET_DEFAULTS.tokenIn).pipe(
    mergeMap((first) => {
      if (!('error' in first)) return of(first);
      const refuse = (): Observable<never> => throwError(() => first.error);
      const isChosen = (tokenIn ?? traits.tokenIn) !== undefined;
      const hasToken = tokenOf({ headers: authorization }) !== undefined;
      if (isChosen || !hasToken || !mayMissToken(first.error)) return refuse();
      return attempt('subprotocol').pipe(
        mergeMap((second) => ('error' in second ? refuse() : of(second))),
        tap(() => (traits.tokenIn = 'subprotocol')),
        catchError(refuse),
      );
    }),
    catchError((error: unknown) =>
      controlsNetwork || !(error instanceof MastodonNetworkError)
        ? throwError(() => error)
        : handshakeErrorOf(error, client, authorization),
    ),
  );
}

interface Refusal {
  readonly error: MastodonApiError;
}

/** Tells whether the server may not have seen the token. Browsers do not show the response. */
const mayMissToken = ({ status, serverMessage }: MastodonApiError): boolean =>
  (status === 400 || status === 401) && serverMessage === undefined;
