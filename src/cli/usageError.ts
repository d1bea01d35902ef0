/** Declares the error of a wrong command line, and suggests the right word. */
import { isTypo } from '../config/check.ts';
import { oneLine } from './text.ts';

/** Rejects a command line. The message is one sentence or two: what is wrong, and what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Quotes a word of the command line, without the escape sequences that a terminal would carry out. */
export const quote = (text: string): string => `"${oneLine(text)}"`;

/** Returns ` Did you mean "…"?` for the first name that `word` begins or is a typo of; otherwise nothing. */
export function didYouMean(word: string, names: readonly string[], prefix = ''): string {
  const typed = word.toLowerCase();
  const name = names.find((each) => each.startsWith(typed) || isTypo(typed, each));
  return name === undefined ? '' : ` Did you mean ${quote(prefix + name)}?`;
}
