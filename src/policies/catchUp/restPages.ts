/** Requests pages of Mastodon's REST API, one at a time and no faster than its rate limit allows. */
import { ignoreElements, map, mergeMap, retry, throwError, timer, type Observable } from 'rxjs';
import { failWith } from '../../connect/responseError.ts';
import { readText } from '../../http/readText.ts';
import { MAX_WAIT } from '../../config/check.ts';
import { MastodonApiError, MastodonError } from '../../model/errors.ts';
import type { HttpResponse } from '../../http/http.ts';
import type { Channel } from '../../connect/channels.ts';
import type { Client } from '../../connect/client.ts';
import { urlBelow } from '../../connect/serverUrl.ts';
import { requestFollowingRedirects } from '../../connect/redirects.ts';
import type { Kind } from './eventPosition.ts';
import type { GetPage } from './missedPages.ts';

/** A page as the server sent it: newest first. */
export interface Page {
  readonly items: readonly unknown[];
  /** The next newer page, by the `Link` header; undefined if it names none. */
  readonly newer: URL | undefined;
  /** The next older page, by the `Link` header; undefined if it names none. */
  readonly older: URL | undefined;
  /** True if the response has a `Link` header. */
  readonly hasLinks: boolean;
  /** The wait before the next request, in ms: 0 unless the rate limit is used up. */
  readonly wait: number;
}

/** The largest page to read, in bytes; forty long posts have some hundred thousand. */
const MAX_PAGE = 8_388_608;

/** The number of times that a failed request is repeated, and the first wait between them, in ms. */
const RETRIES = 5;
const FIRST_WAIT = 500;

/** The wait for a feed that the server is still building, in ms, if the response does not say how long. */
const ASYNC_REFRESH_WAIT = 3_000;

/**
 * Returns a function that requests pages of a channel's kind, by the query's parameters or at a URL that the server
 * sent.
 */
export const pagesOf =
  (client: Client, { restPaths }: Channel, kind: Kind, request = getPage): GetPage =>
  (query) => {
    if (query instanceof URL) return request(client, query);
    const path = restPaths[kind] ?? '';
    const separator = path.includes('?') ? '&' : '?';
    return request(client, urlBelow(client.baseUrl, `${path}${separator}${query}`));
  };

/** Requests one page, with the token, once. Errors come through `error`. */
export function requestPage(client: Client, url: URL): Observable<Page> {
  return client.authorization$.pipe(
    map((authorization) => ({
      url,
      headers: { accept: 'application/json', ...authorization },
    })),
    mergeMap((request) =>
      requestFollowingRedirects(request, client).pipe(
        mergeMap((response) =>
          response.status === 200
            ? readText(response, MAX_PAGE).pipe(map((text) => pageOf(client, response, text)))
            : response.status === 206
              ? throwError(() => beingBuilt(response))
              : failWith(request, response),
        ),
      ),
    ),
  );
}

/**
 * Requests one page, with the token. A request that fails with a retryable error (the network, 429, 5xx) is
 * repeated, after `Retry-After` if the server sends it; a feed that the server is still building (206) is
 * requested again until it is there. Any other error comes through `error`.
 *
 * @see https://docs.joinmastodon.org/api/guidelines/#pagination
 * @see https://docs.joinmastodon.org/entities/AsyncRefresh/
 */
export function getPage(client: Client, url: URL): Observable<Page> {
  return requestPage(client, url).pipe(
    retry({
      delay: (error: unknown, failures) => {
        if (isBeingBuilt(error)) return timer(error.retryAfter ?? ASYNC_REFRESH_WAIT);
        return failures <= RETRIES && error instanceof MastodonError && error.retryable
          ? timer(Math.min(MAX_WAIT, Math.max(askedOf(error), FIRST_WAIT * 2 ** (failures - 1))))
          : throwError(() => error);
      },
      resetOnSuccess: false,
    }),
  );
}

/** Tells whether the server is still building the feed: 206, with what it has so far. */
const isBeingBuilt = (error: unknown): error is MastodonApiError =>
  error instanceof MastodonApiError && error.status === 206;

const askedOf = (error: MastodonError): number =>
  error instanceof MastodonApiError ? (error.retryAfter ?? 0) : 0;

/**
 * Waits `wait` ms, emits nothing, and completes. With 0 it still completes asynchronously: if responses come
 * synchronously, as from a mock, each page would otherwise be requested on the stack of the one before.
 */
export const pause = (wait: number): Observable<never> =>
  timer(Math.min(wait, MAX_WAIT)).pipe(ignoreElements());

function beingBuilt({ url, headers }: HttpResponse): MastodonApiError {
  const refresh = headers['mastodon-async-refresh'];
  const [, seconds] = /\bretry=(\d+)/.exec(String(refresh)) ?? [];
  return new MastodonApiError(`${url.host} is still building ${url.pathname} (206)`, {
    status: 206,
    retryAfter: seconds === undefined ? undefined : Number(seconds) * 1_000,
  });
}

function pageOf({ baseUrl }: Client, { headers, url }: HttpResponse, text: string): Page {
  let items: unknown;
  try {
    items = JSON.parse(text);
  } catch {
    items = undefined;
  }
  if (!Array.isArray(items)) {
    throw new MastodonApiError(
      `${url.host} responded to ${url.pathname} with something other than a list`,
      {
        status: 200,
      },
    );
  }
  const link = headers['link'];
  return {
    items,
    newer: linkOf(link, 'prev', baseUrl),
    older: linkOf(link, 'next', baseUrl),
    hasLinks: typeof link === 'string',
    wait: waitOf(headers),
  };
}

/** Reads a link. It is requested with the token, so it must lead to the server that the token is for. */
function linkOf(link: unknown, rel: 'prev' | 'next', baseUrl: URL): URL | undefined {
  if (typeof link !== 'string') return undefined;
  const [, target] = new RegExp(`<([^>]*)>\\s*;\\s*rel="?${rel}"?`).exec(link) ?? [];
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
