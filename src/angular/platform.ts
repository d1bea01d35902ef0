/** Tells whether the app runs on a server. */

/**
 * Tells whether an injected `PLATFORM_ID` is that of server-side rendering, like `isPlatformServer` of
 * `@angular/common`, which this entry does not depend on.
 */
export const isServer = (platformId: object): boolean => (platformId as unknown) === 'server';
