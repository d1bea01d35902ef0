/** Loads the code that uses the REST API when the first stream or list needs it. */
import { lazyImport } from '../platform/lazyImport.ts';

export const overRest$ = lazyImport(() => import('./overRest.ts'));
