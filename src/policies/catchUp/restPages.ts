/** Pages of Mastodon's REST API, one request at a time and no faster than the server likes. */
import { ignoreElements, map, mergeMap, retry, throwError, timer, type Observable } from 'rxjs';
import { apiErrorOf, readText } from '../../connect/responseError.ts';
import { MAX_WAIT } from '../../config/check.ts';
import { MastodonApiError, MastodonError } from '../../model/errors.ts';
import type { HttpResponse } from '../../http/http.ts';
import type { Client } from '../../connect/client.ts';
import { requestFollowingRedirects } from '../../connect/redirects.ts';

/** A page as the server cut it: newest first, of whatever it lists. */
export interface Page {
  readonly items: readonly unknown[];
  /** Where the next newer page is, by the `Link` header; undefined where it does not say. */
  readonly newer: URL | undefined;
  /** How long to wait before the next request, in ms: 0 unless the rate limit is used up. */
  readonly wait: number;
}

/** How much of a page is read, in bytes; forty long posts have some hundred thousand. */
const MAX_PAGE = 8_388_608;

/** How often a page that fails for a while is asked for again, and how long the first wait is, in ms. */
const RETRIES = 5;
const FIRST_WAIT = 500;

/** Asks for one page, with the token, once. Errors come through `error`. */
export function requestPage(client: Client, url: URL): Observable<Page> {
  return client.authorization$.pipe(
    map((authorization) => ({
      url,
      headers: { accept: 'application/json', ...authorization },
      dispatcher: client.dispatcher,
    })),
    mergeMap((request) =>
      requestFollowingRedirects(request, client).pipe(
        mergeMap((response) =>
          response.status === 200
            ? readText(response, MAX_PAGE).pipe(map((text) => pageOf(client, response, text)))
            : apiErrorOf(request, response).pipe(mergeMap((error) => throwError(() => error))),
        ),
      ),
    ),
  );
}

/**
 * Asks for one page, with the token. What may pass (the network, 429, 5xx) is asked for again, after
 * `Retry-After` where the server says so; any other error comes through `error`.
 *
 * @see https://docs.joinmastodon.org/api/guidelines/#pagination
 */
export function getPage(client: Client, url: URL): Observable<Page> {
  return requestPage(client, url).pipe(
    retry({
      count: RETRIES,
      delay: (error: unknown, failures) =>
        error instanceof MastodonError && error.retryable
          ? timer(Math.min(MAX_WAIT, Math.max(askedOf(error), FIRST_WAIT * 2 ** (failures - 1))))
          : throwError(() => error),
      resetOnSuccess: false,
    }),
  );
}

const askedOf = (error: MastodonError): number =>
  error instanceof MastodonApiError ? (error.retryAfter ?? 0) : 0;

/**
 * Waits so many ms, emits nothing, and completes. Zero is a turn of its own: pages that are answered in the
 * turn in which they are asked for, as by a mock, must not stand on each other's stack.
 */
export const pause = (wait: number): Observable<never> =>
  timer(Math.min(wait, MAX_WAIT)).pipe(ignoreElements());

function pageOf({ baseUrl }: Client, { headers, url }: HttpResponse, text: string): Page {
  let items: unknown;
  try {
    items = JSON.parse(text);
  } catch {
    items = undefined;
  }
  if (!Array.isArray(items)) {
    throw new MastodonApiError(
      `${url.host} answered ${url.pathname} with something else than a list`,
      {
        status: 200,
      },
    );
  }
  return { items, newer: newerOf(headers['link'], baseUrl), wait: waitOf(headers) };
}

/** The link is followed with the token: only to the server that the token is for. */
function newerOf(link: unknown, baseUrl: URL): URL | undefined {
  if (typeof link !== 'string') return undefined;
  const [, target] = /<([^>]*)>\s*;\s*rel="?prev"?/.exec(link) ?? [];
  if (target === undefined) return undefined;
  try {
    const url = new URL(target, baseUrl);
    return url.origin === baseUrl.origin ? url : undefined;
  } catch {
    return undefined;
  }
}

/** @see https://docs.joinmastodon.org/api/rate-limits/ */
function waitOf(headers: HttpResponse['headers']): number {
  const { 'x-ratelimit-remaining': remaining, 'x-ratelimit-reset': reset, date } = headers;
  if (remaining !== '0' || typeof reset !== 'string') return 0;
  const now = typeof date === 'string' ? Date.parse(date) : Date.now();
  const wait = Date.parse(reset) - (Number.isNaN(now) ? Date.now() : now);
  return Number.isNaN(wait) ? 0 : Math.max(0, wait);
}
