/** Sends requests in browsers and other runtimes that have `fetch`. */
import { Observable, type Subscriber } from 'rxjs';
import { MastodonError, MastodonUnsupportedError } from '../model/errors.ts';
import { requireGlobal } from '../platform/requireGlobal.ts';
import { networkErrorOf, type Http, type HttpResponse } from './http.ts';

export const http: Http = ({ url, headers }) =>
  new Observable((subscriber) => {
    requireGlobal('fetch');
    const controller = new AbortController();
    let connected = false;

    fetch(url, {
      headers,
      signal: controller.signal,
      // Cloudflare's workers had no `cache` until 2024, and reject options that they do not have.
      ...('cache' in Request.prototype && { cache: 'no-store' }),
      credentials: 'omit', // the token alone identifies the account
    })
      .then((response) => {
        connected = true;
        const reading = { begun: false };
        const body = new Observable<Uint8Array>((bytes) => {
          reading.begun = true;
          pump(response, bytes).then(
            () => {
              bytes.complete();
            },
            (error: unknown) => {
              bytes.error(
                error instanceof MastodonError ? error : networkErrorOf(error, url, true),
              );
            },
          );
          return () => {
            controller.abort();
          };
        });
        subscriber.next({
          status: response.status,
          headers: headersOf(response),
          // A Response that a service worker made has no URL.
          url: response.url === '' ? url : new URL(response.url),
          body,
        });
        subscriber.complete();
        if (!reading.begun) controller.abort();
      })
      .catch((error: unknown) => {
        subscriber.error(networkErrorOf(error, url, connected));
      });

    return () => {
      // Once there is a response, its body's subscriber decides.
      if (!connected) controller.abort();
    };
  });

/**
 * Reads the response's headers, without those of a compression that fetch has asked for and already undone.
 */
function headersOf(response: Response): HttpResponse['headers'] {
  const headers = new Headers(response.headers);
  headers.delete('content-encoding');
  return Object.fromEntries(headers);
}

/** Reads until the end or until the request is aborted, which rejects. */
async function pump(response: Response, bytes: Subscriber<Uint8Array>): Promise<void> {
  const { body } = response as { readonly body?: Response['body'] };
  if (body === undefined && response.headers.get('content-type')?.includes('event-stream')) {
    throw new MastodonUnsupportedError(
      "This runtime's fetch cannot stream: use transport: 'websocket'",
    );
  }
  if (body === undefined) bytes.next(new Uint8Array(await response.arrayBuffer()));
  const reader = body?.getReader();
  if (!reader) return;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    bytes.next(value);
  }
}
