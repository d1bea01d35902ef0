/** Writes the tables of the pages that say what the docstrings of the source say. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format } from 'prettier';
import { textOf } from './blocks.ts';
import { propertiesOf, unionOf, type Property } from './declarations.ts';

const root = resolve(import.meta.dirname, '../..');

/** A table of a page, by the comments around it. */
const TABLE = /(?<=<!-- table of (\w+): [^\n]* -->\n).*?(?=<!-- \/table -->)/gs;

const OPTIONS = 'src/config/options.ts';
const CHANNELS = 'src/connect/channels.ts';

/** The tables by name. A name is that of the declaration that has the docstrings. */
const TABLES: Readonly<Record<string, () => string>> = {
  TimelinesConfig: () => optionTable(OPTIONS, 'TimelinesConfig'),
  StreamDefaults: () => optionTable(OPTIONS, 'StreamDefaults'),
  StreamConfig: () => optionTable(OPTIONS, 'StreamConfig'),
  ReconnectConfig: () => optionTable(OPTIONS, 'ReconnectConfig'),
  CatchUpConfig: () => optionTable(OPTIONS, 'CatchUpConfig'),
  PublicConfig: () => optionTable(CHANNELS, 'PublicConfig'),
  HashtagConfig: () => optionTable(CHANNELS, 'HashtagConfig'),
  WarningCode: () => warningTable(),
};

/** The pages that have such tables. */
export const PAGES_WITH_TABLES = ['docs/options.md', 'docs/02-events-and-entities.md'];

/** The names of a page's tables. */
export const tablesIn = (page: string): string[] =>
  [...textOf(page).matchAll(TABLE)].map(([, name = '']) => name);

/**
 * Returns the page with the tables as they should be.
 *
 * @throws `Error` if the page has a table of something unknown.
 */
export async function withTables(page: string): Promise<string> {
  const tables = new Map<string, string>();
  for (const name of tablesIn(page)) {
    const table = TABLES[name];
    if (!table) throw new Error(`${page}: there is no table of ${name}`);
    tables.set(name, await format(table(), { parser: 'markdown' }));
  }
  return textOf(page).replace(TABLE, (_, name: string) => `\n${tables.get(name)}\n`);
}

export async function writeTables(): Promise<void> {
  for (const page of PAGES_WITH_TABLES) {
    writeFileSync(join(root, page), await withTables(page));
  }
}

/** Returns the unit that a docstring names: `timeout` is "in ms". */
export const unitOf = (text: string): string =>
  /(?<=\bin )(?:ms|bytes|UTF-16 code units)\b/.exec(text)?.[0] ?? /\bms\b/.exec(text)?.[0] ?? '';

const optionTable = (file: string, name: string): string =>
  table(
    ['option', 'default', 'unit', 'meaning'],
    propertiesOf(file, name).map((option) => [
      `\`${option.name}\``,
      option.isOptional ? (option.defaultValue ?? 'none') : 'required',
      unitOf(option.text),
      meaningOf(option),
    ]),
  );

/** Joins the docstring and its example; what it links to stands on the same page, under its name. */
const meaningOf = ({ text, example }: Property): string =>
  [text, ...(example === undefined ? [] : [`Example: ${example}`])]
    .join(' ')
    .replaceAll(/\{@link (\w+)\}/g, '[`$1`](#$1)')
    .replaceAll(/\]\(#(\w+)\)/g, (_, anchor: string) => `](#${anchor.toLowerCase()})`);

const warningTable = (): string =>
  table(
    ['code of a `warning`', 'the problem'],
    [...unionOf('src/model/events.ts', 'WarningCode').docs].map(([code, text]) => [
      `\`${code}\``,
      text.replace(/\.$/, ''),
    ]),
  );

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
