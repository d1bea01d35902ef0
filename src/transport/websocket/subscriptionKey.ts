/**
 * Makes the parameters with which a WebSocket subscribes to a channel, and a key that channels share if the server
 * treats them as one.
 */
import type { Channel } from '../../connect/channels.ts';

/** The parameters of a subscribe or unsubscribe frame, or of the query of a socket for one stream. */
export interface SubscriptionParams extends Readonly<Record<string, string>> {
  readonly stream: string;
}

/**
 * Returns the parameters of a channel, like `{ stream: 'hashtag', tag: 'rxjs' }`. A media channel has no further
 * parameter: its name says it.
 */
export function paramsOf({ stream: [stream = ''], path }: Channel): SubscriptionParams {
  const query = new URLSearchParams(path.split('?', 2)[1]);
  for (const taken of ['only_media', 'stream', 'type']) query.delete(taken);
  return { stream, ...Object.fromEntries(query) };
}

/**
 * Returns a key that is equal for streams which the server treats as one subscription. Tags are folded as the
 * server folds them: `Café` and `CAFE` have the same key, and events labelled with either are found by it.
 */
export function keyOf(stream: readonly string[]): string {
  const [name = '', parameter] = stream;
  if (parameter === undefined) return name;
  const isTag = name === 'hashtag' || name === 'hashtag:local';
  return [name, isTag ? foldTag(parameter) : parameter, ...stream.slice(2)].join('\n');
}

/**
 * Folds a tag as Mastodon's streaming server does: NFKC, lower case, Latin letters without accents, and only
 * letters, digits, `_`, `·` and ZWNJ. Letters whose accents are not in Mastodon's own table (`ạ`, `が`) stay as they
 * are.
 */
function foldTag(tag: string): string {
  let folded = '';
  for (const letter of tag.normalize('NFKC').toLowerCase()) {
    const at = ACCENTED.indexOf(letter);
    folded += at === -1 ? letter : PLAIN.charAt(at);
  }
  return folded.replace(/[^\p{L}\p{N}_\u00b7\u200c]/gu, '');
}

/** The lower-case half of Mastodon's table (app/lib/ascii_folder.rb): the tag is in lower case by then. */
const ACCENTED =
  'àáâãäåāăąçćĉċčðďđèéêëēĕėęěĝğġģĥħìíîïĩīĭįıĵķĸĺļľŀłñńņňŉŋòóôõöøōŏőŕŗřśŝşšſţťŧùúûüũūŭůűųŵýÿŷźżž';
const PLAIN =
  'aaaaaaaaacccccdddeeeeeeeeegggghhiiiiiiiiijkklllllnnnnnnooooooooorrrssssstttuuuuuuuuuuwyyyzzz';
