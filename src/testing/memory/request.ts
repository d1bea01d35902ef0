/** The library's requests, as the fake sees them. */
import type { HttpRequest } from '../../http/http.ts';
import { VERSION } from '../../internal/version.ts';
import { splitUrl, type Exchange, type FakeRequestHeaders, type Query } from '../exchange.ts';
import type { MemoryResponse } from './response.ts';

/** Returns the headers that a request arrives with. */
export const requestHeadersOf = (
  url: URL,
  headers: HttpRequest['headers'],
): FakeRequestHeaders => ({
  host: url.host,
  // A browser adds its own on the wire.
  'user-agent': `mastodon-rx/${VERSION}`,
  'accept-encoding': 'identity',
  ...headers,
});

/** Returns the parameters of a query; one that is there twice has both values. */
export function queryOf({ searchParams }: URL): Query {
  const names = [...new Set(searchParams.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = searchParams.getAll(name);
      return [name, values.length > 1 ? values : values[0]];
    }),
  );
}

/** Returns the exchange that a request of the library's begins. */
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
