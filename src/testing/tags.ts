/** The letters that Mastodon folds although Unicode does not decompose them into a base letter and an accent. */
const FOLDED: ReadonlyMap<string, string> = new Map(
  Object.entries({ ð: 'd', đ: 'd', ħ: 'h', ı: 'i', ĸ: 'k', ł: 'l', ŋ: 'n', ø: 'o', ŧ: 't' }),
);

/**
 * Returns a hashtag as in the name of its channel: NFKC, lower case, Latin accents folded, symbols removed. Accents
 * beyond U+017E (`ạ`, and the dakuten of `が`) stay, as on the server.
 */
export function normalizeTag(tag: string): string {
  return tag
    .normalize('NFKC')
    .toLowerCase()
    .replace(
      /[\u00df-\u017e]/g,
      (letter) => FOLDED.get(letter) ?? letter.normalize('NFD').charAt(0),
    )
    .replace(/[^\p{L}\p{N}_\u00b7\u200c]/gu, '');
}
