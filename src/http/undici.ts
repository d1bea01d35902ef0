/** Sends requests in Node with undici, which is loaded when the first request is sent. */
import { switchMapOnce } from '../internal/switchMapOnce.ts';
import { lazyImport } from '../platform/lazyImport.ts';
import type { Http } from './http.ts';

// Loading undici with the package would make its import slower for programs that never connect: a page that is
// rendered on a server, `--help`.
const dispatch$ = lazyImport(() => import('./undiciDispatch.ts'));

export const http: Http = (request) =>
  dispatch$.pipe(switchMapOnce(({ dispatch }) => dispatch(request)));
