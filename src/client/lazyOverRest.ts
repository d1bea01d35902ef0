/** Loads what streams and lists ask of the REST API, with the first of them that needs some of it. */
import { lazyImport } from '../platform/lazyImport.ts';

export const overRest$ = lazyImport(() => import('./overRest.ts'));
