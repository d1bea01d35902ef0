/** Declares what Node can do. */
import { VERSION } from '../internal/version.ts';

/** Whether `dispatcher` can be used, and a WebSocket's handshake has headers. */
export const controlsNetwork = true as boolean;

/** Returns the header that names the client. Without one, some servers refuse to respond (GoToSocial). */
export const userAgentHeader = (userAgent?: string): Record<string, string> => ({
  'user-agent': userAgent ?? `mastodon-rx/${VERSION}`,
});
