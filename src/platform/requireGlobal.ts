/** Names what a runtime lacks, before something fails in other words. */
import { MastodonUnsupportedError } from '../model/errors.ts';

/** Throws `MastodonUnsupportedError` unless the runtime has this global. */
export function requireGlobal(name: string): void {
  if (!(name in globalThis)) {
    throw new MastodonUnsupportedError(`This runtime has no ${name}: see docs/runtimes.md`);
  }
}
