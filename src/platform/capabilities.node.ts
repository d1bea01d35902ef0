/** Declares what Node can do. */
import { VERSION } from '../internal/version.ts';

/** True if `dispatcher` can be used, and a WebSocket's handshake has headers. */
export const controlsNetwork = true as boolean;

/** Returns the header that names the client. Without one, some servers refuse to respond (GoToSocial). */
export const userAgentHeader = (userAgent?: string): Record<string, string> => ({
  'user-agent': userAgent ?? `mastodon-rx/${VERSION}`,
});

/**
 * Makes Node's `util.inspect` and `console.log` print only an error's stack and the result of its `toJSON`.
 */
export function addInspection(prototype: object): void {
  Object.defineProperty(prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value: inspectError,
  });
}

function inspectError(
  this: Error & { toJSON(): Record<string, unknown> },
  _depth: number,
  options: unknown,
  inspect: (value: unknown, options: unknown) => string,
): string {
  const details = Object.entries(this.toJSON()).filter(([key]) => !SHOWN_BY_STACK.has(key));
  return `${this.stack ?? String(this)} ${inspect(Object.fromEntries(details), options)}`;
}

const SHOWN_BY_STACK: ReadonlySet<string> = new Set(['name', 'message']);
