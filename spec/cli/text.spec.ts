import { describe, expect, it } from 'vitest';
import { clean, oneLine, truncateName, wrap } from '../../src/cli/text.ts';

describe('clean', () => {
  it.each([
    ['colours', 'a\u001b[1;31mb\u001b[0mc', 'abc'],
    ['a title', 'a\u001b]0;pwned\u0007b', 'ab'],
    ['a link', '\u001b]8;;https://evil.example\u001b\\good\u001b]8;;\u001b\\', 'good'],
    ['cursor movements', 'a\u001b[2J\u001b[H\u001b[10Ab', 'ab'],
    ['a sequence in a sequence', '\u001b\u001b[31m[31mx', '[31mx'],
    ['an escape alone', 'a\u001bb\u001b', 'ab'],
    ['8-bit controls', 'a\u009b31mb\u009dx\u0085y', 'abx\ny'],
    ['backspaces and bells', 'safe\b\b\b\bevil\u0007', 'safeevil'],
    ['a carriage return', 'safe\revil\r\n', 'safe\nevil\n'],
    ['bidi overrides', '\u202egnp.exe\u202c \u2066a\u2069 \u202b', 'gnp.exe a '],
    ['separators', 'a\u2028b\u2029c\td\ufeff', 'a\nb\nc d'],
  ])('removes %s', (_what, text, expected) => {
    // The result must contain no control character but the line feed, and no character that reverses text.
    expect(clean(text)).not.toMatch(/(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    expect(clean(text)).toBe(expected);
  });

  it('leaves plain texts unchanged', () => {
    const text = 'Zażółć 日本語 عربى עברית 👨‍👩‍👧 🏴󠁧󠁢󠁳󠁣󠁴󠁿 e\u0301 \u200e';
    expect(clean(text)).toBe(text);
  });
});

it('oneLine returns one line', () => {
  expect(oneLine(' a\n\nb\u2028 c ')).toBe('a b c');
});

describe('truncateName', () => {
  it.each([
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧', 2, '👨‍👩‍👧…'],
    ['one two', 5, 'one…'],
  ])('truncates %s to %i columns', (text, length, expected) => {
    expect(truncateName(text, length)).toBe(expected);
  });
});

describe('wrap', () => {
  it.each([
    ['breaks at spaces', 'one two three', 8, ['one two', 'three']],
    ['fills a line to its end', 'one two', 7, ['one two']],
    [
      'breaks long words',
      'see https://x.example/abc',
      10,
      ['see', 'https://x.', 'example/ab', 'c'],
    ],
    ['goes on after a long word', 'abcdefgh ij', 5, ['abcde', 'fgh', 'ij']],
    ['keeps empty lines', 'a\n\nb', 10, ['a', '', 'b']],
    ['keeps indentations', '  a b', 3, ['  a', 'b']],
    ['counts two columns for ideographs', '日本語です', 6, ['日本語', 'です']],
    ['keeps a full stop with what it ends', '日本語。です', 6, ['日本', '語。で', 'す']],
    ['counts two columns for emoji', '🎂🎂🎂', 4, ['🎂🎂', '🎂']],
    ['counts a family once', '👨‍👩‍👧👨‍👩‍👧a', 4, ['👨‍👩‍👧👨‍👩‍👧', 'a']],
    ['counts no columns for marks', 'e\u0301e\u0301e\u0301 x', 5, ['e\u0301e\u0301e\u0301 x']],
    [
      'counts no columns for styles',
      '\u001b[1mone\u001b[22m two',
      7,
      ['\u001b[1mone\u001b[22m two'],
    ],
  ])('%s', (_what, text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });

  it('breaks nothing without a width', () => {
    expect(wrap('a  b\nc', Infinity)).toEqual(['a  b', 'c']);
  });
});
