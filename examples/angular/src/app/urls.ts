/** Filters the URLs of other people. Angular's sanitizer runs after it, and rejects only scripts. */

/** Returns the URL if a link may use it, unchanged; otherwise undefined. */
export const pageUrl = (url: string | null | undefined): string | undefined =>
  url && /^https?:$/.test(protocolOf(url)) ? url : undefined;

/** Returns the URL if a picture may use it, unchanged; otherwise undefined. */
export const pictureUrl = (url: string | null | undefined): string | undefined =>
  url?.startsWith('data:image/') ? url : pageUrl(url);

/** Empty if the URL is not absolute. */
const protocolOf = (url: string): string => (URL.canParse(url) ? new URL(url).protocol : '');
