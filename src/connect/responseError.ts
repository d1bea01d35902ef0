/** Turns a response that is not a stream into an error with the server's own words. */
import { catchError, map, mergeMap, of, throwError, timeout, type Observable } from 'rxjs';
import {
  MastodonApiError,
  MastodonNotFoundError,
  MastodonRateLimitError,
  MastodonServerError,
  MastodonUnauthorizedError,
} from '../model/errors.ts';
import type { HttpRequest, HttpResponse } from '../http/http.ts';
import { readText } from '../http/readText.ts';
import { tokenOf } from './accessToken.ts';

/** The number of bytes of a body to read for the server's message, and the longest wait for it, in ms. */
const MAX_ERROR_BODY = 65_536;
const ERROR_BODY_TIMEOUT = 2_000;

/** Reads the body's `error` field and emits the error, even if the body breaks off or never ends. */
export function apiErrorOf(
  request: HttpRequest,
  response: HttpResponse,
): Observable<MastodonApiError> {
  return readText(response, MAX_ERROR_BODY).pipe(
    timeout({ first: ERROR_BODY_TIMEOUT, with: () => of('') }),
    catchError(() => of('')),
    map((text) => errorFor(request, response, serverMessageOf(text, request, response))),
  );
}

/** Returns the server's own words from the body, or, if there is no body, from the header that replaces it. */
function serverMessageOf(
  text: string,
  request: HttpRequest,
  response: HttpResponse,
): string | undefined {
  let words: unknown;
  try {
    words = (JSON.parse(text) as { error?: unknown } | null)?.error;
  } catch {
    words = response.headers['x-error-message'];
  }
  if (typeof words !== 'string' || words === '') return undefined;
  return redactAndTruncate(words, tokenOf(request));
}

/** Returns an Observable that errors with the error of {@link apiErrorOf}. */
export const failWith = (request: HttpRequest, response: HttpResponse): Observable<never> =>
  apiErrorOf(request, response).pipe(mergeMap((error) => throwError(() => error)));

/** Removes the token and control characters from a server's words, and shortens them: errors end up in logs. */
export function redactAndTruncate(words: string, token: string | undefined): string {
  // Before the text is cut, so that no part of the token is left at its end.
  const silent = token === undefined ? words : words.replaceAll(token, '[token]');
  // eslint-disable-next-line no-control-regex -- an error text must not steer somebody's terminal
  return silent.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').slice(0, 300);
}

/** Returns the error for a response, by its status. */
export function errorFor(
  request: HttpRequest,
  { status, headers, compressed }: Pick<HttpResponse, 'status' | 'headers' | 'compressed'>,
  serverMessage: string | undefined,
): MastodonApiError {
  const { host, pathname } = request.url;
  const config = { status, serverMessage, retryAfter: retryAfterOf(headers, status) };
  const error = (Kind: typeof MastodonApiError, what: string): MastodonApiError => {
    const quoted = status === 200 || serverMessage === undefined ? '' : `: ${serverMessage}`;
    return new Kind(`${host} ${what}${quoted}`, config);
  };

  if (status === 200) {
    const type = headers['content-type'] ?? 'no content type';
    const problem =
      compressed?.problem ??
      `responded with ${String(type).replace(/;.*/, '')} instead of a stream: is it a Mastodon server with ${pathname}?`;
    return error(MastodonApiError, redactAndTruncate(problem, tokenOf(request)));
  }
  if (status === 401) return error(MastodonUnauthorizedError, `${refusalOf(serverMessage)} (401)`);
  if (status === 404) return error(MastodonNotFoundError, `has nothing at ${pathname} (404)`);
  if (status === 429) return error(MastodonRateLimitError, 'rate-limited this client (429)');
  return status >= 500
    ? error(MastodonServerError, `responded with a server error (${status})`)
    : error(MastodonApiError, `rejected the request (${status})`);
}

/**
 * Returns what a 401 rejects: the token, its scope, or the list. Only the words of Mastodon's message tell them
 * apart.
 */
function refusalOf(words = ''): string {
  if (/\blist\b/i.test(words)) return 'does not let this account stream this list';
  if (/scope/i.test(words)) return 'rejected the request: the access token lacks a scope';
  return 'rejected the access token';
}

/**
 * Returns the wait that the server asks for, in ms: `Retry-After` in seconds, or as a date by the server's own
 * clock; for a 429 also the time at which Mastodon's rate limit resets.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 * @see https://docs.joinmastodon.org/api/rate-limits/
 */
function retryAfterOf(headers: HttpResponse['headers'], status: number): number | undefined {
  const asked = headers['retry-after'];
  const after = typeof asked === 'string' ? asked.trim() : '';
  if (/^\d+(\.\d+)?$/.test(after)) return Number(after) * 1_000;
  const reset = status === 429 ? headers['x-ratelimit-reset'] : undefined;
  const date = Date.parse(after === '' && typeof reset === 'string' ? reset : after);
  if (Number.isNaN(date)) return undefined;
  const sent = typeof headers['date'] === 'string' ? Date.parse(headers['date']) : NaN;
  return Math.max(0, date - (Number.isNaN(sent) ? Date.now() : sent));
}
