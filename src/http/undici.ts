/** HTTP in Node: by undici, which is loaded with the first request. */
import { switchMapOnce } from '../internal/switchMapOnce.ts';
import { lazyImport } from '../platform/lazyImport.ts';
import type { Head, Http } from './http.ts';

// A third of what this package's import would cost, for programs that may never connect: a page that is
// rendered on a server, `--help`.
const dispatch$ = lazyImport(() => import('./undiciDispatch.ts'));

export const http: Http = (request) =>
  dispatch$.pipe(switchMapOnce(({ dispatch }) => dispatch(request)));

export { encodingOf, readCompressed } from './compressed.ts';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Where a response redirects to, as it says it. */
export function locationOf({ status, headers }: Head): string | undefined {
  const { location } = headers;
  return REDIRECTS.has(status) && typeof location === 'string' ? location : undefined;
}
