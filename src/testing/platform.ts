/** Declares what a fake takes from where it runs. */
import type { Ids } from './ids.ts';

export interface ServerPlatform {
  /** Makes the ids of entities. */
  readonly ids: Ids;
  /** Returns a name that was not there before. */
  readonly uuid: () => string;
  /** Runs a step after the current one, before anything else that comes over the network. */
  readonly soon: (step: () => void) => void;
  /** Runs a step after what {@link soon} runs, as a look into a database does. */
  readonly later: (step: () => void) => void;
}
