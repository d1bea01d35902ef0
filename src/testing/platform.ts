/** Declares the functions that a fake needs from its platform. */
import type { Ids } from './ids.ts';

export interface ServerPlatform {
  /** Makes the ids of entities. */
  readonly ids: Ids;
  /** Returns a unique name. */
  readonly uuid: () => string;
  /** Runs a step after the current one, before anything else that comes over the network. */
  readonly soon: (step: () => void) => void;
  /** Runs a step after the steps of {@link soon}, like the result of a database query. */
  readonly later: (step: () => void) => void;
}
