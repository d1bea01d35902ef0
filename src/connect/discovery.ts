/** Finds the streaming server, which the instance document names, with one request per client. */
import {
  catchError,
  concat,
  defaultIfEmpty,
  defer,
  EMPTY,
  finalize,
  map,
  mergeMap,
  of,
  share,
  take,
  tap,
  timeout,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import { urlBelow, mayCarryToken, parseServerUrl } from './serverUrl.ts';
import { readText } from '../http/readText.ts';
import { failWith } from './responseError.ts';
import { MastodonError } from '../model/errors.ts';
import { requestFollowingRedirects, type RedirectRules } from './redirects.ts';

/** The server to stream from. */
export interface StreamingServer {
  readonly url: URL;
  /** The host that the instance announced with plain http; it is not used. */
  readonly refused?: string | undefined;
  /** `configuration.timelines_access` of the instance document, since Mastodon 4.5. */
  readonly access?: unknown;
}

/** The client's knowledge of its streaming server. */
export interface Discovery {
  /** Emits the server once: the remembered one, or the one that the instance document names. Never errors. */
  readonly server$: Observable<StreamingServer>;
  /** Returns the remembered server, without a request. */
  readonly current: () => StreamingServer | undefined;
  /** Reports that a stream was opened there. */
  readonly succeeded: () => void;
  /**
   * Reports that a stream could not be opened there; after some of these, the instance document is requested again.
   */
  readonly failed: () => void;
}

/** The options of {@link discover}'s requests. */
export interface DiscoveryConfig extends RedirectRules {
  /** The longest time to wait for the instance's responses, in ms; after it, `baseUrl` is used once. */
  readonly timeout: number;
}

/** The number of streams in a row that must fail to open before the remembered server is forgotten. */
const FAILURES_TO_FORGET = 3;

/** The size of an instance document that is read at most, in bytes; real ones have some thousands. */
const MAX_INSTANCE = 1_048_576;

/** Mirrors a source that opens a stream, and tells whether it was opened. */
export const reportOutcomeTo =
  <T>({ succeeded, failed }: Discovery): MonoTypeOperatorFunction<T> =>
  (source) =>
    defer(() => {
      let isOpen = false;
      return source.pipe(
        tap({
          next: () => {
            isOpen = true;
            succeeded();
          },
          // The end of a stream that was open does not mean that the server has moved.
          error: () => {
            if (!isOpen) failed();
          },
        }),
      );
    });

/** Returns the discovery for a `streamingUrl` that the user gave: it sends no request. */
export const fixedDiscovery = (url: URL): Discovery => ({
  server$: of({ url }),
  current: () => undefined,
  succeeded: () => undefined,
  failed: () => undefined,
});

/**
 * Requests `/api/v2/instance`, then `/api/v1/instance`, without a token, and falls back to `baseUrl`. The server
 * that it finds is remembered; if the instance could not be reached, the next stream tries again.
 *
 * @see https://docs.joinmastodon.org/methods/instance/
 */
export function discover(config: DiscoveryConfig): Discovery {
  const { baseUrl } = config;
  let found: StreamingServer | undefined;
  let failures = 0;

  const ask$ = defer(() => {
    let refused: string | undefined;
    let access: unknown;
    let reached = true;

    const candidate = (path: string, pick: (document: unknown) => unknown): Observable<URL> =>
      getJson(urlBelow(baseUrl, path), config).pipe(
        mergeMap((document) => {
          const announced = pick(document);
          access ??= pluck(document, 'configuration', 'timelines_access');
          const url = typeof announced === 'string' ? parseServerUrl(announced) : undefined;
          if (url === undefined) return EMPTY;
          if (mayCarryToken(url, config.allowInsecure)) return of(url);
          refused = url.host;
          return EMPTY;
        }),
        catchError((error: unknown) => {
          if (error instanceof MastodonError && error.retryable) reached = false;
          return EMPTY;
        }),
      );

    return concat(
      candidate('/api/v2/instance', (document) =>
        pluck(document, 'configuration', 'urls', 'streaming'),
      ),
      candidate('/api/v1/instance', (document) => pluck(document, 'urls', 'streaming_api')),
    ).pipe(
      take(1),
      timeout({
        first: config.timeout,
        with: () => {
          reached = false;
          return EMPTY;
        },
      }),
      tap(() => (reached = true)),
      defaultIfEmpty(baseUrl),
      map((url) => ({ url, refused, access })),
      tap((server) => {
        if (reached) found = server;
      }),
    );
  });

  // Streams that start together share one request.
  let asking$: Observable<StreamingServer> | undefined;
  const server$ = defer(() => {
    if (found) return of(found);
    asking$ ??= ask$.pipe(
      finalize(() => (asking$ = undefined)),
      share(),
    );
    return asking$;
  });

  return {
    server$,
    current: () => found,
    succeeded: () => {
      failures = 0;
    },
    failed: () => {
      if (++failures < FAILURES_TO_FORGET) return;
      failures = 0;
      found = undefined;
    },
  };
}

function getJson(url: URL, config: DiscoveryConfig): Observable<unknown> {
  const request = { url, headers: { accept: 'application/json' } };
  return requestFollowingRedirects(request, config).pipe(
    mergeMap((response) =>
      response.status === 200
        ? readText(response, MAX_INSTANCE).pipe(map((text): unknown => JSON.parse(text)))
        : failWith(request, response),
    ),
  );
}

/** Returns `document.a.b.c` of any JSON value, or undefined. */
export function pluck(document: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<string, unknown>)[key]
        : undefined,
    document,
  );
}
