/** A channel as a WebSocket subscribes to it, and which of them the server takes for one. */
import type { Channel } from '../../connect/channels.ts';

/** The parameters of a subscribe or unsubscribe frame, or of the query of a socket for one stream. */
export interface SubscriptionParams extends Readonly<Record<string, string>> {
  readonly stream: string;
}

/** `{ stream: 'hashtag', tag: 'rxjs' }`; media is in the name already. */
export function paramsOf({ stream: [stream = ''], path }: Channel): SubscriptionParams {
  const query = new URLSearchParams(path.split('?', 2)[1]);
  for (const taken of ['only_media', 'stream', 'type']) query.delete(taken);
  return { stream, ...Object.fromEntries(query) };
}

/**
 * Equal for what the server takes for one subscription: tags are folded as it folds them, so that `Café`
 * and `CAFE` have one key, which events labelled with either lead to.
 */
export function keyOf(stream: readonly string[]): string {
  const [name = '', parameter] = stream;
  if (parameter === undefined) return name;
  const isTag = name === 'hashtag' || name === 'hashtag:local';
  return [name, isTag ? foldTag(parameter) : parameter, ...stream.slice(2)].join('\n');
}

/**
 * [streaming/lib] NFKC, lower case, Latin letters without their accents, nothing but letters, digits, `_`,
 * `·` and ZWNJ. What Unicode takes apart, and its own list has none of (`ạ`, `が`), stays.
 */
function foldTag(tag: string): string {
  let folded = '';
  for (const letter of tag.normalize('NFKC').toLowerCase()) {
    const at = ACCENTED.indexOf(letter);
    folded += at === -1 ? letter : PLAIN.charAt(at);
  }
  return folded.replace(/[^\p{L}\p{N}_\u00b7\u200c]/gu, '');
}

/** The lower half of Mastodon's table (app/lib/ascii_folder.rb): capitals are gone by then. */
const ACCENTED =
  'àáâãäåāăąçćĉċčðďđèéêëēĕėęěĝğġģĥħìíîïĩīĭįıĵķĸĺļľŀłñńņňŉŋòóôõöøōŏőŕŗřśŝşšſţťŧùúûüũūŭůűųŵýÿŷźżž';
const PLAIN =
  'aaaaaaaaacccccdddeeeeeeeeegggghhiiiiiiiiijkklllllnnnnnnooooooooorrrssssstttuuuuuuuuuuwyyyzzz';
