/** Which addresses of strangers the app uses. Angular's sanitizer comes after it, and refuses scripts alone. */

/** An address that a link may lead to, as it came; undefined where it is none. */
export const pageUrl = (url: string | null | undefined): string | undefined =>
  url && /^https?:$/.test(protocolOf(url)) ? url : undefined;

/** An address that a picture may come from, as it came; undefined where it is none. */
export const pictureUrl = (url: string | null | undefined): string | undefined =>
  url?.startsWith('data:image/') ? url : pageUrl(url);

/** Empty where it is no whole address. */
const protocolOf = (url: string): string => (URL.canParse(url) ? new URL(url).protocol : '');
