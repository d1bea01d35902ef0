/** Opens the source of a command line's events: a server, the demo, or a recording. */
import type { Observable } from 'rxjs';
import type { StreamEvent } from '../index.ts';

/** A source of events, which must be disposed of at the end. */
export interface Source extends AsyncDisposable {
  /** Cold, like every timeline. */
  readonly events$: Observable<StreamEvent>;
  /** The text that is printed before the first event. */
  readonly banner?: string;
}
