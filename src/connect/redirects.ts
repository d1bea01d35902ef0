/** Follows the server's redirects, without the token if it must not reach their target. */
import { catchError, tap, throwError, type Observable } from 'rxjs';
import { controlsNetwork, userAgentHeader } from '#platform';
import { mayCarryToken } from './serverUrl.ts';
import { MastodonApiError } from '../model/errors.ts';
import type { DispatcherLike, Head, Http, HttpRequest, HttpResponse } from '../http/http.ts';
import { isIn, tokenOf } from './accessToken.ts';

/** The rules for requests: how they are sent, which servers may redirect them, and to which URLs. */
export interface RedirectRules {
  /** The server that the user named: it may send requests to another host. */
  readonly baseUrl: URL;
  readonly allowInsecure: boolean;
  /** The `User-Agent` of requests in Node; undefined: this library and its version. */
  readonly userAgent?: string | undefined;
  /** Node: the undici dispatcher to send requests through. */
  readonly dispatcher?: DispatcherLike | 'env' | undefined;
  /** Sends a request. */
  readonly http: Http;
}

/** The number of redirects to follow. Mastodon needs one; fetch allows 20. */
const MAX_REDIRECTS = 5;

/**
 * Sends the request, and follows redirects: within one origin, or from `baseUrl`'s origin to https elsewhere. Any
 * other redirect is a fatal `MastodonApiError` that names its target, and so is a loop of redirects.
 */
export const requestFollowingRedirects = (
  request: HttpRequest,
  rules: RedirectRules,
): Observable<HttpResponse> => followRedirects(rules.http, request, rules);

/** Like {@link requestFollowingRedirects}, for any function that sends a request. */
export function followRedirects<Q extends HttpRequest, R extends Head>(
  send: (request: Q) => Observable<R>,
  request: Q,
  rules: Omit<RedirectRules, 'http'>,
  hops = 0,
): Observable<R> {
  return send({
    dispatcher: rules.dispatcher,
    ...request,
    headers: { ...(controlsNetwork && userAgentHeader(rules.userAgent)), ...request.headers },
  }).pipe(
    tap((response) => {
      const target = targetOf(request, response);
      if (target) throw new Redirect(response.status, target);
    }),
    catchError((error: unknown) => {
      if (!(error instanceof Redirect)) return throwError(() => error);
      const { status, target } = error;
      const refusal = refusalOf(request, target, rules, hops);
      if (refusal === undefined) {
        return followRedirects(send, { ...request, url: target }, rules, hops + 1);
      }
      return throwError(() => new MastodonApiError(refusal, { status }));
    }),
  );
}

/** Thrown to close the response that redirects, with its socket, before the next request is sent. */
class Redirect extends Error {
  readonly status: number;
  readonly target: URL;

  constructor(status: number, target: URL) {
    super();
    this.status = status;
    this.target = target;
  }
}

/**
 * Returns the URL that a response redirects to. `fetch` follows redirects by itself, and drops the token between
 * two origins.
 */
function targetOf(request: HttpRequest, response: Head): URL | undefined {
  const { url } = response;
  if (url.origin !== request.url.origin) return url;
  if (response.location === undefined) return undefined;
  try {
    return new URL(response.location.replace(/^ws(s?):/i, 'http$1:'), url);
  } catch {
    return undefined;
  }
}

function refusalOf(
  request: HttpRequest,
  to: URL,
  rules: Omit<RedirectRules, 'http'>,
  hops: number,
): string | undefined {
  const { url: from } = request;
  if (hops >= MAX_REDIRECTS) return `${from.host} redirects in a loop, or too often`;
  // If the token is sent in the query, a redirect that keeps the query may repeat it.
  if (!('tokenIn' in request && request.tokenIn === 'query') && isIn(tokenOf(request), to)) {
    return `${from.host} redirects to a URL with the token`;
  }
  const unsafe = to.protocol === 'http:' && from.protocol === 'https:' && !rules.allowInsecure;
  const credentials = to.username !== '' || to.password !== '';
  if (unsafe || credentials || !mayCarryToken(to, rules.allowInsecure)) {
    return `${from.host} redirects to ${to.origin}, where the token can be read on the way`;
  }
  if (to.origin === from.origin || from.origin === rules.baseUrl.origin) return undefined;
  return `${from.host} redirects to ${to.origin}: if that is right, set streamingUrl`;
}
