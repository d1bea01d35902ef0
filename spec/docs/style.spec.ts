/** The docstrings follow those of the ten rules of docs/style.md that a machine can check. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pages, textOf } from '../generate/blocks.ts';

const root = resolve(import.meta.dirname, '../..');

interface Docstring {
  /** The file and the first line: `src/index.ts:1`. */
  readonly place: string;
  /** The text on one line, without stars. */
  readonly text: string;
}

const docstringsIn = (file: string): Docstring[] => {
  const source = readFileSync(join(root, file), 'utf8');
  return [...source.matchAll(/\/\*\*(.*?)\*\//gs)].map(({ 1: comment = '', index }) => ({
    place: `${file}:${source.slice(0, index).split('\n').length}`,
    text: comment
      .replaceAll(/\n\s*\*/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  }));
};

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((file) => `src/${file.replaceAll('\\', '/')}`)
  .filter((file) => file.endsWith('.ts'))
  .sort();

const docstrings = files.flatMap(docstringsIn);

/** Rules 1 and 2: a first word that begins a free relative. */
const FREE_RELATIVE =
  /^(?:That|What|When|Where|Whether|Which|Who|Whom|Whose|Whoever|Whatever|How|Why)\b/;

/** Rule 3: "where" before a condition. For places ("where the events come from") it is the right word. */
const WHERE_AS_IF = new RegExp(
  [
    /\bwhere there (?:is|are|was|were)\b/,
    /\bwhere (?:it|one|one of them|that|they|this|those) (?:is|are|was|were|has|had|have|does|do|can|cannot|could|fails|breaks|will)\b/,
    /\bwhere (?:no|nobody|none|no one|not|nothing|neither|somebody)\b/,
    /(?:\b(?:absent|empty|false|none|nothing|null|true|undefined)`?|Error`) where\b/,
    /\b(?:also|even|only) where\b/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
);

/** Rule 6: documents that readers do not have, and names from before 0.1. */
const OTHER_DOCUMENTS = [
  'DESIGN.md',
  'LAYOUT.md',
  'PLAN.md',
  'STYLE.md',
  'WIRE.md',
  'the design names',
  'the last metre',
  'this room',
];
const OLD_NAMES = [
  'boundedMap',
  'catch-up-failed',
  'clientAlone',
  'fitToShow',
  'grace',
  'hearsAborts',
  'LiveSocket',
  'MastodonEngineError',
  'maxOutstanding',
  'no-notifications',
  'no-preamble',
  'patience',
  'PipeEnd',
  'refuseNext',
  'answerNext',
  'sharedTimeline',
  'socketsClosed',
  'the engine',
  'toldTo',
  'unclaimed-error',
  'unlessTooDeep',
  'unreadable-message',
  'untilAway',
];

const wordsOf = (words: readonly string[]): RegExp =>
  new RegExp(`(?<![\\w-])(?:${words.map((word) => word.replace('.', '\\.')).join('|')})(?![\\w-])`);

const FOREIGN = wordsOf([...OTHER_DOCUMENTS, ...OLD_NAMES]);

const RULES: readonly [rule: string, violation: RegExp][] = [
  ['begin with a verb or a noun (rules 1 and 2)', FREE_RELATIVE],
  ['have "if" or "when" before a condition, not "where" (rule 3)', WHERE_AS_IF],
  ['have no words of other documents, and no old names (rule 6)', FOREIGN],
];

describe('the docstrings of src', () => {
  it('are found', () => {
    expect(docstrings.length).toBeGreaterThan(800);
    expect(docstrings).toContainEqual({
      place: 'src/config/options.ts:1',
      text: 'Declares every option that a user can set, with its unit and its default.',
    });
  });

  it.each(RULES)('%s', (_rule, violation) => {
    const found = docstrings.filter(({ text }) => violation.test(text));
    expect(found.map(({ place, text }) => `${place}: ${text}`)).toEqual([]);
  });
});

describe('the pages', () => {
  // CHANGELOG.md lists what was renamed, and docs/style.md quotes sentences that break the rules.
  const quoting = ['CHANGELOG.md', 'docs/style.md'];
  const written = pages().filter((page) => !quoting.includes(page));

  it.each(written)('%s has no words of other documents, and no old names (rule 6)', (page) => {
    const lines = textOf(page).split('\n');
    expect(lines.filter((line) => FOREIGN.test(line))).toEqual([]);
  });
});

describe('the rules', () => {
  const [[, first], [, where], [, foreign]] = RULES as [
    (typeof RULES)[0],
    (typeof RULES)[0],
    (typeof RULES)[0],
  ];

  it.each([
    ['What a badge shows.', first],
    ['Who comes late first gets the last event again.', first],
    ['Whether a value is an object.', first],
    ['The token; undefined where there is none.', where],
    ['Emits the error, even where the body breaks off.', where],
    ['@throws `MastodonIllegalArgumentError` where the config is wrong.', where],
    ['As DESIGN.md has it.', foreign],
    ['The socket stays open for the `grace`.', foreign],
  ])('find: %s', (text, violation) => {
    expect(text).toMatch(violation);
  });

  it.each([
    ['Maps a stream of events to a connection state.', first],
    ['Howls at the moon.', first],
    ['Tells whether the token stands in the URL, where logs would keep it.', where],
    ['Returns where the response redirects to.', where],
    ['Sets `closeDelay` gracefully; `boundedMergeMap` has a bound.', foreign],
  ])('let pass: %s', (text, violation) => {
    expect(text).not.toMatch(violation);
  });
});

describe('docs/style.md', () => {
  it('has ten rules, each with a pair', () => {
    const rules = textOf('docs/style.md')
      .split(/^(?=\*\*\d+\. )/m)
      .slice(1);
    expect(rules).toHaveLength(10);
    for (const [index, rule] of rules.entries()) {
      expect(rule).toMatch(new RegExp(`^\\*\\*${index + 1}\\. `));
      expect(rule).toMatch(/^- before: .+\n- after: .+/m);
    }
  });
});
