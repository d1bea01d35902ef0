/** Names what a runtime lacks, before something fails in other words. */
import { MastodonUnsupportedError } from '../model/errors.ts';

/** Throws `MastodonUnsupportedError` unless the runtime has all of these globals. */
export function requireGlobals(...names: string[]): void {
  for (const name of names) {
    if (!(name in globalThis)) {
      throw new MastodonUnsupportedError(`This runtime has no ${name}: see docs/runtimes.md`);
    }
  }
}
