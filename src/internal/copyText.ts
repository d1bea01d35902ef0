/** Keeps small strings from holding large ones in memory. */

/**
 * Returns the same text in memory of its own. Engines cut a string out of another without copying it (V8's
 * sliced strings), so that an id that is kept would hold the whole chunk that it arrived in.
 */
export const copyText = (text: string): string => JSON.parse(JSON.stringify(text)) as string;
