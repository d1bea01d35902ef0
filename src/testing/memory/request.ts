/** Adapts the library's requests to the fake. */
import type { HttpRequest } from '../../http/http.ts';
import { VERSION } from '../../internal/version.ts';
import { splitUrl, type Exchange, type FakeRequestHeaders, type Query } from '../exchange.ts';
import type { MemoryResponse } from './response.ts';

/** Returns the headers with which a request arrives. */
export const requestHeadersOf = (
  url: URL,
  headers: HttpRequest['headers'],
): FakeRequestHeaders => ({
  host: url.host,
  // A browser adds its own when it sends the request.
  'user-agent': `mastodon-rx/${VERSION}`,
  'accept-encoding': 'identity',
  ...headers,
});

/** Returns the parameters of a query; a repeated one has all its values. */
export function queryOf({ searchParams }: URL): Query {
  const names = [...new Set(searchParams.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = searchParams.getAll(name);
      return [name, values.length > 1 ? values : values[0]];
    }),
  );
}

/** Returns the exchange of a request of the library. */
export function exchangeOf({ url, headers }: HttpRequest, response: MemoryResponse): Exchange {
  const target = url.pathname + url.search;
  return {
    request: {
      ...{ method: 'GET', url: target, headers: requestHeadersOf(url, headers) },
      readBody: (done) => {
        done('');
      },
    },
    response,
    path: splitUrl(target).path,
    query: queryOf(url),
  };
}
