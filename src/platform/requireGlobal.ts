/** Checks that the runtime has a global, so that the error names what is missing. */
import { MastodonUnsupportedError } from '../model/errors.ts';

/** Throws `MastodonUnsupportedError` unless the runtime has this global. */
export function requireGlobal(name: string): void {
  if (!(name in globalThis)) {
    throw new MastodonUnsupportedError(`This runtime has no ${name}: see docs/runtimes.md`);
  }
}
