/** The browser's word that the network is back. */
import { fromEvent, NEVER, type Observable } from 'rxjs';

/** Emits when the browser comes online; silent where there is no `window` (Node, workers, rendering). */
export const online$: Observable<unknown> =
  typeof window === 'undefined' ? NEVER : fromEvent(window, 'online');
