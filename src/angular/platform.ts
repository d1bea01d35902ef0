/** Tells whether the app runs on a server. */

/**
 * Tells whether an injected `PLATFORM_ID` is that of a server that renders: `isPlatformServer` of
 * `@angular/common`, without which this entry does.
 */
export const isServer = (platformId: object): boolean => (platformId as unknown) === 'server';
