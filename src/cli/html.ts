/** Converts the HTML of a post to plain text: paragraphs, line breaks, lists, quotes, and the URLs of links. */
import { clean } from './text.ts';

/**
 * Returns the text of the HTML that servers send in `content`. It reads the HTML in one pass, in linear time, so
 * that no post can hang it. The result has no characters that control a terminal.
 */
export function textOfHtml(html: string): string {
  const out = new Text();
  let at = 0;
  while (at < html.length) {
    const open = indexOfTag(html, at);
    const end = open === -1 ? -1 : endOfTag(html, open);
    if (end === -1) {
      out.text(html.slice(at));
      break;
    }
    out.text(html.slice(at, open));
    at = end;
    const tag = TAG.exec(html.slice(open, Math.min(end, open + MAX_TAG)));
    if (!tag) continue; // a comment, a doctype
    const [, slash, tagName = '', attributes = ''] = tag;
    const name = tagName.toLowerCase();
    if (slash === '/') out.close(name);
    else if (SKIPPED.has(name)) at = indexOfClosing(name, html, at);
    else out.open(name, attributes);
  }
  return clean(out.toString());
}

/** The longest tag whose attributes are read, in UTF-16 code units. */
const MAX_TAG = 4_096;

const TAG = /^<(\/?)([a-z][a-z0-9]*)([^]*?)\/?>?$/i;

/** Returns the index of the next `<` that begins a tag; any other `<` is text. */
function indexOfTag(html: string, at: number): number {
  const start = /<[a-z/!?]/gi;
  start.lastIndex = at;
  return start.exec(html)?.index ?? -1;
}

/** Returns the index at which a tag or a comment ends; -1 if it does not. */
function endOfTag(html: string, open: number): number {
  const isComment = html.startsWith('<!--', open);
  const end = html.indexOf(isComment ? '-->' : '>', open);
  return end === -1 ? -1 : end + (isComment ? 3 : 1);
}

/** The elements whose content is not text: scripts and styles. */
const SKIPPED: ReadonlySet<string> = new Set(['script', 'style', 'template']);

function indexOfClosing(name: string, html: string, at: number): number {
  const closing = new RegExp(`</${name}`, 'gi');
  closing.lastIndex = at;
  return closing.exec(html)?.index ?? html.length;
}

/** Collects the text in pieces, since reading the end of one long string each time would be slow. */
class Text {
  readonly #pieces: string[] = [];
  /** The number of line feeds to write before the next text. */
  #due = 0;
  #preformatted = 0;
  #quotes = 0;
  #link: { readonly href: string; readonly start: number } | undefined;

  text(html: string): void {
    const text = decodeEntities(html);
    if (this.#preformatted > 0) {
      this.#write(text);
      return;
    }
    const collapsed = text.replace(/[ \t\r\n\f]+/g, ' ');
    const last = this.#pieces.at(-1);
    const isAtStart = this.#due > 0 || last === undefined || last.endsWith(' ');
    this.#write(isAtStart ? collapsed.replace(/^ /, '') : collapsed);
  }

  open(name: string, attributes: string): void {
    if (name === 'br') this.#due++;
    if (name === 'a') this.#link = linkOf(attributes, this.#pieces.length);
    if (name === 'img') this.text(attributeOf(attributes, 'alt') ?? '');
    this.#break(BLOCKS.get(name));
    if (name === 'pre') this.#preformatted++;
    if (name === 'blockquote') this.#quotes++;
    if (name === 'li') this.#write('• ');
  }

  close(name: string): void {
    if (name === 'a') this.#endLink();
    if (name === 'pre') this.#preformatted = Math.max(0, this.#preformatted - 1);
    if (name === 'blockquote') this.#quotes = Math.max(0, this.#quotes - 1);
    this.#break(BLOCKS.get(name));
  }

  toString(): string {
    const lines = this.#pieces.join('').split('\n');
    return lines.map((line) => line.trimEnd()).join('\n');
  }

  #break(lines = 0): void {
    this.#due = Math.max(this.#due, lines);
  }

  #write(text: string): void {
    if (text === '') return;
    const isFirst = this.#pieces.length === 0;
    if (isFirst || this.#due > 0) {
      // At most one blank line; nested quotes have one mark.
      const breaks = isFirst ? '' : '\n'.repeat(Math.min(this.#due, 2));
      this.#pieces.push(breaks + '> '.repeat(Math.min(this.#quotes, 3)));
      this.#due = 0;
    }
    this.#pieces.push(text);
  }

  /**
   * Ends a link. The text of mentions, hashtags and bare URLs shows their target; for other links the URL is added.
   */
  #endLink(): void {
    const link = this.#link;
    this.#link = undefined;
    if (!link || link.href === '') return;
    const text = this.#pieces.slice(link.start).join('').trim();
    if (bare(text) !== bare(link.href)) this.#write(` (${link.href})`);
  }
}

/** The elements that begin and end a line; with 2, there is a blank line before and after. */
const BLOCKS: ReadonlyMap<string, number> = new Map([
  ...['p', 'blockquote', 'pre', 'ul', 'ol', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map(
    (name) => [name, 2] as const,
  ),
  ...['div', 'li', 'table', 'tr', 'hr'].map((name) => [name, 1] as const),
]);

function linkOf(attributes: string, start: number): { href: string; start: number } {
  const classes = attributeOf(attributes, 'class') ?? '';
  const speaksForItself = /\b(mention|hashtag)\b/.test(classes);
  return { href: speaksForItself ? '' : (attributeOf(attributes, 'href') ?? ''), start };
}

function attributeOf(attributes: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'i').exec(attributes);
  return value ? decodeEntities(value[1] ?? value[2] ?? '') : undefined;
}

const bare = (url: string): string => url.replace(/^https?:\/\//i, '').replace(/\/$/, '');

/** Decodes each entity once: `&amp;lt;` is `&lt;`. */
const decodeEntities = (text: string): string =>
  text.replace(
    /&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]{2,8}));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return ENTITIES.get(name) ?? whole;
      const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
  ['hellip', '…'],
  ['ndash', '–'],
  ['mdash', '—'],
  ['lsquo', '‘'],
  ['rsquo', '’'],
  ['ldquo', '“'],
  ['rdquo', '”'],
  ['laquo', '«'],
  ['raquo', '»'],
  ['bull', '•'],
  ['middot', '·'],
  ['copy', '©'],
  ['euro', '€'],
]);
