/** HTTP in Node: by undici, which is loaded with the first request. */
import { switchMapOnce } from '../internal/switchMapOnce.ts';
import { lazyImport } from '../platform/lazyImport.ts';
import type { Http } from './http.ts';

// A third of what this package's import would cost, for programs that may never connect: a page that is
// rendered on a server, `--help`.
const dispatch$ = lazyImport(() => import('./undiciDispatch.ts'));

export const http: Http = (request) =>
  dispatch$.pipe(switchMapOnce(({ dispatch }) => dispatch(request)));
