/** Reads the access token; if it is a function, calls it anew at every connect. */
import { catchError, defer, from, map, of, throwError, type Observable } from 'rxjs';
import { check } from '../config/check.ts';
import type { TimelinesConfig } from '../config/options.ts';
import { MastodonNetworkError } from '../model/errors.ts';
import { withoutData } from '../http/http.ts';

/** The headers that carry the token; none if there is no token. */
export type Authorization = Readonly<Record<string, string>>;

/** The token that a request carries. */
export const tokenOf = ({ headers }: { readonly headers: Authorization }): string | undefined =>
  headers['authorization']?.replace(/^Bearer /, '');

/** Tells whether the token stands in the URL, where logs would keep it. */
export function isIn(token: string | undefined, { href }: URL): boolean {
  if (token === undefined) return false;
  let text = href;
  try {
    text = decodeURIComponent(href);
  } catch {
    // An invalid escape sequence is compared as it is.
  }
  // URL has put a host's name into lower case.
  return text.toLowerCase().includes(token.toLowerCase());
}

/**
 * Returns an Observable that emits the headers with the token, and calls the token's function at each subscription.
 * A token that is a string is checked at once. A function that throws or rejects is a `MastodonNetworkError`, since
 * it may succeed later; one that returns something else than a token is a `MastodonIllegalArgumentError`, through
 * `error`.
 */
export function authorizationOf(
  accessToken: TimelinesConfig['accessToken'],
): Observable<Authorization> {
  if (accessToken === undefined) return of({});
  if (typeof accessToken !== 'function') return of(bearer(accessToken));
  return defer(() => from(Promise.resolve(accessToken()))).pipe(
    catchError((cause: unknown) =>
      throwError(
        () =>
          new MastodonNetworkError('The accessToken function failed', {
            cause: withoutData(cause),
          }),
      ),
    ),
    map(bearer),
  );
}

/** Rejects a value that is not a token: the HTTP client's own error would quote it. */
export function checkToken(token: unknown): asserts token is string {
  check(
    typeof token === 'string' && /^[\x21-\x7e]+$/.test(token),
    'accessToken must be (or return) a string of visible ASCII characters without spaces',
  );
}

function bearer(token: unknown): Authorization {
  checkToken(token);
  return { authorization: `Bearer ${token}` };
}
