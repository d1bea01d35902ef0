/** Prepares text for a terminal: removes control characters from other people's text, and wraps lines. */
import { stripVTControlCharacters } from 'node:util';

/**
 * Removes from other people's text everything that controls a terminal: escape sequences, control characters and
 * bidi overrides. Line feeds stay; tabs and Unicode's line separators become plain white space.
 */
export const clean = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replaceAll('\t', ' ')
    .replace(STEERING, '');

/**
 * Control characters except the line feed (including an escape character that is left over), bidi embeddings,
 * overrides and isolates, interlinear annotations, and the byte order mark.
 */
const STEERING =
  // eslint-disable-next-line no-control-regex -- these are what it is about
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/g;

/** Returns the text of {@link clean} on one line, for names and descriptions. */
export const oneLine = (text: string): string => clean(text).replace(/\s+/g, ' ').trim();

/** Shortens a text to at most `length` graphemes. */
export function truncateName(text: string, length: number): string {
  const kept: string[] = [];
  for (const character of charactersOf(text)) {
    if (kept.length === length) return `${kept.slice(0, -1).join('').trimEnd()}…`;
    kept.push(character);
  }
  return text;
}

/**
 * Wraps text into lines of at most `width` columns: at spaces, and between any two characters of Chinese and
 * Japanese text and of words that are too long. Styles (`ESC[…m`) have no width.
 */
export const wrap = (text: string, width: number): string[] =>
  text.split('\n').flatMap((line) => (width === Infinity ? [line] : wrapLine(line, width)));

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  let used = 0;
  const flush = (): void => {
    lines.push(current);
    current = '';
    used = 0;
  };

  for (const { units, gap } of wordsOf(line)) {
    const length = units.reduce((sum, unit) => sum + unit.width, 0);
    if (used > 0 && used + gap + length > width) flush();
    else if (gap < width) {
      current += ' '.repeat(gap);
      used += gap;
    }
    for (const { text, width: columns } of units) {
      if (used > 0 && used + columns > width) flush();
      current += text;
      used += columns;
    }
  }
  flush();
  return lines;
}

interface Unit {
  readonly text: string;
  /** In columns. */
  readonly width: number;
}

/** Text that is not split unless it is too long, and the number of spaces before it. */
interface Word {
  readonly units: Unit[];
  readonly gap: number;
}

function wordsOf(line: string): Word[] {
  const words: Word[] = [];
  let gap = 0;
  let before = ' ';
  for (const unit of unitsOf(line)) {
    if (unit.text === ' ') gap++;
    else if (gap === 0 && words.length > 0 && !mayBreak(before, unit.text)) {
      words.at(-1)!.units.push(unit);
    } else {
      words.push({ units: [unit], gap });
      gap = 0;
    }
    before = unit.text;
  }
  return words;
}

/** Tells whether a line may end between two characters without a space between them. */
const mayBreak = (before: string, after: string): boolean =>
  IDEOGRAPH.test(after) || (IDEOGRAPH.test(before) && /^[\p{L}\p{N}]/u.test(after));

function* unitsOf(line: string): Generator<Unit> {
  for (const part of line.split(STYLE)) {
    if (STYLE.test(part)) yield { text: part, width: 0 };
    else for (const text of charactersOf(part)) yield { text, width: widthOf(text) };
  }
}

/**
 * Returns the graphemes of a text. It is segmented in pieces, since a segmenter's time grows with the square of the
 * length.
 */
function* charactersOf(text: string): Generator<string> {
  for (const [piece] of text.matchAll(/[ -~]+|[^ -~]{1,200}/gu)) {
    if (piece <= '~') yield* piece;
    else for (const { segment } of segmenter.segment(piece)) yield segment;
  }
}

// eslint-disable-next-line no-control-regex -- these are our own
const STYLE = /(\u001b\[[\d;]*m)/;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Returns the number of columns that a grapheme takes in a terminal. */
function widthOf(character: string): number {
  if (INVISIBLE.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

const INVISIBLE = /^[\p{Default_Ignorable_Code_Point}\p{M}]/u;

/** Scripts that are written without spaces. */
const IDEOGRAPH = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** East Asian wide characters and emoji. */
const WIDE =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\ufe0f/u;
